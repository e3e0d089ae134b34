//===- Program.h - A module on its way through the stages -------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_PROGRAM_H
#define MX_TOOLS_MXC_PROGRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mx/Pipelines/Pipelines.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SourceMgr.h"
#include <memory>

namespace mlir {
class SourceMgrDiagnosticHandler;
} // namespace mlir

namespace mxc {

/// An error that diagnostics have told already.
class ReportedError : public llvm::ErrorInfo<ReportedError> {
public:
  static char ID;
  void log(llvm::raw_ostream &os) const override { os << "reported"; }
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }
};

class Program {
public:
  static llvm::Expected<std::unique_ptr<Program>>
  fromFile(llvm::StringRef path, const mx::PipelineOptions &options);
  /// For IR that this tool makes; `name` is for messages.
  static llvm::Expected<std::unique_ptr<Program>>
  fromText(llvm::StringRef text, llvm::StringRef name,
           const mx::PipelineOptions &options);
  ~Program();

  mlir::ModuleOp getModule() { return *module; }
  /// Runs the pipelines of the stages up to `stage` that have not run.
  llvm::Error lowerTo(mx::Stage stage);

private:
  explicit Program(const mx::PipelineOptions &options);
  static llvm::Expected<std::unique_ptr<Program>>
  fromBuffer(std::unique_ptr<llvm::MemoryBuffer> buffer,
             const mx::PipelineOptions &options);

  mx::PipelineOptions options;
  llvm::SourceMgr sources;
  mlir::MLIRContext context;
  std::unique_ptr<mlir::SourceMgrDiagnosticHandler> diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::optional<mx::Stage> reached;
};

} // namespace mxc

#endif // MX_TOOLS_MXC_PROGRAM_H
