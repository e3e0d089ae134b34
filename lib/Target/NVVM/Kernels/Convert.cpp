//===- Convert.cpp - From f32 sums to results -----------------------------===//

#include "Convert.h"

#include <cmath>

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

Value mx::nvvm::canonicalNaN(Kernel &k, Type type) {
  llvm::APFloat nan =
      llvm::APFloat::getQNaN(cast<FloatType>(type).getFloatSemantics());
  return arith::ConstantOp::create(k.builder(), k.emitter().loc,
                                   FloatAttr::get(type, nan));
}

Value mx::nvvm::finishSum(Kernel &k, Value sum, float alpha, Type type,
                          bool mayBeNaN) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  if (alpha != 1)
    sum = k.fmul(sum, k.f32(alpha));
  Value result =
      type.isF32() ? sum : arith::TruncFOp::create(b, loc, type, sum);
  if (!mayBeNaN && std::isfinite(alpha) && alpha != 0)
    return result; // no NaN comes of a sum that is none
  Value isNaN =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, sum, sum);
  return arith::SelectOp::create(b, loc, isNaN, canonicalNaN(k, type), result);
}

static Value makePair(Kernel &k, Value first, Value second) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  Type type = VectorType::get({2}, first.getType());
  Value pair = LLVM::PoisonOp::create(b, loc, type);
  pair = LLVM::InsertElementOp::create(b, loc, pair, first, k.i32(0).get());
  return LLVM::InsertElementOp::create(b, loc, pair, second, k.i32(1).get());
}

Int mx::nvvm::packTwo(Kernel &k, Value first, Value second) {
  return Int(k.emitter(),
             LLVM::BitcastOp::create(k.builder(), k.emitter().loc, k.i32Type(),
                                     makePair(k, first, second)));
}

void mx::nvvm::storeTwo(Kernel &k, Value first, Value second, Value pointer,
                        Int place) {
  Type element = first.getType();
  LLVM::StoreOp::create(k.builder(), k.emitter().loc,
                        makePair(k, first, second),
                        k.element(pointer, element, place),
                        2 * element.getIntOrFloatBitWidth() / 8);
}
