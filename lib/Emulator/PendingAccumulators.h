//===- PendingAccumulators.h - Registers that units still write *- C++ -*-===//

#ifndef MX_LIB_EMULATOR_PENDINGACCUMULATORS_H
#define MX_LIB_EMULATOR_PENDINGACCUMULATORS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace mx::emulator {

/// Fails after a diagnostic where one is used before it was waited for.
llvm::LogicalResult checkPendingRegisters(mlir::LLVM::LLVMFuncOp function);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_PENDINGACCUMULATORS_H
