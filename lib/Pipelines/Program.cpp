//===- Program.cpp - A module on its way through the stages ---------------===//

#include "mx/Pipelines/Program.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mx/InitAll.h"

using namespace mlir;
using namespace mx;

char ReportedError::ID;

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerMx(registry);
  return registry;
}

Program::Program(const PipelineOptions &options, llvm::raw_ostream &diagnostics)
    : options(options), context(makeRegistry()),
      diagnostics(std::make_unique<SourceMgrDiagnosticHandler>(
          sources, &context, diagnostics)) {
  // The location says enough; the op at hand may be a whole function.
  context.printOpOnDiagnostic(false);
  // Pipelines name passes of other libraries, and these are found by name.
  static const bool registered = (registerMxPasses(), true);
  (void)registered;
}

Program::~Program() = default;

llvm::Expected<std::unique_ptr<Program>>
Program::fromBuffer(std::unique_ptr<llvm::MemoryBuffer> buffer,
                    const PipelineOptions &options,
                    llvm::raw_ostream &diagnostics) {
  std::unique_ptr<Program> program(new Program(options, diagnostics));
  program->sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  program->module =
      parseSourceFile<ModuleOp>(program->sources, &program->context);
  if (!program->module)
    return llvm::make_error<ReportedError>();
  return program;
}

llvm::Expected<std::unique_ptr<Program>>
Program::fromFile(StringRef path, const PipelineOptions &options,
                  llvm::raw_ostream &diagnostics) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(path, &message);
  if (!buffer)
    return llvm::createStringError(message);
  return fromBuffer(std::move(buffer), options, diagnostics);
}

llvm::Expected<std::unique_ptr<Program>>
Program::fromText(StringRef text, StringRef name,
                  const PipelineOptions &options,
                  llvm::raw_ostream &diagnostics) {
  return fromBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, name), options,
                    diagnostics);
}

llvm::Error Program::runTo(Stage stage) {
  if (reached && *reached >= stage)
    return llvm::Error::success();
  PassManager pm(&context);
  buildPipelineTo(pm, stage, options, reached);
  if (failed(pm.run(*module)))
    return llvm::make_error<ReportedError>();
  reached = stage;
  return llvm::Error::success();
}

/// The stage imported tells which extents must be equal, the stage quantized
/// the types that a call takes.
llvm::Error Program::readSignaturesOnTheWay() {
  if (llvm::Error error = runTo(Stage::Imported))
    return error;
  llvm::StringMap<std::vector<llvm::SmallVector<ArgumentExtent>>> equal;
  for (auto function : module->getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      equal[function.getSymName()] = findEqualExtents(function);
  if (llvm::Error error = runTo(Stage::Quantized))
    return error;
  signatures = readSignatures(*module);
  for (FunctionSignature &function : signatures)
    function.equal = std::move(equal[function.name]);
  return llvm::Error::success();
}

llvm::Error Program::lowerTo(Stage stage) {
  if (stage >= Stage::Quantized && (!reached || *reached < Stage::Quantized))
    if (llvm::Error error = readSignaturesOnTheWay())
      return error;
  return runTo(stage);
}
