//===- Handles.h - What the C API's handles are -----------------*- C++ -*-===//

#ifndef MX_LIB_CAPI_HANDLES_H
#define MX_LIB_CAPI_HANDLES_H

#include "mx-c/mx.h"
#include "mx/Pipelines/Program.h"
#include "mx/Target/Emit.h"
#include "mx/Target/JIT.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"
#include <atomic>

struct mx_program {
  std::string text; ///< diagnostics of the call at work
  llvm::raw_string_ostream diagnostics{text};
  std::string remarks; ///< those of calls that succeeded
  std::unique_ptr<mx::Program> program;
  mx::Processor processor; ///< of kinds ll and o
  mx_progress progress = nullptr;
  void *progressUser = nullptr;
  std::string failure; ///< what ended it; the module is then between stages
  std::atomic<bool> cancelled{false}, busy{false};
};

struct mx_executable {
  std::unique_ptr<mx::JIT> jit;
  mx::TargetKind target;
  bool onDevice; ///< arrays are in GPU memory
  std::vector<mx::FunctionSignature> signatures;
  llvm::StringMap<mx::JIT::Function> functions;
};

namespace mx::capi {

/// An error with a text that is taken as it is.
llvm::Error makeError(std::errc code, const llvm::Twine &text);
/// One of status MX_COMPILER_ERROR_ARGUMENT.
llvm::Error argumentError(const llvm::Twine &text);

/// Fails for null; `what` is what was expected.
llvm::Error checkNotNull(const void *pointer, llvm::StringRef what);

/// Fails unless a string is one of some names; it may be null.
llvm::Error checkChoice(llvm::StringRef what, const char *value,
                        llvm::ArrayRef<llvm::StringRef> choices);

/// The keys of mx_option.
llvm::ArrayRef<llvm::StringRef> getOptionNames();

/// Sets the thread's error; a ReportedError is told by the diagnostics of
/// `program`. Returns the status, 0 for no error.
int report(llvm::Error error, mx_program *program = nullptr);

/// Runs `work` as the one call at work with a program, and reports its error.
int enter(mx_program *program, llvm::function_ref<llvm::Error()> work);

/// Goes on to a stage, with progress.
llvm::Error lowerTo(mx_program &program, Stage stage);

llvm::Error checkCancelled(const mx_program &program);

/// Calls the progress function; fails where it, or somebody else, cancels.
llvm::Error tell(mx_program &program, llvm::StringRef step);

llvm::json::Array describe(llvm::ArrayRef<FunctionSignature> functions);

/// The products that a recipe has left as they were.
llvm::json::Array describeFloatProducts(mlir::ModuleOp module);

/// Finds a function by name, which may be null.
llvm::Expected<const FunctionSignature *>
findFunction(mx_executable *executable, const char *name);

} // namespace mx::capi

#endif // MX_LIB_CAPI_HANDLES_H
