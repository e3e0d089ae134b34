//===- MXQuantizeOps.cpp - Quantise and dequantise ------------------------===//

#include "Verify.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mx;

//===----------------------------------------------------------------------===//
// mx.quantize
//===----------------------------------------------------------------------===//

ScaledType QuantizeOp::getFormat() {
  return cast<ScaledType>(getResult().getType().getElementType());
}

ScaleRule QuantizeOp::getEffectiveScaleRule() {
  return getScaleRule() ? *getScaleRule()
                        : OperandRecipeAttr::getDefaultScaleRule(getFormat());
}

LogicalResult QuantizeOp::verify() {
  RankedTensorType inputType = getInput().getType();
  if (failed(verifyShape(*this, "a result", getResult(), inputType.getShape(),
                         " as the input has")) ||
      failed(verifyBlockRank(*this, getResult().getType())))
    return failure();
  auto emit = [&] { return emitOpError(); };
  if (failed(verifyQuantization(emit, getFormat(), getEffectiveScaleRule(),
                                getRounding(), getPrescaleAttr(),
                                getRandomBits(), getScaleMinNormal())) ||
      failed(verifyStream(emit, "stream", getStream())))
    return failure();
  if (getTensorAmax() && !getFormat().getHasTensorScale())
    return emitOpError() << "expected no amax operand for " << getFormat()
                         << ", which has no tensor scale";
  if (failed(verifySeed(*this, getSeed(),
                        drawsBits(getEffectiveScaleRule(), getRounding()),
                        "stochastic rounding")))
    return failure();
  return verifyOrigin(*this, getOrigin(), getExtents(), inputType.getRank());
}

LogicalResult
QuantizeOp::reifyResultShapes(OpBuilder &builder,
                              ReifiedRankedShapedTypeDims &reified) {
  reified.push_back(tensor::getMixedSizes(builder, getLoc(), getInput()));
  return success();
}

namespace {
/// Codes and scales say everything: packing and unpacking cancel.
struct CancelAssemble : OpRewritePattern<DisassembleOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DisassembleOp op,
                                PatternRewriter &rewriter) const override {
    auto assemble = op.getInput().getDefiningOp<AssembleOp>();
    if (!assemble)
      return rewriter.notifyMatchFailure(op, "the input is not assembled");
    if (assemble.getCodes().getType() != op.getCodes().getType() ||
        assemble.getScale().getType() != op.getScale().getType())
      return rewriter.notifyMatchFailure(op, "the forms of the codes differ");
    SmallVector<Value> parts = {assemble.getCodes(), assemble.getScale()};
    if (op.getTensorScale())
      parts.push_back(assemble.getTensorScale());
    rewriter.replaceOp(op, parts);
    return success();
  }
};

/// Only random bits look at the origin.
struct DropUnusedOrigin : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getOrigin().empty())
      return rewriter.notifyMatchFailure(op, "there is no origin");
    if (drawsBits(op.getEffectiveScaleRule(), op.getRounding()))
      return rewriter.notifyMatchFailure(op, "the origin places random bits");
    rewriter.modifyOpInPlace(op, [&] {
      op.getOriginMutable().clear();
      op.getExtentsMutable().clear();
    });
    return success();
  }
};
} // namespace

void QuantizeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                             MLIRContext *context) {
  patterns.add<DropUnusedOrigin>(context);
}

//===----------------------------------------------------------------------===//
// mx.dequantize
//===----------------------------------------------------------------------===//

LogicalResult DequantizeOp::verify() {
  if (failed(verifyBlockRank(*this, getInput().getType())))
    return failure();
  return verifyShape(*this, "a result", getResult(),
                     getInput().getType().getShape(), " as the input has");
}

LogicalResult
DequantizeOp::reifyResultShapes(OpBuilder &builder,
                                ReifiedRankedShapedTypeDims &reified) {
  reified.push_back(tensor::getMixedSizes(builder, getLoc(), getInput()));
  return success();
}

//===----------------------------------------------------------------------===//
// mx.assemble and mx.disassemble
//===----------------------------------------------------------------------===//

/// Whether a tensor of codes holds one code an element.
static bool isOneCodeAnElement(RankedTensorType codes,
                               RankedTensorType scaled) {
  return codes.getRank() == scaled.getRank();
}

static LogicalResult verifyCodes(Operation *op, Value codes,
                                 RankedTensorType scaled) {
  auto type = cast<RankedTensorType>(codes.getType());
  auto format = cast<ScaledType>(scaled.getElementType());
  Type element = type.getElementType();
  Type storage = getCodeStorageType(format.getElement());
  if (isOneCodeAnElement(type, scaled)) {
    if (element != format.getElement() && element != storage)
      return op->emitOpError()
             << "expected one code an element of type " << format.getElement()
             << " or " << storage << ", but found " << element;
    return verifyShape(op, "codes", codes, scaled.getShape(),
                       ", one for each element");
  }
  if (type.getRank() != scaled.getRank() + 1)
    return op->emitOpError() << "expected codes of rank " << scaled.getRank()
                             << " (one an element) or " << scaled.getRank() + 1
                             << " (packed), but found rank " << type.getRank();
  if (!element.isInteger(8))
    return op->emitOpError()
           << "expected packed codes of type i8, but found " << element;
  return verifyShape(op, "packed codes", codes,
                     getPackedCodesShape(format, scaled.getShape()),
                     " ([…, M, ceil(K/B), bytes per block])");
}

static LogicalResult verifyParts(Operation *op, Value codes, Value scale,
                                 Value tensorScale, RankedTensorType scaled) {
  auto format = cast<ScaledType>(scaled.getElementType());
  if (failed(verifyBlockRank(op, scaled)) ||
      failed(verifyCodes(op, codes, scaled)) ||
      failed(verifyShape(op, "scales", scale,
                         getPackedScaleShape(format, scaled.getShape()),
                         ", one for each block")))
    return failure();
  Type element = cast<RankedTensorType>(scale.getType()).getElementType();
  if (element != format.getScale() && element != getScaleStorageType(format))
    return op->emitOpError()
           << "expected scales of type " << format.getScale() << " or "
           << getScaleStorageType(format) << ", but found " << element;
  if (format.getHasTensorScale() != bool(tensorScale))
    return op->emitOpError()
           << "expected "
           << (tensorScale ? "no tensor scale" : "a tensor scale") << " for "
           << format << ", but found " << (tensorScale ? "one" : "none");
  return success();
}

LogicalResult AssembleOp::verify() {
  RankedTensorType type = getResult().getType();
  if (failed(
          verifyParts(*this, getCodes(), getScale(), getTensorScale(), type)))
    return failure();
  auto format = cast<ScaledType>(type.getElementType());
  int64_t axis = type.getRank() - (format.isColumnWise() ? 2 : 1);
  bool packed =
      !isOneCodeAnElement(cast<RankedTensorType>(getCodes().getType()), type);
  bool needed = packed && type.isDynamicDim(axis);
  if (needed && !getK())
    return emitOpError() << "expected an extent for the dynamic axis " << axis
                         << ", which packed codes do not tell; add `extent %k`";
  if (!needed && getK())
    return emitOpError() << "expected no extent, since axis " << axis
                         << " is known without it";
  return success();
}

LogicalResult DisassembleOp::verify() {
  return verifyParts(*this, getCodes(), getScale(), getTensorScale(),
                     getInput().getType());
}

void DisassembleOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                MLIRContext *context) {
  patterns.add<CancelAssemble>(context);
}
