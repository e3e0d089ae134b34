//===- Program.h - A module on its way through the stages -------*- C++ -*-===//

#ifndef MX_PIPELINES_PROGRAM_H
#define MX_PIPELINES_PROGRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mx/Pipelines/Pipelines.h"
#include "mx/Pipelines/Signature.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SourceMgr.h"
#include <memory>

namespace mlir {
class SourceMgrDiagnosticHandler;
} // namespace mlir

namespace mx {

/// An error that diagnostics have told already.
class ReportedError : public llvm::ErrorInfo<ReportedError> {
public:
  static char ID;
  void log(llvm::raw_ostream &os) const override { os << "reported"; }
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }
};

/// A module in a context of its own. Diagnostics go to the stream it was made
/// with.
class Program {
public:
  static llvm::Expected<std::unique_ptr<Program>>
  fromFile(llvm::StringRef path, const PipelineOptions &options,
           llvm::raw_ostream &diagnostics = llvm::errs());
  /// `name` is for messages.
  static llvm::Expected<std::unique_ptr<Program>>
  fromText(llvm::StringRef text, llvm::StringRef name,
           const PipelineOptions &options,
           llvm::raw_ostream &diagnostics = llvm::errs());
  /// A module that `build` makes in the program's context.
  static llvm::Expected<std::unique_ptr<Program>> fromBuilder(
      llvm::function_ref<llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>(
          mlir::MLIRContext &)>
          build,
      const PipelineOptions &options,
      llvm::raw_ostream &diagnostics = llvm::errs());
  ~Program();

  mlir::MLIRContext &getContext() { return context; }
  mlir::ModuleOp getModule() { return *module; }
  const PipelineOptions &getOptions() const { return options; }
  /// Runs the pipelines of the stages up to `stage` that have not run.
  llvm::Error lowerTo(Stage stage);
  std::optional<Stage> getReached() const { return reached; }
  /// Of the public functions; empty before the stage quantized.
  llvm::ArrayRef<FunctionSignature> getSignatures() const { return signatures; }

private:
  llvm::Error runTo(Stage stage);
  llvm::Error readSignaturesOnTheWay();
  Program(const PipelineOptions &options, llvm::raw_ostream &diagnostics);
  static llvm::Expected<std::unique_ptr<Program>>
  fromBuffer(std::unique_ptr<llvm::MemoryBuffer> buffer,
             const PipelineOptions &options, llvm::raw_ostream &diagnostics);

  PipelineOptions options;
  llvm::SourceMgr sources;
  mlir::MLIRContext context;
  std::unique_ptr<mlir::SourceMgrDiagnosticHandler> diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::optional<Stage> reached;
  std::vector<FunctionSignature> signatures;
};

} // namespace mx

#endif // MX_PIPELINES_PROGRAM_H
