//===- RoundRows.h - Rounding sixteen numbers to a grid ---------*- C++ -*-===//
//
// contract::roundSaturating in 32-bit lanes: the same integer operations, for
// significands of at most 31 bits and elements of at most 8.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_ROUNDROWS_H
#define MX_RUNTIME_LIB_AVX512_ROUNDROWS_H

#include "Target.h"

#include "mx/Support/Round.h"

#define MX_AVX512_CD_BEGIN                                                     \
  MX_TARGET_BEGIN("avx2,fma,f16c,bmi2,avx512f,avx512bw,avx512vl,avx512dq,"     \
                  "avx512vbmi,avx512vnni,avx512cd")

MX_AVX512_CD_BEGIN

namespace mx::runtime::avx512 {
namespace {

/// The grid of an element format, and the prescale as odd · 2^exponent.
struct GridLanes {
  __m512i mantissaBits, minExponent, maxCode, signBit, prescale, exponent;
  __m512i randomBits;
  bool isInteger, isPrescaled;

  GridLanes(const contract::Grid &grid, uint32_t odd, int exponent)
      : mantissaBits(_mm512_set1_epi32(grid.mantissaBits)),
        minExponent(_mm512_set1_epi32(grid.minExponent)),
        maxCode(_mm512_set1_epi32(int(grid.maxCode))),
        signBit(_mm512_set1_epi32(int(grid.signBit))),
        prescale(_mm512_set1_epi32(int(odd))),
        exponent(_mm512_set1_epi32(exponent - 150)),
        randomBits(_mm512_set1_epi32(int(grid.randomBits))),
        isInteger(grid.isInteger), isPrescaled(odd != 1) {}
};

/// kept + 1 where the remainder below the gap, 2^shift units wide, rounds away
/// from zero.
template <contract::Rounding Mode>
__attribute__((always_inline)) inline __m512i
roundKept(__m512i kept, __m512i remainder, __m512i shift, __m512i random,
          const GridLanes &grid) {
  const __m512i one = _mm512_set1_epi32(1);
  if (Mode == contract::Rounding::TowardZero)
    return kept;
  if (Mode == contract::Rounding::Stochastic) {
    __m512i up = _mm512_sub_epi32(grid.randomBits, shift);
    __m512i down = _mm512_sub_epi32(shift, grid.randomBits);
    // A negative count shifts everything out.
    __m512i steps = _mm512_or_si512(_mm512_sllv_epi32(remainder, up),
                                    _mm512_srlv_epi32(remainder, down));
    return _mm512_add_epi32(
        kept,
        _mm512_srlv_epi32(_mm512_add_epi32(steps, random), grid.randomBits));
  }
  // shift in [1, 32]: beyond, the remainder is less than half.
  __m512i half = _mm512_sllv_epi32(one, _mm512_sub_epi32(shift, one));
  __mmask16 inRange = _mm512_cmple_epu32_mask(shift, _mm512_set1_epi32(32));
  __mmask16 up = _mm512_mask_cmpgt_epu32_mask(inRange, remainder, half);
  __mmask16 tie = _mm512_mask_cmpeq_epu32_mask(inRange, remainder, half);
  if (Mode == contract::Rounding::NearestEven)
    tie = _mm512_mask_test_epi32_mask(tie, kept, one);
  return _mm512_mask_add_epi32(kept, up | tie, kept, one);
}

/// Codes of v · prescale · 2^-scaleExponent for sixteen f32 (as their bits).
template <contract::Rounding Mode>
__attribute__((always_inline)) inline __m512i
roundLanes(__m512i bits, __m512i scaleExponent, __m512i random,
           const GridLanes &grid) {
  const __m512i one = _mm512_set1_epi32(1);
  __m512i magnitude = _mm512_and_si512(bits, _mm512_set1_epi32(0x7FFFFFFF));
  __m512i field = _mm512_srli_epi32(magnitude, 23);
  __mmask16 normal = _mm512_test_epi32_mask(field, field);
  __m512i significand =
      _mm512_and_si512(magnitude, _mm512_set1_epi32(0x7FFFFF));
  significand = _mm512_mask_or_epi32(significand, normal, significand,
                                     _mm512_set1_epi32(0x800000));
  if (grid.isPrescaled)
    significand = _mm512_mullo_epi32(significand, grid.prescale);
  __m512i exponent = _mm512_sub_epi32(
      _mm512_add_epi32(_mm512_max_epu32(field, one), grid.exponent),
      scaleExponent);
  __m512i msb =
      _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(significand));
  __m512i gap =
      _mm512_sub_epi32(_mm512_add_epi32(exponent, msb), grid.mantissaBits);
  __mmask16 beyond = 0;
  if (grid.isInteger)
    beyond = _mm512_cmpgt_epi32_mask(gap, grid.minExponent);
  gap = _mm512_max_epi32(gap, grid.minExponent);
  __m512i shift = _mm512_sub_epi32(gap, exponent);
  __m512i kept = _mm512_or_si512(
      _mm512_srlv_epi32(significand, shift),
      _mm512_sllv_epi32(significand,
                        _mm512_sub_epi32(_mm512_setzero_si512(), shift)));
  __mmask16 inexact = _mm512_cmpgt_epi32_mask(shift, _mm512_setzero_si512());
  __m512i below = _mm512_sub_epi32(_mm512_sllv_epi32(one, shift), one);
  __m512i remainder = _mm512_maskz_and_epi32(inexact, significand, below);
  kept = roundKept<Mode>(kept, remainder, shift, random, grid);
  __m512i code = _mm512_add_epi32(
      _mm512_sllv_epi32(_mm512_sub_epi32(gap, grid.minExponent),
                        grid.mantissaBits),
      kept);
  code = _mm512_maskz_mov_epi32(
      _mm512_test_epi32_mask(significand, significand), code);
  code = _mm512_min_epu32(code, grid.maxCode);
  __mmask16 negative = _mm512_movepi32_mask(bits);
  if (!grid.isInteger)
    return _mm512_mask_or_epi32(code, negative, code, grid.signBit);
  code = _mm512_mask_mov_epi32(code, beyond, grid.maxCode);
  return _mm512_and_si512(
      _mm512_mask_sub_epi32(code, negative, _mm512_setzero_si512(), code),
      _mm512_set1_epi32(0xFF));
}

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_ROUNDROWS_H
