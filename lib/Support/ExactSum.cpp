//===- ExactSum.cpp - A sum that never rounds -----------------------------===//
//
// Width of the accumulator and its one rounding.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/ExactSum.h"

#include "mx/Support/Round.h"

#include <cmath>

namespace mx::contract {

ExponentRange exponentRange(const FloatFormat &format) {
  int high = std::ilogb(format.max()) + 1;
  if (format.isInteger)
    high = 2; // 0x80 is -2
  return {format.minExponent(), high};
}

ExponentRange exponentRange(const ScaledFormat &format) {
  ExponentRange element = exponentRange(format.element);
  ExponentRange scale = exponentRange(format.scale);
  return {element.low + scale.low, element.high + scale.high};
}

ExactSum::ExactSum(const ExponentRange &a, const ExponentRange &b)
    : limbs(0), base(a.low + b.low) {
  int bits = a.high + b.high - base + 63; // 62 of count, one of sign
  limbs = bits / 64 + 1;
  if (limbs > kMaxLimbs)
    limbs = kMaxLimbs;
  clear();
}

float ExactSum::toFloat() const {
  if (hasNaN || (hasPlusInf && hasMinusInf))
    return floatOf(kNaNBits);
  if (hasPlusInf || hasMinusInf)
    return floatOf(hasMinusInf ? 0xFF800000 : 0x7F800000);
  uint64_t magnitude[kMaxLimbs];
  bool negative = words[limbs - 1] >> 63;
  uint64_t carry = negative ? 1 : 0;
  int top = -1;
  for (int i = 0; i < limbs; ++i) {
    magnitude[i] = (negative ? ~words[i] : words[i]) + carry;
    carry = carry && magnitude[i] == 0 ? 1 : 0;
    if (magnitude[i] != 0)
      top = i;
  }
  if (top < 0)
    return 0.0f;
  // The 53 leading bits, the last one holding whether anything is below.
  int msb = 64 * top + 63 - __builtin_clzll(magnitude[top]);
  int first = msb - 52; // place of the lowest bit that is kept
  uint64_t kept = 0;
  bool sticky = false;
  for (int i = 0; i <= top; ++i) {
    int shift = 64 * i - first;
    if (shift >= 0) {
      kept |= magnitude[i] << shift;
    } else if (shift > -64) {
      kept |= magnitude[i] >> -shift;
      sticky |= (magnitude[i] & ((uint64_t(1) << -shift) - 1)) != 0;
    } else {
      sticky |= magnitude[i] != 0;
    }
  }
  kept |= sticky ? 1 : 0;
  return floatOf(castTo(kF32, Real{kept, base + first, negative},
                        Grid(kF32, Rounding::NearestEven)));
}

} // namespace mx::contract
