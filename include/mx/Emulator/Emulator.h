//===- Emulator.h - Kernels for NVIDIA GPUs, run on the CPU -----*- C++ -*-===//
//
// docs/emulator.md. A program for target nvvm runs without a GPU: its kernels
// become host code whose GPU instructions are calls, and the functions of
// mx_cuda.h become those of the emulator.
//
//===----------------------------------------------------------------------===//

#ifndef MX_EMULATOR_EMULATOR_H
#define MX_EMULATOR_EMULATOR_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mx/Target/JIT.h"
#include <string>

namespace mx::nvvm {
struct Chip;
} // namespace mx::nvvm

namespace mx::emulator {

/// Code for the emulator's mx_cuda_launch, made of a gpu.module of llvm and
/// nvvm ops. Fails after a diagnostic, at an instruction that the emulator does
/// not know.
llvm::FailureOr<std::string> compileKernels(mlir::gpu::GPUModuleOp kernels,
                                            const nvvm::Chip &chip);

/// How many bytes of each parameter a launch of a kernel of such code reads.
llvm::ArrayRef<uint64_t> getParameterBytes(const char *code, const char *name);

/// The functions of mx_cuda.h, for the host's part of a program. They end the
/// process with one error and status 1 where a kernel is wrong;
/// MX_EMULATOR_SEED=number chooses another order of events. They may be called
/// by any thread.
llvm::ArrayRef<JIT::Symbol> getEntryPoints();

} // namespace mx::emulator

#endif // MX_EMULATOR_EMULATOR_H
