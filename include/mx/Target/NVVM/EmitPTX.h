//===- EmitPTX.h - PTX from kernels in the llvm dialect ---------*- C++ -*-===//

#ifndef MX_TARGET_NVVM_EMITPTX_H
#define MX_TARGET_NVVM_EMITPTX_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include <string>

namespace mx::nvvm {

/// Translates a gpu.module of llvm and nvvm ops with LLVM's NVPTX back end, in
/// this process and without CUDA: no libdevice, no fused multiply-adds that the
/// IR does not ask for. Where a module has kernels and external declarations
/// only, several of them are compiled at a time. Fails after a diagnostic.
llvm::FailureOr<std::string> emitPTX(mlir::gpu::GPUModuleOp module,
                                     const Chip &chip);

/// A file of PTX as it may follow another one for the same chip: the lines from
/// the first that is no comment, header or blank.
llvm::StringRef dropHeader(llvm::StringRef ptx);

/// The kernels of a program at the stage llvm as one PTX file. Fails after a
/// diagnostic where there are none.
llvm::LogicalResult printPTX(mlir::ModuleOp program, llvm::raw_ostream &os);

/// The same, assembled by ptxas, which is looked for in CUDA_HOME/bin, PATH and
/// /usr/local/cuda/bin.
llvm::LogicalResult printCubin(mlir::ModuleOp program, llvm::raw_ostream &os);

} // namespace mx::nvvm

#endif // MX_TARGET_NVVM_EMITPTX_H
