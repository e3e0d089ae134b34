//===- PendingAccumulators.h - Registers that wgmma still writes *- C++ -*-===//

#ifndef MX_LIB_EMULATOR_PENDINGACCUMULATORS_H
#define MX_LIB_EMULATOR_PENDINGACCUMULATORS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace mx::emulator {

/// Fails after a diagnostic where one is used for anything else.
llvm::LogicalResult checkPendingAccumulators(mlir::LLVM::LLVMFuncOp function);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_PENDINGACCUMULATORS_H
