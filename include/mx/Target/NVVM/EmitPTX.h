//===- EmitPTX.h - PTX from kernels in the llvm dialect ---------*- C++ -*-===//

#ifndef MX_TARGET_NVVM_EMITPTX_H
#define MX_TARGET_NVVM_EMITPTX_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include <string>

namespace mx::nvvm {

/// Translates a gpu.module of llvm and nvvm ops with LLVM's NVPTX back end, in
/// this process and without CUDA: no libdevice, no fused multiply-adds that the
/// IR does not ask for. Fails after a diagnostic.
llvm::FailureOr<std::string> emitPTX(mlir::gpu::GPUModuleOp module,
                                     const Chip &chip);

} // namespace mx::nvvm

#endif // MX_TARGET_NVVM_EMITPTX_H
