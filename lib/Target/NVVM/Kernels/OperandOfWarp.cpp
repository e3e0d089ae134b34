//===- OperandOfWarp.cpp - Kernels with a warp for each row of two --------===//

#include "OperandOfWarp.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

OperandOfWarp::OperandOfWarp(Kernel &k, unsigned count, unsigned rowsAt)
    : k(k), count(count) {
  Int rowsOfA = k.integer(rowsAt);
  Int warp = k.block() * (kRowThreads / 32) + (k.thread() >> 5);
  isB = warp.sgt(rowsOfA - 1);
  row = isB.select(warp - rowsOfA, warp);
}

Value OperandOfWarp::pick(unsigned i) const {
  return arith::SelectOp::create(k.builder(), k.emitter().loc, isB.get(),
                                 k.parameter(i + count), k.parameter(i));
}
