//===- Overlap.cpp - Kernels that start before others end -----------------===//

#include "Overlap.h"

#include "Assembly.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

// In assembly, as the intrinsics of nvvm.griddepcontrol touch no memory for
// LLVM, which could move loads before the wait.
static constexpr StringLiteral kStart = "griddepcontrol.launch_dependents;";
static constexpr StringLiteral kWait = "griddepcontrol.wait;";

static bool hasWait(LLVM::LLVMFuncOp kernel) {
  WalkResult result = kernel.walk([](LLVM::InlineAsmOp op) {
    return op.getAsmString() == kWait ? WalkResult::interrupt()
                                      : WalkResult::advance();
  });
  return result.wasInterrupted();
}

static void startOthers(LLVM::LLVMFuncOp kernel) {
  auto b = OpBuilder::atBlockBegin(&kernel.getBody().front());
  std::string text = kStart.str();
  if (!hasWait(kernel))
    text += "\n" + kWait.str();
  LLVM::InlineAsmOp::create(b, kernel.getLoc(), TypeRange(), ValueRange(), text,
                            "~{memory}", /*has_side_effects=*/true,
                            /*is_align_stack=*/false, LLVM::TailCallKind::None,
                            /*asm_dialect=*/nullptr, /*operand_attrs=*/nullptr);
}

void mx::nvvm::waitForEarlierKernels(Kernel &k) {
  assembly(k, kWait, "~{memory}", {}, {});
}

void mx::nvvm::letOverlap(gpu::GPUModuleOp module) {
  for (auto kernel : module.getOps<LLVM::LLVMFuncOp>())
    if (!kernel.isExternal() &&
        kernel->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()))
      startOthers(kernel);
}
