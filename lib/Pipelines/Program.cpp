//===- Program.cpp - A module on its way through the stages ---------------===//

#include "mx/Pipelines/Program.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mx/InitAll.h"
#include "mx/Pipelines/PublicFunctions.h"

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

/// MLIR's parser recurses with the nesting of text, as many passes do with that
/// of regions; far beyond this they would run out of stack.
static constexpr int kMaxNesting = 300;

/// What follows a string literal or a comment that starts here, else nothing.
static const char *skipLiteral(const char *at, const char *end) {
  if (*at == '"') {
    for (++at; at != end && *at != '"' && *at != '\n'; ++at)
      if (*at == '\\' && at + 1 != end)
        ++at;
    return at;
  }
  if (*at == '/' && at + 1 != end && at[1] == '/')
    return std::find(at, end, '\n');
  return nullptr;
}

/// The place where brackets are nested too deeply, or null.
static const char *findTooDeep(StringRef text) {
  int depth = 0;
  const char *end = text.end();
  for (const char *at = text.begin(); at != end; ++at) {
    if (const char *after = skipLiteral(at, end)) {
      if ((at = after) == end)
        break;
      continue;
    }
    bool isCompared = at + 1 != end && at[1] == '='; // >= and <= of affine sets
    bool isArrow = *at == '>' && at != text.begin() && at[-1] == '-';
    if (StringRef("([{").contains(*at) || (*at == '<' && !isCompared))
      ++depth;
    else if (StringRef(")]}").contains(*at) ||
             (*at == '>' && !isCompared && !isArrow))
      --depth;
    if (depth > kMaxNesting)
      return at;
  }
  return nullptr;
}

static llvm::Error checkNesting(const llvm::MemoryBuffer &buffer) {
  StringRef text = buffer.getBuffer();
  const char *at =
      isBytecode(buffer.getMemBufferRef()) ? nullptr : findTooDeep(text);
  if (!at)
    return llvm::Error::success();
  StringRef before = text.take_front(at - text.begin());
  return llvm::createStringError(
      buffer.getBufferIdentifier() + ":" + Twine(before.count('\n') + 1) + ":" +
      Twine(before.size() - (before.rfind('\n') + 1) + 1) +
      ": error: expected at most " + Twine(kMaxNesting) +
      " brackets within each other; found more");
}

llvm::Expected<std::unique_ptr<Program>>
Program::fromBuffer(std::unique_ptr<llvm::MemoryBuffer> buffer,
                    const PipelineOptions &options,
                    llvm::raw_ostream &diagnostics) {
  if (llvm::Error error = checkNesting(*buffer))
    return std::move(error);
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

llvm::Expected<std::unique_ptr<Program>> Program::fromBuilder(
    llvm::function_ref<llvm::Expected<OwningOpRef<ModuleOp>>(MLIRContext &)>
        build,
    const PipelineOptions &options, llvm::raw_ostream &diagnostics) {
  std::unique_ptr<Program> program(new Program(options, diagnostics));
  llvm::Expected<OwningOpRef<ModuleOp>> module = build(program->context);
  if (!module)
    return module.takeError();
  program->module = std::move(*module);
  return program;
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
  for (func::FuncOp function : getPublicFunctions(*module))
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
