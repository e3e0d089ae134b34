//===- Pack.cpp - From block-scaled tensors to packed bytes ---------------===//
//
// mx-pack: a 1:N type conversion of `tensor<… x !mx.scaled>` into codes,
// scales, a tensor scale and a logical extent, through functions, calls and
// control flow, before bufferization. What stands before a quantisation is
// fused into it afterwards (PackFusion.cpp).
//
//===----------------------------------------------------------------------===//

#include "Packing.h"
#include "mx/Dialect/MX/Transforms/Passes.h"
#include "mx/Dialect/MX/Transforms/VerifyQuantized.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXPACK
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

/// Ops of the value level, which this pass must leave none of.
bool isValueLevel(Operation *op) {
  return isa<QuantizeOp, DequantizeOp, MatmulOp, AssembleOp, DisassembleOp,
             TransposeOp, AmaxOp>(op);
}

/// Whether an op only moves values of `!mx.float`, so that it can move codes.
bool movesElements(Operation *op) {
  return isa_and_nonnull<MXDialect, tensor::TensorDialect,
                         linalg::LinalgDialect,
                         bufferization::BufferizationDialect, scf::SCFDialect,
                         cf::ControlFlowDialect>(op->getDialect()) ||
         isa<FunctionOpInterface, func::CallOp, func::ReturnOp,
             arith::SelectOp>(op);
}

/// Reports ops that compute with `!mx.float` elements.
LogicalResult verifySmallFloats(ModuleOp module) {
  LogicalResult result = success();
  module.walk([&](Operation *op) {
    auto isSmall = [](Type type) {
      return isa<MiniFloatType>(getElementTypeOrSelf(type));
    };
    if (movesElements(op) || (llvm::none_of(op->getOperandTypes(), isSmall) &&
                              llvm::none_of(op->getResultTypes(), isSmall)))
      return;
    result = op->emitOpError()
             << "expected an op that only moves !mx.float elements, but found '"
             << op->getName()
             << "'; use 'mx.cast' to make them and a block-scaled format to "
                "compute with them";
  });
  return result;
}

/// Reports value-level ops that have no packed form.
LogicalResult verifyPackable(ModuleOp module) {
  LogicalResult result = success();
  module.walk([&](MatmulOp op) {
    for (Value operand : {op.getA(), op.getB()})
      if (ScaledType format = getScaledElement(operand.getType());
          format && format.isColumnWise())
        result = op.emitOpError()
                 << "expected blocks along the contraction, the last axis, but "
                    "found "
                 << format << "; quantise the operand along its last axis";
  });
  module.walk([&](QuantizeOp op) {
    // The extents leave out the last axis, which numbers the rows here.
    if (op.getFormat().isColumnWise() && op.getOrigin().size() > 2)
      result = op.emitOpError()
               << "expected no origin with batch axes and blocks along the "
                  "last axis but one, but found "
               << op.getFormat() << "; transpose the input instead";
  });
  return result;
}

LogicalResult convert(ModuleOp module) {
  MLIRContext *context = module.getContext();
  PackTypeConverter converter;
  ConversionTarget target(*context);
  RewritePatternSet patterns(context);
  target.markUnknownOpDynamicallyLegal([&](Operation *op) {
    return !isValueLevel(op) && converter.isLegal(op) &&
           llvm::all_of(op->getRegions(), [&](Region &region) {
             return converter.isLegal(&region);
           });
  });
  populatePackControlFlow(converter, patterns, target);
  populatePackOps(converter, patterns);
  populatePackAssemble(converter, patterns);
  populatePackTensors(converter, patterns);
  populatePackSmallFloats(converter, patterns, target);
  return applyFullConversion(module, target, std::move(patterns));
}

/// Erases the padding values that packed pads left behind, and reports the
/// first value that still has a type of the value level.
LogicalResult finish(ModuleOp module) {
  PackTypeConverter converter;
  WalkResult walk = module.walk([&](Operation *op) {
    bool scaledScalar =
        op->getNumResults() == 1 && isa<ScaledType>(op->getResult(0).getType());
    if (scaledScalar && isa<ub::PoisonOp>(op) && op->use_empty()) {
      op->erase();
      return WalkResult::advance();
    }
    if (!scaledScalar && converter.isLegal(op))
      return WalkResult::advance();
    op->emitOpError() << "expected no block-scaled or !mx.float value after "
                         "'mx-pack', but found one; 'mx-verify-quantized' "
                         "lists the ops that may touch such values";
    return WalkResult::interrupt();
  });
  return failure(walk.wasInterrupted());
}

struct Pack : impl::MXPackBase<Pack> {
  void runOnOperation() final {
    if (failed(verifyQuantized(getOperation())) ||
        failed(verifyPackable(getOperation())) ||
        failed(verifySmallFloats(getOperation())) ||
        failed(convert(getOperation())) || failed(finish(getOperation())))
      return signalPassFailure();
    fusePackedQuantize(getOperation());
  }
};

} // namespace
} // namespace mx
