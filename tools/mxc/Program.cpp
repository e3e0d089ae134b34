//===- Program.cpp - A module on its way through the stages ---------------===//

#include "Program.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mx/InitAll.h"

using namespace mlir;
using namespace mxc;

char ReportedError::ID;

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  mx::registerMx(registry);
  return registry;
}

Program::Program(const mx::PipelineOptions &options)
    : options(options), context(makeRegistry()),
      diagnostics(std::make_unique<SourceMgrDiagnosticHandler>(sources,
                                                               &context)) {
  // The location says enough; the op at hand may be a whole function.
  context.printOpOnDiagnostic(false);
  // Pipelines name passes of other libraries, and these are found by name.
  static const bool registered = (mx::registerMxPasses(), true);
  (void)registered;
}

Program::~Program() = default;

llvm::Expected<std::unique_ptr<Program>>
Program::fromBuffer(std::unique_ptr<llvm::MemoryBuffer> buffer,
                    const mx::PipelineOptions &options) {
  std::unique_ptr<Program> program(new Program(options));
  program->sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  program->module =
      parseSourceFile<ModuleOp>(program->sources, &program->context);
  if (!program->module)
    return llvm::make_error<ReportedError>();
  return program;
}

llvm::Expected<std::unique_ptr<Program>>
Program::fromFile(StringRef path, const mx::PipelineOptions &options) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(path, &message);
  if (!buffer)
    return llvm::createStringError(message);
  return fromBuffer(std::move(buffer), options);
}

llvm::Expected<std::unique_ptr<Program>>
Program::fromText(StringRef text, StringRef name,
                  const mx::PipelineOptions &options) {
  return fromBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, name), options);
}

llvm::Error Program::lowerTo(mx::Stage stage) {
  if (reached && *reached >= stage)
    return llvm::Error::success();
  PassManager pm(&context);
  mx::buildPipelineTo(pm, stage, options, reached);
  if (failed(pm.run(*module)))
    return llvm::make_error<ReportedError>();
  reached = stage;
  return llvm::Error::success();
}
