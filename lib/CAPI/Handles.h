//===- Handles.h - What the C API's handles are -----------------*- C++ -*-===//

#ifndef MX_LIB_CAPI_HANDLES_H
#define MX_LIB_CAPI_HANDLES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mx-c/mx.h"
#include "mx/Pipelines/Program.h"
#include "mx/Target/JIT.h"
#include "llvm/Support/JSON.h"
#include <atomic>

struct mx_program {
  std::string text; ///< diagnostics of the call at work
  llvm::raw_string_ostream diagnostics{text};
  std::string remarks; ///< those of calls that succeeded
  std::unique_ptr<mx::Program> program;
  std::optional<llvm::json::Array> functions; ///< their signatures
  std::atomic<bool> cancelled{false};
};

struct mx_executable {
  std::unique_ptr<mx::JIT> jit;
};

namespace mx::capi {

/// Sets the thread's error; a ReportedError is told by the diagnostics of
/// `program`. Returns 1, or 0 for no error.
int report(llvm::Error error, mx_program *program = nullptr);

/// Goes on to a stage, and keeps the signatures on the way.
llvm::Error lowerTo(mx_program &program, Stage stage);

/// The signatures of the public functions of a module of the stage quantized.
llvm::json::Array describeFunctions(mlir::ModuleOp module);

/// Sets of extents of a function's arguments that must be equal, found at the
/// stage imported: lists of [argument, axis], and [-1, number] for a number.
llvm::json::Array describeEqualExtents(mlir::func::FuncOp function);

/// The products that a recipe has left as they were.
llvm::json::Array describeFloatProducts(mlir::ModuleOp module);

} // namespace mx::capi

#endif // MX_LIB_CAPI_HANDLES_H
