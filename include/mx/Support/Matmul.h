//===- Matmul.h - Scalar block-scaled products ------------------*- C++ -*-===//
//
// The definition of mx.matmul with accumulate = "exact" (contract 25).
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_MATMUL_H
#define MX_SUPPORT_MATMUL_H

#include "mx/Support/ExactSum.h"
#include "mx/Support/Quantize.h"

namespace mx::contract {

/// One number times its block scale, in integers: at most 40 bits.
struct ExactNumber {
  int64_t significand = 0;
  int exponent = 0;
  bool isNaN = false, isInf = false; ///< infinite: the significand is ±1
};

/// An operand with block scales multiplied in and tensor scale apart.
struct ExactOperand {
  int64_t items = 1, rows = 0, cols = 0;
  ExponentRange range;
  std::vector<ExactNumber> values;
  bool hasTensorScale = false;
  float tensorScale = 1;

  const ExactNumber *row(int64_t item, int64_t r) const {
    return values.data() + ((items == 1 ? 0 : item) * rows + r) * cols;
  }
};

/// element · scale; a NaN on either side is NaN.
ExactNumber exactProduct(const Decoded &element, const Decoded &scale);
/// A stored scale as integers, f32 bits for kF32.
Decoded decodeScale(const FloatFormat &format, uint32_t stored);

ExactOperand exactOperand(const Quantized &x);
/// A plain float operand; `range` is that of its type.
ExactOperand exactOperand(const MatrixView &x, const FloatFormat &type = kF32);

/// Adds a·b; 0·Inf is NaN.
inline void addProduct(ExactSum &sum, const ExactNumber &a,
                       const ExactNumber &b) {
  if (!a.isNaN && !b.isNaN && !a.isInf && !b.isInf)
    return sum.add(static_cast<Int128>(a.significand) * b.significand,
                   a.exponent + b.exponent);
  bool isZero =
      (!a.isInf && a.significand == 0) || (!b.isInf && b.significand == 0);
  if (a.isNaN || b.isNaN || isZero)
    return sum.addNaN();
  sum.addInf((a.significand < 0) != (b.significand < 0));
}

/// What follows the sum: acc, A's and B's tensor scale, alpha, one f32
/// rounding each; NaN becomes the canonical one.
inline float finishProduct(float r, const float *acc, float tensorScaleA,
                           float tensorScaleB, float alpha) {
  if (acc)
    r = r + *acc;
  r = r * tensorScaleA;
  r = r * tensorScaleB;
  return canonicalNaN(r * alpha);
}

/// out[item, m, n] = finishProduct(Σ_k a[item, m, k]·b[item, n, k]). An operand
/// of one item is used for every item; k runs to the smaller number of
/// columns. `acc` is null or has the shape of the result.
std::vector<float> matmulExact(const ExactOperand &a, const ExactOperand &b,
                               const float *acc = nullptr, float alpha = 1);

} // namespace mx::contract

#endif // MX_SUPPORT_MATMUL_H
