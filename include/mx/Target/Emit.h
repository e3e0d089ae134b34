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

/// Which processor to make code for, as LLVM spells it.
struct Processor {
  /// The one this process runs on where empty.
  std::string cpu;
  /// `+feature` and `-feature`, separated by commas, on top of the CPU's own.
  std::string features;
};

/// A target machine for a processor of this architecture, position-independent.
/// Null with a message in `error` where LLVM knows no such CPU or feature.
std::unique_ptr<llvm::TargetMachine> createMachine(const Processor &processor,
                                                   std::string &error);

/// Appends what LLVM has to say of errors to `errors`, which outlives the
/// context; by default LLVM prints it and ends the process.
void collectErrors(llvm::LLVMContext &context, std::string &errors);

/// Translates a module of the llvm dialect and optimises it at O2 without
/// fast-math (the numeric contract fixes the order of f32 operations). Null
/// after a diagnostic.
std::unique_ptr<llvm::Module>
translateAndOptimize(mlir::ModuleOp module, llvm::LLVMContext &context,
                     llvm::TargetMachine &machine);

/// LLVM IR as text.
mlir::LogicalResult emitLLVMIR(mlir::ModuleOp module,
                               const Processor &processor,
                               llvm::raw_ostream &os);

/// A relocatable object.
mlir::LogicalResult emitObject(mlir::ModuleOp module,
                               const Processor &processor,
                               llvm::raw_pwrite_stream &os);

} // namespace mx

#endif // MX_TARGET_EMIT_H
