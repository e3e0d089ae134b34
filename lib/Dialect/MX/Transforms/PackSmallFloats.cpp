//===- PackSmallFloats.cpp - !mx.float elements as integers ---------------===//
//
// mx.cast writes integer codes from here on, with the format in an attribute,
// so that no target meets a buffer of sub-byte or foreign elements. Ops that
// only move elements move the codes.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace mx {
namespace {

/// Whether a cast's result is an ordinary buffer of f32, bf16 or f16.
bool isOrdinaryFloat(Type type) {
  return isa<Float32Type, BFloat16Type, Float16Type>(type);
}

struct PackCast : OpConversionPattern<CastOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(CastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto initType = dyn_cast<RankedTensorType>(op.getInit().getType());
    if (!initType)
      return rewriter.notifyMatchFailure(op, "not on tensors");
    Type format = op.getTargetFormat();
    Type storage = getCodeStorageType(format);
    // The input has the shape of the result, and its old contents are not read.
    Value init =
        createEmpty(rewriter, loc, initType.clone(storage),
                    tensor::getMixedSizes(rewriter, loc, adaptor.getInput()));
    auto cast = CastOp::create(rewriter, loc, init.getType(),
                               adaptor.getInput(), init, adaptor.getSeed(),
                               adaptor.getOrigin(), adaptor.getExtents(),
                               TypeAttr::get(format), op.getRoundingAttr(),
                               op.getStreamAttr(), op.getRandomBitsAttr());
    Type wanted = getTypeConverter()->convertType(initType.getElementType());
    rewriter.replaceOp(op,
                       castElements(rewriter, loc, cast.getResult(), wanted));
    return success();
  }
};

/// Clones an op that only moves elements, on their codes.
struct PackMover : ConversionPattern {
  PackMover(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/0,
                          context) {}

  static bool movesElements(Operation *op) {
    return isa_and_nonnull<tensor::TensorDialect, linalg::LinalgDialect,
                           bufferization::BufferizationDialect>(
        op->getDialect());
  }

  LogicalResult
  matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override {
    if (!movesElements(op))
      return rewriter.notifyMatchFailure(op, "may compute with elements");
    auto scaled = [](Type type) { return bool(getScaledElement(type)); };
    if (llvm::any_of(op->getOperandTypes(), scaled) ||
        llvm::any_of(op->getResultTypes(), scaled))
      return rewriter.notifyMatchFailure(op, "has block-scaled tensors");
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op->getResultTypes(), types)))
      return rewriter.notifyMatchFailure(op, "a result has no packed form");
    OperationState state(op->getLoc(), op->getName(), operands, types,
                         op->getDiscardableAttrDictionary().getValue());
    state.propertiesAttr = op->getPropertiesAsAttribute();
    for (unsigned i = 0; i < op->getNumRegions(); ++i)
      state.addRegion();
    Operation *clone = rewriter.create(state);
    for (auto [from, to] : llvm::zip(op->getRegions(), clone->getRegions())) {
      rewriter.inlineRegionBefore(from, to, to.begin());
      if (failed(rewriter.convertRegionTypes(&to, *getTypeConverter())))
        return rewriter.notifyMatchFailure(op, "a block has no packed form");
    }
    rewriter.replaceOp(op, clone->getResults());
    return success();
  }
};

} // namespace

void populatePackSmallFloats(const PackTypeConverter &converter,
                             RewritePatternSet &patterns,
                             ConversionTarget &target) {
  target.addDynamicallyLegalOp<CastOp>([](CastOp op) {
    auto type = dyn_cast<RankedTensorType>(op.getInit().getType());
    return !type || op.getFormat() || isOrdinaryFloat(type.getElementType());
  });
  patterns.add<PackCast, PackMover>(converter, patterns.getContext());
}

} // namespace mx
