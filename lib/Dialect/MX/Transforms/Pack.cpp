//===- Pack.cpp - From block-scaled tensors to packed bytes ---------------===//
//
// mx-pack: a 1:N type conversion of `tensor<… x !mx.scaled>` into codes, scales,
// a tensor scale and a logical extent, through functions, calls and control
// flow, before bufferization. What stands before a quantisation is fused into
// it afterwards (PackFusion.cpp).
//
//===----------------------------------------------------------------------===//

#include "Packing.h"
#include "mx/Dialect/MX/Transforms/Passes.h"
#include "mx/Dialect/MX/Transforms/VerifyQuantized.h"

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

struct Pack : impl::MXPackBase<Pack> {
  void runOnOperation() final {
    if (failed(verifyQuantized(getOperation())) ||
        failed(convert(getOperation())))
      return signalPassFailure();
    fusePackedQuantize(getOperation());
  }
};

} // namespace
} // namespace mx
