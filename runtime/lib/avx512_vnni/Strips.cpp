//===- Strips.cpp - Strips of prepacked MXFP4 by a few rows ---------------===//
//
// Two permutations of bytes decode 128 codes, each of which meets its digits in
// a product of four bytes and a sum.
//
//===----------------------------------------------------------------------===//

#include "Strips.h"

#include "../avx512/Target.h"

namespace mx::runtime::avx512_vnni {

using x86::DigitBlock;
using x86::DigitRows;
using x86::kDigits;
using x86::TiledFp4;

MX_AVX512_BEGIN

namespace {

constexpr int64_t kAhead = 4096; ///< bytes of codes that are prefetched

/// How far the scale codes of a strip's rows are moved, up and down.
struct Moves {
  __m512i up, down;

  explicit Moves(const int32_t *distances) {
    __m512i words = _mm512_and_si512(_mm512_loadu_si512(distances),
                                     _mm512_set1_epi32(0xFFFF));
    __m512i move = _mm512_sub_epi32(_mm512_set1_epi32(x86::kFp4Top), words);
    const __m512i zero = _mm512_setzero_si512();
    up = spread(_mm512_max_epi32(move, zero));
    down = spread(_mm512_max_epi32(_mm512_sub_epi32(zero, move), zero));
  }
  __m512i operator()(__m512i codes) const {
    codes = _mm512_subs_epu8(_mm512_adds_epu8(codes, up), down);
    return _mm512_min_epu8(
        _mm512_max_epu8(codes, _mm512_set1_epi8(x86::kLeastScale)),
        _mm512_set1_epi8(char(x86::kLargestScale)));
  }

private:
  /// To each byte of a dword.
  static __m512i spread(__m512i dwords) {
    return _mm512_mullo_epi32(dwords, _mm512_set1_epi32(0x01010101));
  }
};

/// Scale i of each dword as f32.
inline __attribute__((always_inline)) __m512 scaleAt(__m512i moved, int i) {
  __m512i top = _mm512_sllv_epi32(moved, _mm512_set1_epi32(24 - 8 * i));
  return _mm512_castsi512_ps(_mm512_srli_epi32(
      _mm512_and_si512(top, _mm512_set1_epi32(int(0xFF000000))), 1));
}

/// The digits' sums of a block, as one number of units.
inline __attribute__((always_inline)) __m512
unitsOf(const __m512i sums[kDigits]) {
  __m512i upper = _mm512_add_epi32(_mm512_slli_epi32(sums[2], 8), sums[1]);
  return _mm512_fmadd_ps(_mm512_cvtepi32_ps(upper), _mm512_set1_ps(256.0f),
                         _mm512_cvtepi32_ps(sums[0]));
}

template <int Few>
void multiplyRows(const DigitRows &few, int64_t row, const TiledFp4 &many,
                  int64_t strip, float *sums) {
  const __m512i table = _mm512_load_si512(x86::kRaisedCodes.bytes);
  const Moves moves(many.distances(strip));
  const uint8_t *codes = many.codesOf(strip, 0);
  const DigitBlock *blocks[Few];
  __m512 acc[Few];
  for (int m = 0; m < Few; ++m) {
    blocks[m] = few.row(row + m);
    acc[m] = _mm512_setzero_ps();
  }
  for (int64_t group = 0; group < many.groups(); ++group) {
    const uint8_t *scales = many.scalesOf(strip, group);
    _mm_prefetch(scales + many.groups() * kTileSize, _MM_HINT_T0); // next strip
    __m512i moved = moves(_mm512_loadu_si512(scales));
    int64_t count = many.blocksOf(group);
    for (int64_t i = 0; i < count; ++i) {
      __m512i part[Few][kDigits];
      for (int m = 0; m < Few; ++m)
        for (int d = 0; d < kDigits; ++d)
          part[m][d] = _mm512_set1_epi32(blocks[m]->starts[d]);
      for (int v = 0; v < 4; ++v, codes += kTileSize) {
        _mm_prefetch(codes + kAhead, _MM_HINT_T0);
        __m512i packed = _mm512_loadu_si512(codes);
        __m512i even = _mm512_permutexvar_epi8(packed, table);
        __m512i odd =
            _mm512_permutexvar_epi8(_mm512_srli_epi16(packed, 4), table);
        for (int m = 0; m < Few; ++m)
          for (int d = 0; d < kDigits; ++d) {
            const auto *fours =
                reinterpret_cast<const int32_t *>(blocks[m]->digits[d]) + 2 * v;
            part[m][d] = _mm512_dpbusd_epi32(part[m][d], even,
                                             _mm512_set1_epi32(fours[0]));
            part[m][d] = _mm512_dpbusd_epi32(part[m][d], odd,
                                             _mm512_set1_epi32(fours[1]));
          }
      }
      __m512 scale = scaleAt(moved, static_cast<int>(i));
      for (int m = 0; m < Few; ++m, ++blocks[m - 1])
        acc[m] = _mm512_fmadd_ps(
            unitsOf(part[m]),
            _mm512_mul_ps(scale, _mm512_set1_ps(blocks[m]->unit)), acc[m]);
    }
  }
  for (int m = 0; m < Few; ++m)
    _mm512_storeu_ps(sums + 16 * (row + m), acc[m]);
}

} // namespace

void multiplyStrip(const DigitRows &few, const TiledFp4 &many, int64_t strip,
                   float *sums) {
  int64_t row = 0;
  for (; row + 4 <= few.rows(); row += 4)
    multiplyRows<4>(few, row, many, strip, sums);
  if (few.rows() - row >= 2) {
    multiplyRows<2>(few, row, many, strip, sums);
    row += 2;
  }
  if (row < few.rows())
    multiplyRows<1>(few, row, many, strip, sums);
}

MX_TARGET_END

} // namespace mx::runtime::avx512_vnni
