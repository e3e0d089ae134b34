//===- KernelBinaries.h - gpu.module to gpu.binary --------------*- C++ -*-===//
//
// What mx-kernels-to-ptx and mx-kernels-to-host share.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_CONVERSION_GPU_KERNELBINARIES_H
#define MX_LIB_CONVERSION_GPU_KERNELBINARIES_H

#include "mx/Target/NVVM/TargetInfo.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mx {

/// Registers what translating kernels to LLVM IR needs.
void registerKernelTranslations(mlir::DialectRegistry &registry);

/// A property of a #gpu.object: its kernels begin with griddepcontrol.wait, so
/// that they may be launched before the kernels queued before them are
/// complete.
constexpr llvm::StringLiteral kOverlapsProperty("overlaps");

/// Replaces every gpu.module by what `compile` makes of it, several at a time;
/// where the chip can, its kernels overlap. Fails after a diagnostic where the
/// chip is not in the table, or with `compile`.
llvm::LogicalResult replaceKernels(
    mlir::ModuleOp module, llvm::StringRef chip,
    mlir::gpu::CompilationTarget format,
    llvm::function_ref<llvm::FailureOr<std::string>(mlir::gpu::GPUModuleOp,
                                                    const nvvm::Chip &)>
        compile);

} // namespace mx

#endif // MX_LIB_CONVERSION_GPU_KERNELBINARIES_H
