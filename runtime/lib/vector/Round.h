//===- Round.h - Rounding sixteen numbers to any grid -----------*- C++ -*-===//
//
// contract::roundMagnitude in 32-bit lanes: the same integer operations, for
// significands of at most 31 bits. Codecs.h has shorter ways for what is
// common.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_ROUND_H
#define MX_RUNTIME_LIB_VECTOR_ROUND_H

#include "mx/Support/Round.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// A grid, and the prescale as odd · 2^exponent.
struct GridLanes {
  I mantissaBits, minExponent, maxCode, signBit, prescale, exponent, randomBits;
  bool isInteger, isPrescaled;

  GridLanes(const contract::Grid &grid, uint32_t odd, int exponent)
      : mantissaBits(setI(uint32_t(grid.mantissaBits))),
        minExponent(setI(uint32_t(grid.minExponent))),
        maxCode(setI(grid.maxCode)), signBit(setI(grid.signBit)),
        prescale(setI(odd)), exponent(setI(uint32_t(exponent - 150))),
        randomBits(setI(grid.randomBits)), isInteger(grid.isInteger),
        isPrescaled(odd != 1) {}
};

MX_INLINE I magnitude(I x) { return both(x, setI(0x7FFFFFFF)); }

/// The highest bit that is set, of numbers in (0, 2^31). Without bits next to
/// each other the conversion does not round up to the next power of two.
MX_INLINE I highestBit(I x) {
  I sparse = both(x, differ(shr<1>(x), setI(0xFFFFFFFF)));
  return sub(shr<23>(bits(toFloat(sparse))), setI(127));
}

/// kept + 1 where the remainder below the gap, 2^shift units wide, rounds away
/// from zero.
template <contract::Rounding Mode>
MX_INLINE I roundKept(I kept, I remainder, I shift, M inexact, I random,
                      const GridLanes &grid) {
  const I one = setI(1);
  if (Mode == contract::Rounding::TowardZero)
    return kept;
  if (Mode == contract::Rounding::Stochastic) {
    // A negative count shifts everything out.
    I steps = either(shl(remainder, sub(grid.randomBits, shift)),
                     shr(remainder, sub(shift, grid.randomBits)));
    return add(kept, keep(inexact, shr(add(steps, random), grid.randomBits)));
  }
  // Beyond a shift of 32 the remainder is less than half.
  I half = shl(one, sub(shift, one));
  M inRange = andNot(above(shift, setI(32)), inexact);
  M up = aboveU(remainder, half), tie = equal(remainder, half);
  if (Mode == contract::Rounding::NearestEven)
    tie = both(tie, equal(both(kept, one), one));
  return add(kept, keep(both(inRange, either(up, tie)), one));
}

/// Codes of |v| · prescale · 2^-scaleExponent for sixteen f32 (as their bits),
/// on a grid without end: 0x7FFFFFFF from 2 on for int8.
template <contract::Rounding Mode>
MX_INLINE I roundLanes(I v, I scaleExponent, I random, const GridLanes &grid) {
  const I one = setI(1), zero = setI(0);
  I field = shr<23>(magnitude(v));
  M subnormal = equal(field, zero);
  I significand =
      either(both(v, setI(0x7FFFFF)), select(subnormal, zero, setI(0x800000)));
  if (grid.isPrescaled)
    significand = mul(significand, grid.prescale);
  I exponent = sub(add(maxU(field, one), grid.exponent), scaleExponent);
  I gap = sub(add(exponent, highestBit(significand)), grid.mantissaBits);
  M beyond = above(gap, grid.minExponent);
  gap = maxS(gap, grid.minExponent);
  I shift = sub(gap, exponent);
  I kept = either(shr(significand, shift), shl(significand, sub(zero, shift)));
  M inexact = above(shift, zero);
  I below = sub(shl(one, shift), one);
  I remainder = keep(inexact, both(significand, below));
  kept = roundKept<Mode>(kept, remainder, shift, inexact, random, grid);
  I code = add(shl(sub(gap, grid.minExponent), grid.mantissaBits), kept);
  if (grid.isInteger)
    code = select(beyond, setI(0x7FFFFFFF), code);
  return select(equal(significand, zero), zero, code);
}

/// contract::withSign for codes of at most 8 bits, or floats.
MX_INLINE I withSign(I code, I v, const GridLanes &grid) {
  if (grid.isInteger) {
    I all = keep(isNegative(v), setI(0xFFFFFFFF)); // negation: ~code + 1
    return both(sub(differ(code, all), all), setI(0xFF));
  }
  return either(code, keep(isNegative(v), grid.signBit));
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_ROUND_H
