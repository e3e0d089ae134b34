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

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_TRANSPOSE_H
