//===- Powers.h - Powers of two by their exponents --------------*- C++ -*-===//
//
// For who multiplies sums by them and stores results.
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

/// As results have it.
inline __attribute__((always_inline)) __m512 withCanonicalNaN(__m512 x) {
  return _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q),
                            _mm512_castsi512_ps(_mm512_set1_epi32(0x7FC00000)));
}

namespace {

/// timesPower() where the result may be denormal.
__attribute__((noinline, unused)) __m512 timesLowPower(__m512i sums,
                                                       __m512 power) {
  __m512d first =
      _mm512_scalef_pd(_mm512_cvtepi32_pd(_mm512_castsi512_si256(sums)),
                       _mm512_cvtps_pd(_mm512_castps512_ps256(power)));
  __m512d second =
      _mm512_scalef_pd(_mm512_cvtepi32_pd(_mm512_extracti64x4_epi64(sums, 1)),
                       _mm512_cvtps_pd(_mm512_extractf32x8_ps(power, 1)));
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(first)),
                            _mm512_cvtpd_ps(second), 1);
}

} // namespace

/// Integers times 2^power, rounded once; NaN where the power is.
inline __attribute__((always_inline)) __m512 timesPower(__m512i sums,
                                                        __m512 power) {
  if (_mm512_cmp_ps_mask(power, _mm512_set1_ps(-126), _CMP_LT_OQ))
    return timesLowPower(sums, power);
  return _mm512_scalef_ps(_mm512_cvtepi32_ps(sums), power);
}

MX_TARGET_END

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_POWERS_H
