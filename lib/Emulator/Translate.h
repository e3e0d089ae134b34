//===- Translate.h - Kernels as host code -----------------------*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_TRANSLATE_H
#define MX_LIB_EMULATOR_TRANSLATE_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mx::emulator {

/// Kernels in which every instruction of the GPU is a call of the emulator, and
/// every access of memory is checked by one first.
struct HostModule {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  int64_t staticShared = 0; ///< bytes of shared memory
};

/// Translates a gpu.module of llvm and nvvm ops. For each kernel there is a
/// function NAME.entry of an array of addresses of parameters. Fails after a
/// diagnostic, at an instruction that the emulator does not know.
llvm::FailureOr<HostModule> translate(mlir::gpu::GPUModuleOp kernels);

/// What every name begins with.
inline constexpr llvm::StringLiteral kPrefix("mx_emulator.");

/// Special registers by number, for mx_emulator.register.
enum SpecialRegister : int64_t {
  kThreadId = 0, // each three: x, y, z
  kBlockDim = 3,
  kBlockId = 6,
  kGridDim = 9,
  kBlockInCluster = 12,
  kClusterDim = 15,
  kClusterId = 18,
  kClusterCount = 21,
  kLaneId = 24,
  kWarpId = 25,
  kClusterRank = 26,
  kSharedStart = 27, ///< where the block's shared memory begins
};

enum AccessKind : int64_t { kRead, kWrite, kAtomic };

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_TRANSLATE_H
