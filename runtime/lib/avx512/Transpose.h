//===- Transpose.h - 16 × 16 dwords in registers ----------------*- C++ -*-===//
//
// Rows to columns, for VNNI tiles and for results that lie across.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_TRANSPOSE_H
#define MX_RUNTIME_LIB_AVX512_TRANSPOSE_H

#include "Target.h"

MX_AVX512_BEGIN

namespace mx::runtime::avx512 {
namespace {

__attribute__((always_inline)) inline void transpose16(__m512i v[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
  }
  for (int i = 0; i < 16; i += 4)
    for (int j = 0; j < 2; ++j) {
      v[i + 2 * j] = _mm512_unpacklo_epi64(t[i + j], t[i + 2 + j]);
      v[i + 2 * j + 1] = _mm512_unpackhi_epi64(t[i + j], t[i + 2 + j]);
    }
  // v[4a + c]: lane b holds rows 4a … 4a + 3 of column 4b + c.
  for (int c = 0; c < 4; ++c) {
    __m512i low0 = _mm512_shuffle_i32x4(v[c], v[4 + c], 0x88);
    __m512i low1 = _mm512_shuffle_i32x4(v[8 + c], v[12 + c], 0x88);
    __m512i high0 = _mm512_shuffle_i32x4(v[c], v[4 + c], 0xDD);
    __m512i high1 = _mm512_shuffle_i32x4(v[8 + c], v[12 + c], 0xDD);
    t[c] = _mm512_shuffle_i32x4(low0, low1, 0x88);
    t[4 + c] = _mm512_shuffle_i32x4(high0, high1, 0x88);
    t[8 + c] = _mm512_shuffle_i32x4(low0, low1, 0xDD);
    t[12 + c] = _mm512_shuffle_i32x4(high0, high1, 0xDD);
  }
  for (int i = 0; i < 16; ++i)
    v[i] = t[i];
}

/// Lane b of x[i] holds four dwords of row 4b + i: dword i of all rows as v[i].
__attribute__((always_inline)) inline void transposeLanes(const __m512i x[4],
                                                          __m512i v[4]) {
  __m512i low01 = _mm512_unpacklo_epi32(x[0], x[1]);
  __m512i high01 = _mm512_unpackhi_epi32(x[0], x[1]);
  __m512i low23 = _mm512_unpacklo_epi32(x[2], x[3]);
  __m512i high23 = _mm512_unpackhi_epi32(x[2], x[3]);
  v[0] = _mm512_unpacklo_epi64(low01, low23);
  v[1] = _mm512_unpackhi_epi64(low01, low23);
  v[2] = _mm512_unpacklo_epi64(high01, high23);
  v[3] = _mm512_unpackhi_epi64(high01, high23);
}

/// The 4 × 4 numbers of each lane of four vectors.
__attribute__((always_inline)) inline void transposeLanes(__m512 v[4]) {
  __m512i rows[4], columns[4];
  for (int i = 0; i < 4; ++i)
    rows[i] = _mm512_castps_si512(v[i]);
  transposeLanes(rows, columns);
  for (int i = 0; i < 4; ++i)
    v[i] = _mm512_castsi512_ps(columns[i]);
}

/// Four dwords of each of 16 rows as four vectors; piece(row) loads those of a
/// row. Loads put pieces of four rows into the lanes of a vector, which leaves
/// half of the shuffles.
template <typename Piece>
__attribute__((always_inline)) inline void loadTransposed(const Piece &piece,
                                                          __m512i v[4]) {
  __m512i x[4]; // lane b: row 4b + i
  for (int i = 0; i < 4; ++i) {
    x[i] = _mm512_castsi128_si512(piece(i));
    x[i] = _mm512_mask_broadcast_i32x4(x[i], 0x00F0, piece(4 + i));
    x[i] = _mm512_mask_broadcast_i32x4(x[i], 0x0F00, piece(8 + i));
    x[i] = _mm512_mask_broadcast_i32x4(x[i], 0xF000, piece(12 + i));
  }
  transposeLanes(x, v);
}

/// Dword i of each of 16 rows, `rowBytes` apart, as v[i].
__attribute__((always_inline)) inline void
loadTransposed(const void *rows, int64_t rowBytes, __m512i v[16]) {
  const auto *bytes = static_cast<const char *>(rows);
  for (int column = 0; column < 4; ++column)
    loadTransposed(
        [&](int64_t row) {
          return _mm_loadu_si128(reinterpret_cast<const __m128i *>(
              bytes + row * rowBytes + 16 * column));
        },
        v + 4 * column);
}

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_TRANSPOSE_H
