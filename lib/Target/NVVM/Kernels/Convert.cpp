//===- Convert.cpp - From f32 sums to results -----------------------------===//

#include "Convert.h"

#include "../Builder/Warp.h"

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

/// Whether alpha · sum may be NaN.
static bool mayMakeNaN(float alpha, bool mayBeNaN) {
  return mayBeNaN || !std::isfinite(alpha) || alpha == 0;
}

Value mx::nvvm::finishSum(Kernel &k, Value sum, float alpha, Type type,
                          bool mayBeNaN) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  if (alpha != 1)
    sum = k.fmul(sum, k.f32(alpha));
  Value result =
      type.isF32() ? sum : arith::TruncFOp::create(b, loc, type, sum);
  if (!mayMakeNaN(alpha, mayBeNaN))
    return result;
  Value isNaN =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, sum, sum);
  return arith::SelectOp::create(b, loc, isNaN, canonicalNaN(k, type), result);
}

/// The instruction gives the positive NaN of most bits: of signed halves, none
/// is larger, and all that are larger than the canonical one are NaN.
static Value roundTwo(Kernel &k, Value first, Value second, Type type) {
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  Type halves = VectorType::get({2}, b.getI16Type());
  auto bitcast = [&](Type to, Value x) -> Value {
    return LLVM::BitcastOp::create(b, loc, to, x);
  };
  llvm::APFloat nan =
      llvm::APFloat::getQNaN(cast<FloatType>(type).getFloatSemantics());
  int64_t bits = nan.bitcastToAPInt().getZExtValue();
  Value word = bitcast(halves, convertTwo(k, first, second, type).get());
  Value most = bitcast(halves, k.i32(bits | bits << 16).get());
  return bitcast(VectorType::get({2}, type),
                 arith::MinSIOp::create(b, loc, word, most));
}

std::array<Value, 2> mx::nvvm::finishTwo(Kernel &k, Value first, Value second,
                                         float alpha, Type type,
                                         bool mayBeNaN) {
  if (type.isF32() || !mayMakeNaN(alpha, mayBeNaN))
    return {finishSum(k, first, alpha, type, mayBeNaN),
            finishSum(k, second, alpha, type, mayBeNaN)};
  if (alpha != 1) {
    first = k.fmul(first, k.f32(alpha));
    second = k.fmul(second, k.f32(alpha));
  }
  Value pair = roundTwo(k, first, second, type);
  auto extract = [&](int i) -> Value {
    return LLVM::ExtractElementOp::create(k.builder(), k.emitter().loc, pair,
                                          k.i32(i).get());
  };
  return {extract(0), extract(1)};
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
