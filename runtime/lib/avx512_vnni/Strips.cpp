//===- Strips.cpp - Strips of prepacked MXFP4 by a few rows ---------------===//
//
// Two permutations of bytes decode 128 codes, each of which meets its digits in
// a product of four bytes and a sum.
//
//===----------------------------------------------------------------------===//

#include "Strips.h"

#include "../Features.h"
#include "../avx512/Target.h"

namespace mx::runtime::avx512_vnni {

using x86::DigitBlock;
using x86::DigitRows;
using x86::kDigits;
using x86::TiledFp4;

MX_AVX512_BEGIN

namespace {

/// How far ahead codes are fetched, in bytes of all strips that are read at a
/// time: to the first-level cache and, unless 0, before that to the second.
/// Processors' own prefetchers stop at the end of a page. As measured on
/// Intel's Emerald Rapids, where a second prefetch costs more than it brings,
/// and on AMD's Zen 4.
struct Ahead {
  int64_t near, far;
};
constexpr Ahead kOnIntel = {8192, 0}, kOnOthers = {2048, 16384};

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

  Streams(const TiledFp4 &many, int64_t first) {
    for (int s = 0; s < Strips; ++s) {
      codes[s] = many.codesOf(first + s, 0);
      moves[s] = Moves(many.distances(first + s));
    }
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

/// A block of some rows, `at` bytes from the start of the strips, whose scales
/// are block i of `moved`. What lies `ahead` is fetched.
template <int Few, int Strips, bool FetchesFar>
inline __attribute__((always_inline)) void
addBlock(const DigitBlock *const blocks[Few], const Streams<Strips> &streams,
         int64_t at, const __m512i moved[Strips], int64_t i, Ahead ahead,
         __m512 acc[Strips][Few]) {
  __m512i parts[Strips][Few][kDigits];
  for (int s = 0; s < Strips; ++s)
    for (int m = 0; m < Few; ++m)
      for (int d = 0; d < kDigits; ++d)
        parts[s][m][d] = _mm512_set1_epi32(blocks[m]->starts[d]);
  for (int v = 0; v < 4; ++v)
    for (int s = 0; s < Strips; ++s) {
      const uint8_t *codes = streams.codes[s] + at + v * kTileSize;
      _mm_prefetch(codes + ahead.near, _MM_HINT_T0);
      if constexpr (FetchesFar)
        _mm_prefetch(codes + ahead.far, _MM_HINT_T1);
      addColumns<Few>(_mm512_loadu_si512(codes), blocks, v, parts[s]);
    }
  for (int s = 0; s < Strips; ++s) {
    __m512 scale = scaleAt(moved[s], static_cast<int>(i));
    for (int m = 0; m < Few; ++m)
      acc[s][m] = _mm512_fmadd_ps(
          unitsOf(parts[s][m]),
          _mm512_mul_ps(scale, _mm512_set1_ps(blocks[m]->unit)), acc[s][m]);
  }
}

/// Rows [row, row + Few) with strips [first, first + Strips).
template <int Few, int Strips, bool IsIntel>
void multiplyRows(const Rectangle &all, int64_t row, int64_t first) {
  constexpr Ahead kAhead = IsIntel ? kOnIntel : kOnOthers;
  const TiledFp4 &many = all.many;
  Streams<Strips> streams(many, first);
  const DigitBlock *blocks[Few];
  __m512 acc[Strips][Few];
  for (int m = 0; m < Few; ++m) {
    blocks[m] = all.few.row(row + m);
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
    Ahead ahead = {0, 0}; // after the first rows, the strips are in a cache
    if (row == 0)
      ahead = {many.distanceAhead(group, kAhead.near / Strips, Strips),
               many.distanceAhead(group, kAhead.far / Strips, Strips)};
    const int64_t count = many.blocksOf(group);
    for (int64_t i = 0; i < count; ++i, at += 4 * kTileSize) {
      addBlock<Few, Strips, (kAhead.far > 0)>(blocks, streams, at, moved, i,
                                              ahead, acc);
      for (int m = 0; m < Few; ++m)
        ++blocks[m];
    }
  }
  for (int s = 0; s < Strips; ++s)
    for (int m = 0; m < Few; ++m) {
      int64_t place = (first - all.first + s) * all.few.rows() + row + m;
      _mm512_storeu_ps(all.sums + 16 * place, acc[s][m]);
    }
}

/// Rows [row, row + Few) with all strips, Strips of them at a time.
template <int Few, int Strips, bool IsIntel>
void multiplyAllStrips(const Rectangle &all, int64_t row) {
  const int64_t end = all.first + all.count;
  int64_t strip = all.first;
  for (; strip + Strips <= end; strip += Strips)
    multiplyRows<Few, Strips, IsIntel>(all, row, strip);
  for (; strip < end; ++strip)
    multiplyRows<Few, 1, IsIntel>(all, row, strip);
}

template <bool IsIntel> void multiplyAll(const Rectangle &all) {
  const int64_t rows = all.few.rows();
  int64_t row = 0;
  for (; row + 4 <= rows; row += 4)
    multiplyAllStrips<4, 1, IsIntel>(all, row);
  if (row + 2 <= rows) {
    multiplyAllStrips<2, 2, IsIntel>(all, row);
    row += 2;
  }
  if (row < rows)
    multiplyAllStrips<1, 4, IsIntel>(all, row);
}

} // namespace

void multiplyStrips(const DigitRows &few, const TiledFp4 &many, int64_t first,
                    int64_t count, float *sums) {
  static const bool isIntel = cpuSupports("intel");
  const Rectangle all = {few, many, first, count, sums};
  (isIntel ? multiplyAll<true> : multiplyAll<false>)(all);
}

MX_TARGET_END

} // namespace mx::runtime::avx512_vnni
