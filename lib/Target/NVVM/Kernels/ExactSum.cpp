//===- ExactSum.cpp - Integers rounded once to f32 ------------------------===//

#include "ExactSum.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

Value mx::nvvm::roundShortSum(Kernel &k, Int sum, Int exponent) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  Type f64 = b.getF64Type();
  Value value = arith::SIToFPOp::create(b, loc, f64, sum.get());
  Int field = (exponent + 1023).sext(64) << 52;
  value = arith::MulFOp::create(b, loc, value, floatOf(field, f64));
  return arith::TruncFOp::create(b, loc, k.f32Type(), value);
}

/// 53 leading bits, the last one holding whether anything is below it.
Value mx::nvvm::roundSum(Kernel &k, Int sum, Int exponent) {
  Int zero = sum.like(0);
  Int negative = sum.slt(0);
  Int magnitude = negative.select(zero - sum, sum);
  Int top = zero.like(sum.getWidth() - 1) - magnitude.leadingZeros();
  Int shift = (top - 52).smax(0);
  Int kept = (magnitude >> shift).zext(64);
  Int below = magnitude & ((zero.like(1) << shift) - 1);
  kept = kept | (below != 0).zext(64);
  kept = negative.select(kept.like(0) - kept, kept);
  return roundShortSum(k, kept, exponent + shift.zext(32));
}
