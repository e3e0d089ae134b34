//===- KernelsToNVVM.cpp - Kernels to the llvm and nvvm dialects ----------===//
//
// mx-kernels-to-nvvm: upstream's conversion, with math ops as arithmetic and
// instructions instead of calls of libdevice, which only comes with CUDA.
//
//===----------------------------------------------------------------------===//

#include "mx/Conversion/Passes.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXKERNELSTONVVM
#include "mx/Conversion/Passes.h.inc"

namespace {

/// Ops whose LLVM intrinsics NVPTX turns into instructions.
bool hasInstruction(Operation *op) {
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp,
             math::CountLeadingZerosOp, math::CountTrailingZerosOp,
             math::CtPopOp, math::FloorOp, math::FmaOp, math::RoundEvenOp,
             math::SqrtOp, math::TruncOp, math::IsNaNOp, math::IsInfOp,
             math::IsFiniteOp>(op);
}

struct KernelsToNVVM : impl::MXKernelsToNVVMBase<KernelsToNVVM> {
  void runOnOperation() final {
    if (failed(expand()) || failed(checkExpanded()) || failed(convert()))
      signalPassFailure();
  }

private:
  LogicalResult expand() {
    RewritePatternSet patterns(&getContext());
    static constexpr StringRef expansions[] = {
        "sinh", "cosh", "tan",   "asinh", "acosh", "atanh",
        "exp2", "powf", "fpowi", "ipowi", "round", "rsqrt"};
    math::populateExpansionPatterns(patterns, expansions);
    auto all = [](StringRef) { return true; };
    populateMathF32ExpansionPatterns(patterns, [](StringRef name) {
      return name != math::AbsFOp::getOperationName() &&
             name != math::FmaOp::getOperationName() &&
             name != math::CopySignOp::getOperationName();
    });
    populateMathPolynomialApproximationPatterns(patterns, all);
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }

  LogicalResult checkExpanded() {
    WalkResult result = getOperation().walk([](Operation *op) {
      if (!isa_and_nonnull<math::MathDialect>(op->getDialect()) ||
          hasInstruction(op))
        return WalkResult::advance();
      op->emitOpError() << "of type " << op->getOperand(0).getType()
                        << " has no expansion for target nvvm; expected f32, "
                           "bf16 or f16 and a function of one of these";
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }

  LogicalResult convert() {
    LLVMTypeConverter converter(&getContext());
    configureGpuToNVVMTypeConverter(converter);
    RewritePatternSet patterns(&getContext());
    populateGpuToNVVMConversionPatterns(converter, patterns);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    index::populateIndexToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateFuncToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    ConversionTarget target(getContext());
    target.addLegalDialect<LLVM::LLVMDialect, NVVM::NVVMDialect>();
    target.addLegalOp<gpu::GPUModuleOp>();
    return applyFullConversion(getOperation(), target, std::move(patterns));
  }
};

} // namespace
} // namespace mx
