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

/// Bytes of codes, of all strips that are read at a time, that are prefetched
/// to the first- and to the second-level cache. Processors' own prefetchers
/// stop at the end of a page.
constexpr int64_t kNear = 2048, kFar = 16384;

/// How far the scale codes of a strip's rows are moved, up and down.
struct Moves {
  __m512i up, down;

  Moves() = default;
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

/// Where each of some strips is read.
template <int Strips> struct Streams {
  const uint8_t *codes[Strips];
  Moves moves[Strips];
  int64_t stripBytes;

  Streams(const TiledFp4 &many, int64_t first)
      : stripBytes(many.codesOf(1, 0) - many.codesOf(0, 0)) {
    for (int s = 0; s < Strips; ++s) {
      codes[s] = many.codesOf(first + s, 0);
      moves[s] = Moves(many.distances(first + s));
    }
  }
  /// How far ahead of codes[s] lies what comes `bytes` later, from `at` in the
  /// strips on: at their end the ones after the others.
  int64_t ahead(int64_t at, int64_t bytes) const {
    return bytes + (at + bytes < stripBytes ? 0 : (Strips - 1) * stripBytes);
  }
};

/// Eight columns of a strip with all digits of some rows.
template <int Few>
inline __attribute__((always_inline)) void
addColumns(__m512i packed, const DigitBlock *const blocks[Few], int vector,
           __m512i sums[Few][kDigits]) {
  const __m512i table = _mm512_load_si512(x86::kRaisedCodes.bytes);
  __m512i even = _mm512_permutexvar_epi8(packed, table);
  __m512i odd = _mm512_permutexvar_epi8(_mm512_srli_epi16(packed, 4), table);
  for (int m = 0; m < Few; ++m)
    for (int d = 0; d < kDigits; ++d) {
      const auto *fours =
          reinterpret_cast<const int32_t *>(blocks[m]->digits[d]) + 2 * vector;
      sums[m][d] =
          _mm512_dpbusd_epi32(sums[m][d], even, _mm512_set1_epi32(fours[0]));
      sums[m][d] =
          _mm512_dpbusd_epi32(sums[m][d], odd, _mm512_set1_epi32(fours[1]));
    }
}

/// All of the few with some strips.
struct Rectangle {
  const DigitRows &few;
  const TiledFp4 &many;
  int64_t first, count;
  float *sums; ///< [strip][row][16]
};

/// Rows [row, row + Few) with strips [first, first + Strips).
template <int Few, int Strips>
void multiplyRows(const Rectangle &all, int64_t row, int64_t first) {
  const DigitRows &few = all.few;
  const TiledFp4 &many = all.many;
  const bool fetches = row == 0; // later, the strips are in a cache
  Streams<Strips> streams(many, first);
  const DigitBlock *blocks[Few];
  __m512 acc[Strips][Few];
  for (int m = 0; m < Few; ++m) {
    blocks[m] = few.row(row + m);
    for (int s = 0; s < Strips; ++s)
      acc[s][m] = _mm512_setzero_ps();
  }
  int64_t at = 0;
  for (int64_t group = 0; group < many.groups(); ++group) {
    __m512i moved[Strips];
    for (int s = 0; s < Strips; ++s) {
      const uint8_t *scales = many.scalesOf(first + s, group);
      _mm_prefetch(scales + Strips * many.groups() * kTileSize, _MM_HINT_T0);
      moved[s] = streams.moves[s](_mm512_loadu_si512(scales));
    }
    const int64_t near = fetches ? streams.ahead(at, kNear / Strips) : 0;
    const int64_t far = fetches ? streams.ahead(at, kFar / Strips) : 0;
    const int64_t count = many.blocksOf(group);
    for (int64_t i = 0; i < count; ++i, at += 4 * kTileSize) {
      __m512i parts[Strips][Few][kDigits];
      for (int s = 0; s < Strips; ++s)
        for (int m = 0; m < Few; ++m)
          for (int d = 0; d < kDigits; ++d)
            parts[s][m][d] = _mm512_set1_epi32(blocks[m]->starts[d]);
      for (int v = 0; v < 4; ++v)
        for (int s = 0; s < Strips; ++s) {
          const uint8_t *codes = streams.codes[s] + at + v * kTileSize;
          _mm_prefetch(codes + near, _MM_HINT_T0);
          _mm_prefetch(codes + far, _MM_HINT_T1);
          addColumns<Few>(_mm512_loadu_si512(codes), blocks, v, parts[s]);
        }
      for (int s = 0; s < Strips; ++s) {
        __m512 scale = scaleAt(moved[s], static_cast<int>(i));
        for (int m = 0; m < Few; ++m)
          acc[s][m] = _mm512_fmadd_ps(
              unitsOf(parts[s][m]),
              _mm512_mul_ps(scale, _mm512_set1_ps(blocks[m]->unit)), acc[s][m]);
      }
      for (int m = 0; m < Few; ++m)
        ++blocks[m];
    }
  }
  for (int s = 0; s < Strips; ++s) {
    float *sums = all.sums + 16 * ((first - all.first + s) * few.rows() + row);
    for (int m = 0; m < Few; ++m)
      _mm512_storeu_ps(sums + 16 * m, acc[s][m]);
  }
}

/// Rows [row, row + Few) with all strips, Strips of them at a time.
template <int Few, int Strips>
void multiplyRectangle(const Rectangle &all, int64_t row) {
  const int64_t end = all.first + all.count;
  int64_t strip = all.first;
  for (; strip + Strips <= end; strip += Strips)
    multiplyRows<Few, Strips>(all, row, strip);
  for (; strip < end; ++strip)
    multiplyRows<Few, 1>(all, row, strip);
}

} // namespace

void multiplyStrips(const DigitRows &few, const TiledFp4 &many, int64_t first,
                    int64_t count, float *sums) {
  const Rectangle all = {few, many, first, count, sums};
  int64_t row = 0;
  for (; row + 4 <= few.rows(); row += 4)
    multiplyRectangle<4, 1>(all, row);
  if (row + 2 <= few.rows()) {
    multiplyRectangle<2, 2>(all, row);
    row += 2;
  }
  if (row < few.rows())
    multiplyRectangle<1, 4>(all, row);
}

MX_TARGET_END

} // namespace mx::runtime::avx512_vnni
