//===- ExpandSmallFloats.cpp - arith on f4, f6, f8 and E8M0 as integers ---===//
//
// mx-expand-small-floats: a correct replacement of what --arith-expand does to
// arith.extf, truncf, scaling_extf and scaling_truncf on the small floats of
// OCP MX.
//
//===----------------------------------------------------------------------===//

#include "CastElement.h"
#include "Reference/Lowerings.h"

#include "mx/Conversion/Passes.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXEXPANDSMALLFLOATS
#include "mx/Conversion/Passes.h.inc"

namespace {
using namespace reference;
using contract::FloatFormat;

bool isSmallFloat(Type type) {
  return isa<Float4E2M1FNType, Float6E2M3FNType, Float6E3M2FNType,
             Float8E4M3FNType, Float8E5M2Type, Float8E8M0FNUType>(type);
}

bool isWideFloat(Type type) {
  return isa<Float32Type, BFloat16Type, Float16Type>(type);
}

Int i32(Emitter e, int64_t value) {
  return Int::constant(e, e.b.getI32Type(), value);
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

/// A code with the sign of `value` and with overflow, Inf and NaN as APFloat
/// has them: Inf where the format has one, else NaN. `magnitude` (i32) exceeds
/// the largest code where it is Inf or overflows.
Int addSpecialCodes(Emitter e, Value value, Int magnitude, Int isNaN,
                    const FloatFormat &format) {
  bool hasInf = format.kind == contract::FloatKind::IEEE;
  int64_t largest = int64_t(format.maxCode());
  int64_t beyondCode = hasInf ? largest + 1 : int64_t(format.nanCode());
  Int bits = bitsOf(e, value);
  Int sign = (bits >> 31) << (format.bits() - 1);
  Int code =
      sign | magnitude.ugt(largest).select(i32(e, beyondCode), magnitude);
  int64_t quiet = int64_t(1) << (format.mantissaBits - 1);
  int64_t allOnes = ((int64_t(1) << format.exponentBits) - 1)
                    << format.mantissaBits;
  Int payload = hasInf ? (bits & 0x7FFFFF) >> (23 - format.mantissaBits)
                       : i32(e, format.nanCode() & ~allOnes);
  return isNaN.select(sign | payload | (allOnes | quiet), code);
}

/// What overflow, Inf and NaN become where APFloat decides: as above, or the
/// largest number of formats without both.
Int truncateLikeAPFloat(Emitter e, Value value, const Number &number,
                        const Round &round) {
  const FloatFormat &format = round.format;
  if (format.isE8M0) {
    // 2^127·1.5 and more round up to 2^128, which is no E8M0 number.
    Int beyond = (bitsOf(e, value) & 0x7FFFFFFF).uge(0x7F400000);
    Int code = roundCast(number, round);
    return beyond.select(code.like(0xFF), code);
  }
  if (format.kind == contract::FloatKind::Finite)
    return roundCast(number, round);
  int64_t beyond = int64_t(format.maxCode()) + 1;
  Int magnitude = roundMagnitude(number, round).umin(beyond);
  magnitude = number.isInf.select(magnitude.like(beyond), magnitude);
  return addSpecialCodes(e, value, magnitude.zext(32), number.isNaN, format);
}

FailureOr<contract::Rounding>
getRounding(std::optional<arith::RoundingMode> mode) {
  switch (mode.value_or(arith::RoundingMode::to_nearest_even)) {
  case arith::RoundingMode::to_nearest_even:
    return contract::Rounding::NearestEven;
  case arith::RoundingMode::to_nearest_away:
    return contract::Rounding::NearestAway;
  case arith::RoundingMode::toward_zero:
    return contract::Rounding::TowardZero;
  case arith::RoundingMode::downward:
  case arith::RoundingMode::upward:
    return failure();
  }
  return failure();
}

/// f32 to small.
Value truncateFromF32(Emitter e, Value value, Type type,
                      contract::Rounding rounding, bool saturate) {
  ElementCast cast{*getFloatFormat(type), rounding};
  bool hasSpecial = cast.format.kind != contract::FloatKind::Finite;
  Int code;
  if (!cast.fits()) {
    Round round;
    round.format = cast.format;
    round.rounding = rounding;
    Number number = decomposeF32(e, value);
    code = saturate ? roundCast(number, round)
                    : truncateLikeAPFloat(e, value, number, round);
  } else if (saturate || !hasSpecial) {
    code = cast.encode(e, value);
  } else {
    Int bits = bitsOf(e, value) & 0x7FFFFFFF;
    code = addSpecialCodes(e, value, cast.roundMagnitude(bits),
                           bits.ugt(0x7F800000), cast.format);
  }
  return floatOf(code.zext(type.getIntOrFloatBitWidth()), type);
}

/// Small to f32: exact; a NaN keeps its sign and payload and becomes quiet. To
/// bf16, which has every number of these formats, and f16, which has all but
/// those of E8M0, rounded once: a NaN is canonical.
Value extend(Emitter e, Value value, Type type) {
  Int code = bitsOf(e, value).zext(32);
  FloatFormat format = *getFloatFormat(value.getType());
  Value wide =
      decodeElement(e, code, format, /*hasCanonicalNaN=*/!type.isF32());
  if (type.isF32())
    return wide;
  if (type.isBF16())
    return floatOf((bitsOf(e, wide) >> 16).zext(16), type);
  if (format.isE8M0)
    return floatOf(ElementCast{contract::kF16}.encode(e, wide).zext(16), type);
  Value half = arith::TruncFOp::create(e.b, e.loc, type, wide);
  if (format.kind == contract::FloatKind::Finite)
    return half;
  Int isNaN(e, arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::UNO,
                                     wide, wide));
  return isNaN.select(floatOf(i32(e, 0x7E00).zext(16), type), half);
}

/// A scale as E8M0: its exponent, as the op's description says (truncation
/// toward zero), or itself.
Number getScale(Emitter e, Value scale) {
  FloatFormat format = *getFloatFormat(scale.getType());
  if (scale.getType().isF32())
    return decomposeF32(e, scale);
  if (isWideFloat(scale.getType()))
    return decomposeF32(e, widenToF32(e, scale));
  return decode(e, bitsOf(e, scale).zext(32), format);
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

/// Applies a scalar function to scalars, or to each element of vectors and
/// tensors.
FailureOr<Value> mapElements(Emitter e, Type resultType, ValueRange operands,
                             function_ref<Value(Emitter, ValueRange)> scalar) {
  if (isa<RankedTensorType>(resultType)) {
    auto type = cast<RankedTensorType>(resultType);
    return generate(e, getSizes(e, operands[0]), type.getElementType(),
                    [&](Emitter e, ArrayRef<Value> at) {
                      SmallVector<Value> elements;
                      for (Value operand : operands)
                        elements.push_back(extract(e, operand, at));
                      return scalar(e, elements);
                    });
  }
  auto vector = dyn_cast<VectorType>(resultType);
  if (!vector)
    return scalar(e, operands);
  if (vector.isScalable())
    return failure();
  Value result = arith::ConstantOp::create(e.b, e.loc, e.b.getZeroAttr(vector));
  SmallVector<int64_t> strides = computeStrides(vector.getShape());
  for (int64_t i = 0; i < vector.getNumElements(); ++i) {
    SmallVector<int64_t> at = delinearize(i, strides);
    SmallVector<Value> elements;
    for (Value operand : operands)
      elements.push_back(vector::ExtractOp::create(e.b, e.loc, operand, at));
    result =
        vector::InsertOp::create(e.b, e.loc, scalar(e, elements), result, at);
  }
  return result;
}

struct ExpandExtF : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = getElementTypeOrSelf(op.getIn()), to = getElementTypeOrSelf(op);
    if (!isSmallFloat(from) || !isWideFloat(to))
      return rewriter.notifyMatchFailure(op, "not from a small float");
    FailureOr<Value> result = mapElements(
        {rewriter, op.getLoc()}, op.getType(), op.getIn(),
        [&](Emitter e, ValueRange in) { return extend(e, in[0], to); });
    if (failed(result))
      return rewriter.notifyMatchFailure(op, "scalable vector");
    rewriter.replaceOp(op, *result);
    return success();
  }
};

struct ExpandTruncF : OpRewritePattern<arith::TruncFOp> {
  ExpandTruncF(MLIRContext *context, bool saturate)
      : OpRewritePattern(context), saturate(saturate) {}
  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = getElementTypeOrSelf(op.getIn()), to = getElementTypeOrSelf(op);
    if (!isWideFloat(from) || !isSmallFloat(to))
      return rewriter.notifyMatchFailure(op, "not to a small float");
    FailureOr<contract::Rounding> rounding = getRounding(op.getRoundingmode());
    if (failed(rounding))
      return rewriter.notifyMatchFailure(op, "rounds down or up");
    FailureOr<Value> result =
        mapElements({rewriter, op.getLoc()}, op.getType(), op.getIn(),
                    [&](Emitter e, ValueRange in) {
                      return truncateFromF32(e, widenToF32(e, in[0]), to,
                                             *rounding, saturate);
                    });
    if (failed(result))
      return rewriter.notifyMatchFailure(op, "scalable vector");
    rewriter.replaceOp(op, *result);
    return success();
  }
  bool saturate;
};

struct ExpandScalingExtF : OpRewritePattern<arith::ScalingExtFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::ScalingExtFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = getElementTypeOrSelf(op.getIn()), to = getElementTypeOrSelf(op);
    Type scale = getElementTypeOrSelf(op.getScale());
    if (!isSmallFloat(from) || !isWideFloat(to) ||
        !(isSmallFloat(scale) || isWideFloat(scale)))
      return rewriter.notifyMatchFailure(op, "not from a small float");
    FailureOr<Value> result = mapElements(
        {rewriter, op.getLoc()}, op.getType(), {op.getIn(), op.getScale()},
        [&](Emitter e, ValueRange in) {
          Number code =
              decode(e, bitsOf(e, in[0]).zext(32), *getFloatFormat(from));
          return roundToFloat(multiply(code, getScale(e, in[1])), to);
        });
    if (failed(result))
      return rewriter.notifyMatchFailure(op, "scalable vector");
    rewriter.replaceOp(op, *result);
    return success();
  }
};

struct ExpandScalingTruncF : OpRewritePattern<arith::ScalingTruncFOp> {
  ExpandScalingTruncF(MLIRContext *context, bool saturate)
      : OpRewritePattern(context), saturate(saturate) {}
  LogicalResult matchAndRewrite(arith::ScalingTruncFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = getElementTypeOrSelf(op.getIn()), to = getElementTypeOrSelf(op);
    Type scale = getElementTypeOrSelf(op.getScale());
    FailureOr<contract::Rounding> rounding = getRounding(op.getRoundingmode());
    if (!isWideFloat(from) || !isSmallFloat(to) || failed(rounding) ||
        !isa<Float8E8M0FNUType>(scale))
      return rewriter.notifyMatchFailure(
          op, "not to a small float by an f8E8M0FNU scale");
    FailureOr<Value> result =
        mapElements({rewriter, op.getLoc()}, op.getType(),
                    {op.getIn(), op.getScale()}, [&](Emitter e, ValueRange in) {
                      return divide(e, in[0], in[1], to, *rounding);
                    });
    if (failed(result))
      return rewriter.notifyMatchFailure(op, "scalable vector");
    rewriter.replaceOp(op, *result);
    return success();
  }

  /// in / 2^e, rounded once. The quotient may be no f32, so what overflow is
  /// follows the code and not an f32 intermediate.
  Value divide(Emitter e, Value in, Value scale, Type to,
               contract::Rounding rounding) const {
    Value wide = widenToF32(e, in);
    Number number = decomposeF32(e, wide);
    Number factor = getScale(e, scale);
    number.exponent = number.exponent - factor.exponent;
    number.isNaN = number.isNaN | factor.isNaN;
    Round round;
    round.format = *getFloatFormat(to);
    round.rounding = rounding;
    Int code = saturate ? roundCast(number, round)
                        : truncateLikeAPFloat(e, wide, number, round);
    return floatOf(code.zext(to.getIntOrFloatBitWidth()), to);
  }
  bool saturate;
};

struct ExpandSmallFloats : impl::MXExpandSmallFloatsBase<ExpandSmallFloats> {
  using MXExpandSmallFloatsBase::MXExpandSmallFloatsBase;
  void runOnOperation() final {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandExtF, ExpandScalingExtF>(&getContext());
    patterns.add<ExpandTruncF, ExpandScalingTruncF>(&getContext(), saturate);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
} // namespace mx
