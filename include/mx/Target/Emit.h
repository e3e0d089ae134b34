//===- Emit.h - LLVM IR and objects from lowered modules --------*- C++ -*-===//

#ifndef MX_TARGET_EMIT_H
#define MX_TARGET_EMIT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
} // namespace llvm

namespace mx {

/// A target machine for the CPU this process runs on, position-independent.
/// Null with a message in `error` where LLVM lacks the architecture.
std::unique_ptr<llvm::TargetMachine> createHostMachine(std::string &error);

/// Translates a module of the llvm dialect and optimises it at O2 without
/// fast-math (the numeric contract fixes the order of f32 operations). Null
/// after a diagnostic.
std::unique_ptr<llvm::Module>
translateAndOptimize(mlir::ModuleOp module, llvm::LLVMContext &context,
                     llvm::TargetMachine &machine);

/// LLVM IR as text.
mlir::LogicalResult emitLLVMIR(mlir::ModuleOp module, llvm::raw_ostream &os);

/// A relocatable object for this CPU.
mlir::LogicalResult emitObject(mlir::ModuleOp module,
                               llvm::raw_pwrite_stream &os);

} // namespace mx

#endif // MX_TARGET_EMIT_H
