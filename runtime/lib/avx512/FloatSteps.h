//===- FloatSteps.h - Floats on their way to bf16 ---------------*- C++ -*-===//
//
// Columns of a plain row, wherever they lie.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FLOATSTEPS_H
#define MX_RUNTIME_LIB_AVX512_FLOATSTEPS_H

#include "../x86/OperandRows.h"
#include "Target.h"

#include <algorithm>

MX_AVX512_BEGIN

namespace mx::runtime::avx512 {
namespace {

/// The bf16 number that has the upper bits of x.
inline __attribute__((always_inline)) __m512 cutToBF16(__m512 x) {
  return _mm512_castsi512_ps(_mm512_and_si512(
      _mm512_castps_si512(x), _mm512_set1_epi32(int(0xFFFF0000))));
}

/// 16 floats from column `col` on, zeros from `cols` on.
inline __attribute__((always_inline)) __m512 loadFloats(const uint8_t *row,
                                                        const Matrix &x,
                                                        int64_t col,
                                                        int64_t cols) {
  int64_t left = std::clamp<int64_t>(cols - col, 0, 16);
  auto mask = static_cast<__mmask16>((1u << left) - 1);
  int dtype = x.tensor.dtype;
  if (x.colStride != 1) {
    alignas(64) float gathered[16] = {};
    for (int64_t i = 0; i < left; ++i)
      gathered[i] = loadFloat(row, dtype, (col + i) * x.colStride);
    return _mm512_load_ps(gathered);
  }
  if (dtype == MX_F32)
    return _mm512_maskz_loadu_ps(mask,
                                 reinterpret_cast<const float *>(row) + col);
  __m256i words = _mm256_maskz_loadu_epi16(
      mask, reinterpret_cast<const uint16_t *>(row) + col);
  if (dtype == MX_F16)
    return _mm512_cvtph_ps(words);
  return _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(words), 16));
}

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_FLOATSTEPS_H
