//===- ExactSum.h - A sum that never rounds ---------------------*- C++ -*-===//
//
// The wide integer behind accumulate = "exact" (contract 25): products of
// integers are added at their binary place and the sum is rounded once.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_EXACTSUM_H
#define MX_SUPPORT_EXACTSUM_H

#include "mx/Support/ScaledFormat.h"

namespace mx::contract {

using Int128 = __int128;

/// The powers of two between which the numbers of an operand lie: each is a
/// multiple of 2^low and below 2^high in magnitude.
struct ExponentRange {
  int low = 0, high = 0;
};

/// Elements of `format` by themselves (kF32, kBF16, … for a float operand).
ExponentRange exponentRange(const FloatFormat &format);
/// Elements of `format` times their block scales; tensor scales stay out.
ExponentRange exponentRange(const ScaledFormat &format);

/// A two's complement accumulator wide enough for any number of products
/// (below 2^62 of them) of numbers from two ranges. 640 bits for f32 × f32,
/// 1216 for the widest pair, generic E8 formats with f32 scales.
class ExactSum {
public:
  static constexpr int kMaxLimbs = 20;

  ExactSum(const ExponentRange &a, const ExponentRange &b);

  /// Back to zero.
  void clear();
  /// Adds value·2^exponent; the exponent is at least a.low + b.low.
  void add(Int128 value, int exponent);
  /// Notes a product that is NaN, or infinite with the given sign.
  void addNaN() { hasNaN = true; }
  void addInf(bool negative) { (negative ? hasMinusInf : hasPlusInf) = true; }

  /// The sum rounded once to f32, nearest-even: overflow gives ±Inf, a sum of
  /// exactly zero +0, NaN and Inf - Inf 0x7FC00000.
  float toFloat() const;
  int limbCount() const { return limbs; }

private:
  uint64_t words[kMaxLimbs];
  int limbs;
  int base; ///< bit 0 of words[0] weighs 2^base
  bool hasNaN = false, hasPlusInf = false, hasMinusInf = false;
};

inline void ExactSum::clear() {
  for (int i = 0; i < limbs; ++i)
    words[i] = 0;
  hasNaN = hasPlusInf = hasMinusInf = false;
}

inline void ExactSum::add(Int128 value, int exponent) {
  if (value == 0)
    return;
  int place = exponent - base, limb = place / 64, bit = place % 64;
  auto low = static_cast<unsigned __int128>(value) << bit;
  uint64_t sign = value < 0 ? ~uint64_t(0) : 0;
  uint64_t top = bit == 0 ? sign : static_cast<uint64_t>(value >> (128 - bit));
  uint64_t parts[3] = {static_cast<uint64_t>(low),
                       static_cast<uint64_t>(low >> 64), top};
  uint64_t carry = 0;
  for (int i = 0; limb < limbs; ++limb, ++i) {
    uint64_t part = i < 3 ? parts[i] : sign;
    if (i >= 3 && part + carry == 0)
      return; // 0 + 0, or -1 + 1: the words above stay
    unsigned __int128 total =
        static_cast<unsigned __int128>(words[limb]) + part + carry;
    words[limb] = static_cast<uint64_t>(total);
    carry = static_cast<uint64_t>(total >> 64);
  }
}

} // namespace mx::contract

#endif // MX_SUPPORT_EXACTSUM_H
