//===- Overlap.cpp - Kernels that start before others end -----------------===//

#include "Overlap.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

/// In assembly, as the intrinsics of nvvm.griddepcontrol touch no memory for
/// LLVM, which could move loads before the wait.
static void startWithWait(LLVM::LLVMFuncOp kernel) {
  auto b = OpBuilder::atBlockBegin(&kernel.getBody().front());
  LLVM::InlineAsmOp::create(
      b, kernel.getLoc(), TypeRange(), ValueRange(),
      "griddepcontrol.launch_dependents;\ngriddepcontrol.wait;", "~{memory}",
      /*has_side_effects=*/true, /*is_align_stack=*/false,
      LLVM::TailCallKind::None, /*asm_dialect=*/nullptr,
      /*operand_attrs=*/nullptr);
}

void mx::nvvm::letOverlap(gpu::GPUModuleOp module) {
  for (auto kernel : module.getOps<LLVM::LLVMFuncOp>())
    if (!kernel.isExternal() &&
        kernel->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()))
      startWithWait(kernel);
}
