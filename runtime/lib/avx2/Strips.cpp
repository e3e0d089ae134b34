//===- Strips.cpp - Strips of prepacked MXFP4 by a few rows ---------------===//
//
// Products of bytes add up in s16 over 16 columns: four times 2·24·128.
//
//===----------------------------------------------------------------------===//

#include "Strips.h"

#include "../avx512/Target.h"

namespace mx::runtime::avx2 {

using x86::DigitBlock;
using x86::DigitRows;
using x86::kDigits;
using x86::TiledFp4;

MX_AVX2_BEGIN

namespace {

__m256i load(const void *p) {
  return _mm256_loadu_si256(static_cast<const __m256i *>(p));
}

/// The scales of a strip's rows as f32 near 1.
struct Scales {
  __m256i moves[2];

  explicit Scales(const int32_t *distances) {
    for (int half = 0; half < 2; ++half)
      moves[half] =
          _mm256_sub_epi32(_mm256_set1_epi32(x86::kFp4Top),
                           _mm256_and_si256(load(distances + 8 * half),
                                            _mm256_set1_epi32(0xFFFF)));
  }
  /// Of block i of a group.
  __m256 operator()(const uint8_t *codes, int half, int64_t i) const {
    __m256i code = _mm256_and_si256(
        _mm256_srl_epi32(load(codes + 32 * half),
                         _mm_cvtsi32_si128(static_cast<int>(8 * i))),
        _mm256_set1_epi32(0xFF));
    __m256i moved = _mm256_max_epi32(_mm256_add_epi32(code, moves[half]),
                                     _mm256_set1_epi32(x86::kLeastScale));
    moved = _mm256_min_epi32(moved, _mm256_set1_epi32(x86::kLargestScale));
    return _mm256_castsi256_ps(_mm256_slli_epi32(moved, 23));
  }
};

/// Adds two neighbouring vectors of eight rows, 16 columns, to the sums of the
/// digits.
template <int Few>
inline __attribute__((always_inline)) void
addColumns(const uint8_t *codes, const DigitBlock *const blocks[Few],
           int64_t vector, __m256i sums[Few][kDigits]) {
  const __m256i table = _mm256_broadcastsi128_si256(_mm_load_si128(
      reinterpret_cast<const __m128i *>(x86::kRaisedCodes.bytes)));
  const __m256i low = _mm256_set1_epi8(15);
  __m256i first = load(codes), second = load(codes + kTileSize);
  __m256i raised[4] = {
      _mm256_shuffle_epi8(table, _mm256_and_si256(first, low)),
      _mm256_shuffle_epi8(table,
                          _mm256_and_si256(_mm256_srli_epi16(first, 4), low)),
      _mm256_shuffle_epi8(table, _mm256_and_si256(second, low)),
      _mm256_shuffle_epi8(table,
                          _mm256_and_si256(_mm256_srli_epi16(second, 4), low))};
  for (int m = 0; m < Few; ++m)
    for (int d = 0; d < kDigits; ++d) {
      const auto *fours =
          reinterpret_cast<const int32_t *>(blocks[m]->digits[d]) + 2 * vector;
      __m256i pairs = _mm256_setzero_si256();
      for (int i = 0; i < 4; ++i)
        pairs = _mm256_add_epi16(
            pairs,
            _mm256_maddubs_epi16(raised[i], _mm256_set1_epi32(fours[i])));
      sums[m][d] = _mm256_add_epi32(
          sums[m][d], _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
}

/// The digits' sums of a block, as one number of units.
inline __attribute__((always_inline)) __m256
unitsOf(const __m256i sums[kDigits]) {
  __m256i upper = _mm256_add_epi32(_mm256_slli_epi32(sums[2], 8), sums[1]);
  return _mm256_fmadd_ps(_mm256_cvtepi32_ps(upper), _mm256_set1_ps(256.0f),
                         _mm256_cvtepi32_ps(sums[0]));
}

template <int Few>
void multiplyRows(const DigitRows &few, int64_t row, const TiledFp4 &many,
                  int64_t strip, float *sums) {
  constexpr int64_t kAhead = 2048; // bytes of codes that are prefetched
  const Scales scales(many.distances(strip));
  const uint8_t *codes = many.codesOf(strip, 0);
  const DigitBlock *blocks[Few];
  __m256 acc[2][Few];
  for (int m = 0; m < Few; ++m) {
    blocks[m] = few.row(row + m);
    acc[0][m] = acc[1][m] = _mm256_setzero_ps();
  }
  for (int64_t group = 0; group < many.groups(); ++group)
    for (int64_t i = 0; i < many.blocksOf(group); ++i) {
      for (int64_t v = 0; v < 4; ++v)
        _mm_prefetch(codes + v * kTileSize + kAhead, _MM_HINT_T0);
      for (int half = 0; half < 2; ++half) {
        __m256i parts[Few][kDigits];
        for (int m = 0; m < Few; ++m)
          for (int d = 0; d < kDigits; ++d)
            parts[m][d] = _mm256_set1_epi32(blocks[m]->starts[d]);
        addColumns<Few>(codes + 32 * half, blocks, 0, parts);
        addColumns<Few>(codes + 32 * half + 2 * kTileSize, blocks, 2, parts);
        __m256 scale = scales(many.scalesOf(strip, group), half, i);
        for (int m = 0; m < Few; ++m)
          acc[half][m] = _mm256_fmadd_ps(
              unitsOf(parts[m]),
              _mm256_mul_ps(scale, _mm256_set1_ps(blocks[m]->unit)),
              acc[half][m]);
      }
      codes += 4 * kTileSize;
      for (int m = 0; m < Few; ++m)
        ++blocks[m];
    }
  for (int m = 0; m < Few; ++m)
    for (int half = 0; half < 2; ++half)
      _mm256_storeu_ps(sums + 16 * (row + m) + 8 * half, acc[half][m]);
}

} // namespace

void multiplyStrips(const DigitRows &few, const TiledFp4 &many, int64_t first,
                    int64_t count, float *sums) {
  for (int64_t strip = first; strip < first + count; ++strip) {
    int64_t row = 0;
    for (; row + 2 <= few.rows(); row += 2)
      multiplyRows<2>(few, row, many, strip, sums);
    if (row < few.rows())
      multiplyRows<1>(few, row, many, strip, sums);
    sums += few.rows() * x86::kStripRows;
  }
}

MX_TARGET_END

} // namespace mx::runtime::avx2
