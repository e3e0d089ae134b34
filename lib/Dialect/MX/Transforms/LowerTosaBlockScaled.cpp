//===- LowerTosaBlockScaled.cpp - TOSA's block-scaled ops in mx -----------===//
//
// mx-lower-tosa-block-scaled: tosa.matmul_t_block_scaled,
// tosa.cast_to_block_scaled and tosa.cast_from_block_scaled, which no upstream
// pass lowers.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXLOWERTOSABLOCKSCALED
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

/// The scaled type of separate data and scales, or null where mx has none.
ScaledType getScaledType(Value data, Value scale, tosa::BlockSize blockSize) {
  Type element = getElementTypeOrSelf(data.getType());
  int64_t block = tosa::BlockSizeAttr::getBlockSizeValue(blockSize);
  auto quiet = [&] { return emitError(data.getLoc()); };
  if (!isa<FloatType>(element)) {
    emitRemark(data.getLoc())
        << "left as it is: elements of " << element
        << " have no bits that another dialect could read; make the "
           "block-scaled tensor with mx.assemble of i8 codes";
    return {};
  }
  return ScaledType::getChecked(quiet, data.getContext(), element,
                                getElementTypeOrSelf(scale.getType()), {block},
                                /*hasTensorScale=*/false);
}

Value assemble(OpBuilder &b, Location loc, Value data, Value scale,
               ScaledType format) {
  auto type = RankedTensorType::get(
      cast<RankedTensorType>(data.getType()).getShape(), format);
  return AssembleOp::create(b, loc, type, data, scale,
                            /*tensor_scale=*/Value(), /*k=*/Value());
}

struct LowerMatmul : OpRewritePattern<tosa::MatmulTBlockScaledOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::MatmulTBlockScaledOp op,
                                PatternRewriter &rewriter) const override {
    ScaledType aFormat =
        getScaledType(op.getAData(), op.getAScale(), op.getBlockSize());
    ScaledType bFormat =
        getScaledType(op.getBData(), op.getBScale(), op.getBlockSize());
    if (!aFormat || !bFormat)
      return rewriter.notifyMatchFailure(op, "the data are no floats");
    Location loc = op.getLoc();
    Value a = assemble(rewriter, loc, op.getAData(), op.getAScale(), aFormat);
    Value b = assemble(rewriter, loc, op.getBData(), op.getBScale(), bFormat);
    rewriter.replaceOpWithNewOp<MatmulOp>(op, op.getType(), a, b);
    return success();
  }
};

/// TOSA's conversion is OCP MX v1.0, section 6.3: FLOOR and nearest-even.
struct LowerCastTo : OpRewritePattern<tosa::CastToBlockScaledOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::CastToBlockScaledOp op,
                                PatternRewriter &rewriter) const override {
    ScaledType format = getScaledType(op.getOutputData(), op.getOutputScale(),
                                      op.getBlockSize());
    auto input = dyn_cast<RankedTensorType>(op.getInputData().getType());
    if (!format || !input)
      return rewriter.notifyMatchFailure(op, "the data are no ranked floats");
    Location loc = op.getLoc();
    Value scaled = QuantizeOp::create(
        rewriter, loc, RankedTensorType::get(input.getShape(), format),
        op.getInputData());
    rewriter.replaceOpWithNewOp<DisassembleOp>(
        op,
        TypeRange{op.getOutputData().getType(), op.getOutputScale().getType()},
        scaled);
    return success();
  }
};

struct LowerCastFrom : OpRewritePattern<tosa::CastFromBlockScaledOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::CastFromBlockScaledOp op,
                                PatternRewriter &rewriter) const override {
    ScaledType format =
        getScaledType(op.getInputData(), op.getInputScale(), op.getBlockSize());
    if (!format || !isa<RankedTensorType>(op.getInputData().getType()))
      return rewriter.notifyMatchFailure(op, "the data are no ranked floats");
    Value scaled = assemble(rewriter, op.getLoc(), op.getInputData(),
                            op.getInputScale(), format);
    rewriter.replaceOpWithNewOp<DequantizeOp>(op, op.getType(), scaled);
    return success();
  }
};

struct LowerTosaBlockScaled
    : impl::MXLowerTosaBlockScaledBase<LowerTosaBlockScaled> {
  void runOnOperation() final {
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerMatmul, LowerCastTo, LowerCastFrom>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
} // namespace mx
