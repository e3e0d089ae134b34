//===- QuickRound.h - Rounding by one addition ------------------*- C++ -*-===//
//
// Adding 2^23 gaps to a number leaves the number of gaps in the low bits of the
// sum, rounded as the addition rounds. Exact where the number itself is an f32,
// or where it was cut to one below every bit that matters: stochastic rounding
// reads r bits below the gap, so a product cut to 24 bits serves for M + r <=
// 23. RoundRows.h is for all other cases.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_QUICKROUND_H
#define MX_RUNTIME_LIB_AVX512_QUICKROUND_H

#include "Target.h"

#include "mx/Support/Round.h"

#include <cmath>

MX_AVX512_BEGIN

namespace mx::runtime::avx512 {
namespace {

constexpr int kCut = _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC;

/// The grid of an element or scale format. Exponents are fields of an f32.
struct QuickGrid {
  __m512i leastField, toGaps, maxCode, signBit;
  __m512 limit; ///< beyond it everything saturates
  unsigned codeShift = 0, signShift = 0;
  bool isInteger = false;

  /// `randomBits` is 0 unless rounding is stochastic.
  QuickGrid(const contract::Grid &grid, double largest, unsigned randomBits)
      : leastField(_mm512_set1_epi32(
            (grid.minExponent + grid.mantissaBits + 127) << 23)),
        toGaps(_mm512_set1_epi32((23 - grid.mantissaBits - int(randomBits)) *
                                 (1 << 23))),
        maxCode(_mm512_set1_epi32(int(grid.maxCode))),
        signBit(_mm512_set1_epi32(int(grid.signBit))),
        limit(_mm512_set1_ps(float(2 * largest))),
        codeShift(23 - unsigned(grid.mantissaBits)),
        signShift(grid.signBit ? unsigned(__builtin_clz(grid.signBit)) : 0),
        isInteger(grid.isInteger) {}
};

/// Magnitudes to codes; `gapSum` and `gaps` are left for whoever wants the
/// rounded number, gapSum - gaps.
template <contract::Rounding Mode, unsigned RandomBits>
__attribute__((always_inline)) inline __m512i
quickMagnitude(__m512 a, __m512i random, const QuickGrid &grid, __m512 &gapSum,
               __m512 &gaps) {
  __m512i field = grid.leastField;
  if (!grid.isInteger)
    field = _mm512_max_epu32(
        _mm512_and_si512(_mm512_castps_si512(a), _mm512_set1_epi32(0x7F800000)),
        grid.leastField);
  gaps = _mm512_castsi512_ps(_mm512_add_epi32(field, grid.toGaps));
  gapSum = Mode == contract::Rounding::NearestEven
               ? _mm512_add_ps(a, gaps)
               : _mm512_add_round_ps(a, gaps, kCut);
  __m512i count =
      _mm512_sub_epi32(_mm512_castps_si512(gapSum), _mm512_castps_si512(gaps));
  if (Mode == contract::Rounding::Stochastic)
    count = _mm512_srli_epi32(_mm512_add_epi32(count, random), RandomBits);
  __m512i code = _mm512_add_epi32(
      count, _mm512_srli_epi32(_mm512_sub_epi32(field, grid.leastField),
                               grid.codeShift));
  return _mm512_min_epu32(code, grid.maxCode);
}

/// Codes of x · factor, where the product is cut to an f32 if `Cuts`.
template <contract::Rounding Mode, unsigned RandomBits, bool Cuts>
__attribute__((always_inline)) inline __m512i
quickRound(__m512 x, __m512 factor, __m512i random, const QuickGrid &grid) {
  __m512 y =
      Cuts ? _mm512_mul_round_ps(x, factor, kCut) : _mm512_mul_ps(x, factor);
  __m512 a = _mm512_min_ps(_mm512_abs_ps(y), grid.limit), gapSum, gaps;
  __m512i code =
      quickMagnitude<Mode, RandomBits>(a, random, grid, gapSum, gaps);
  __m512i bits = _mm512_castps_si512(y);
  if (!grid.isInteger) // code | (sign moved down & signBit)
    return _mm512_ternarylogic_epi32(
        code, _mm512_srli_epi32(bits, grid.signShift), grid.signBit, 0xF8);
  return _mm512_and_si512(_mm512_mask_sub_epi32(code,
                                                _mm512_movepi32_mask(bits),
                                                _mm512_setzero_si512(), code),
                          _mm512_set1_epi32(0xFF));
}

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_QUICKROUND_H
