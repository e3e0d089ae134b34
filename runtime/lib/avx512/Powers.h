//===- Powers.h - Powers of two by their exponents --------------*- C++ -*-===//
//
// For who multiplies sums by them.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_POWERS_H
#define MX_RUNTIME_LIB_AVX512_POWERS_H

#include "Target.h"

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

/// 2^x for integers x near 0.
inline __attribute__((always_inline)) __m512 powersOf(__m512 x) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(
      _mm512_add_epi32(_mm512_cvtps_epi32(x), _mm512_set1_epi32(127)), 23));
}

MX_TARGET_END

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_POWERS_H
