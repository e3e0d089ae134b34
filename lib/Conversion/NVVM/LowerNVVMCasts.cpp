//===- LowerNVVMCasts.cpp - mx.cast to elementwise ops for GPUs -----------===//
//
// mx-lower-nvvm-casts: casts as linalg ops with inputs, which fuse with their
// neighbours; by conversions of the chip where their bits are the contract's,
// else by integers of 32 bits.
//
//===----------------------------------------------------------------------===//

#include "../../Target/NVVM/Builder/Warp.h"
#include "../CastElement.h"
#include "../Reference/Lowerings.h"
#include "../Reference/Philox.h"
#include "ChipOption.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include "mx/Conversion/Passes.h"

#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include <cmath>

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXLOWERNVVMCASTS
#include "mx/Conversion/Passes.h.inc"

namespace {

ElementCast getElementCast(CastOp op) {
  return {*getFloatFormat(op.getTargetFormat()),
          static_cast<contract::Rounding>(op.getRounding()),
          unsigned(op.getRandomBits())};
}

Value replaceNaN(Emitter e, Value wide, Value code, int64_t nan) {
  Int isNaN(e, arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::UNO,
                                     wide, wide));
  Type type = code.getType();
  Int bits =
      Int::constant(e, e.b.getIntegerType(type.getIntOrFloatBitWidth()), nan);
  return isNaN.select(isa<FloatType>(type) ? floatOf(bits, type) : bits.get(),
                      code);
}

/// The code of a magnitude, not to nearest even. Kernels keep subnormals.
Int roundScaled(Emitter e, const ElementCast &cast, Value wide, Int random) {
  Int magnitude = bitsOf(e, wide) & 0x7FFFFFFF;
  if (!cast.hasRangeOfF32()) {
    float factor = std::ldexp(1.0f, cast.format.bias() - 127);
    Value scaled = nvvm::multiplyTowardZero(
        e, floatOf(magnitude, e.b.getF32Type()),
        arith::ConstantOp::create(e.b, e.loc, e.b.getF32FloatAttr(factor)));
    magnitude = bitsOf(e, scaled);
  }
  return cast.roundScaled(magnitude, random);
}

/// bf16 or f16, or null for other formats.
Type getHalf(Emitter e, const contract::FloatFormat &format) {
  if (format == contract::kBF16)
    return e.b.getBF16Type();
  return format == contract::kF16 ? e.b.getF16Type() : Type();
}

/// The rounding bits (i32) of the element that a body of linalg is at.
Int drawBits(Emitter e, CastOp op, const reference::Sizes &sizes) {
  SmallVector<Value> at;
  for (size_t axis = 0; axis < sizes.size(); ++axis)
    at.push_back(linalg::IndexOp::create(e.b, e.loc, int64_t(axis)));
  reference::Position position = reference::getPosition(
      e, at, sizes, op.getOrigin(), op.getExtents(), /*transpose=*/false);
  return reference::getRoundingBits(position.row, position.k,
                                    Int(e, op.getSeed()), op.getStream(),
                                    unsigned(op.getRandomBits()))
      .zext(32);
}

struct LowerCast : OpRewritePattern<CastOp> {
  LowerCast(MLIRContext *context, const nvvm::Chip &chip)
      : OpRewritePattern(context), chip(chip) {}

  LogicalResult matchAndRewrite(CastOp op,
                                PatternRewriter &rewriter) const override {
    if (op->getNumResults() == 0 || !getElementCast(op).fits())
      return rewriter.notifyMatchFailure(op, "left to mx-lower-reference");
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getInit().getType());
    AffineMap identity = rewriter.getMultiDimIdentityMap(type.getRank());
    SmallVector<utils::IteratorType> kinds(type.getRank(),
                                           utils::IteratorType::parallel);
    reference::Sizes sizes =
        reference::getSizes(Emitter{rewriter, loc}, op.getInput());
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, op.getInput(), op.getInit(),
        ArrayRef<AffineMap>{identity, identity}, kinds,
        [&](OpBuilder &b, Location loc, ValueRange arguments) {
          Emitter e{b, loc};
          Value wide = reference::widenToF32(e, arguments[0]);
          linalg::YieldOp::create(
              b, loc, encode(e, op, sizes, wide, type.getElementType()));
        });
    return success();
  }

private:
  Value encode(Emitter e, CastOp op, const reference::Sizes &sizes, Value wide,
               Type stored) const {
    ElementCast cast = getElementCast(op);
    bool isNearest = op.getRounding() == Rounding::NearestEven;
    auto store = [&](Value code) {
      return code.getType() == stored
                 ? code
                 : arith::BitcastOp::create(e.b, e.loc, stored, code)
                       .getResult();
    };
    if (Type half = getHalf(e, cast.format); half && isNearest)
      return store(replaceNaN(e, wide,
                              arith::TruncFOp::create(e.b, e.loc, half, wide),
                              cast.getNaNCode()));
    bool isE5M2 = cast.format == contract::kE5M2;
    if (isNearest && (isE5M2 || cast.format == contract::kE4M3) &&
        chip.has(nvvm::Feature::Fp8Convert)) {
      Value code = nvvm::convertToByte(e, wide, isE5M2 ? "e5m2" : "e4m3");
      return store(isE5M2 ? replaceNaN(e, wide, code, cast.getNaNCode())
                          : code);
    }
    Int random;
    if (op.getRounding() == Rounding::Stochastic)
      random = drawBits(e, op, sizes);
    Int code = isNearest
                   ? cast.encode(e, wide)
                   : cast.finish(e, wide, roundScaled(e, cast, wide, random));
    return store(code.zext(stored.getIntOrFloatBitWidth()).get());
  }

  const nvvm::Chip &chip;
};

struct LowerNVVMCasts : impl::MXLowerNVVMCastsBase<LowerNVVMCasts> {
  using Base::Base;

  void runOnOperation() final {
    const nvvm::Chip *info = nvvm::findChipOrError(getOperation(), chip);
    if (!info)
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerCast>(&getContext(), *info);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
} // namespace mx
