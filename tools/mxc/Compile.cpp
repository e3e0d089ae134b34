//===- Compile.cpp - mxc compile ------------------------------------------===//

#include "Compile.h"
#include "Commands.h"
#include "LibraryFile.h"
#include "Npz.h"
#include "mx/Pipelines/Program.h"

#include "mx/Target/C/Library.h"
#include "mx/Target/Emit.h"
#include "mx/Target/NVVM/EmitPTX.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getCompileCommand() {
  static cl::SubCommand command("compile",
                                "rewrite a module and emit IR or code");
  return command;
}
static cl::opt<std::string>
    stopAfter("stop-after", cl::value_desc("stage"),
              cl::desc("last stage: imported, quantized, packed, lowered or "
                       "llvm (default), for --emit=mlir"),
              cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()));
static cl::opt<std::string> emitOption(
    "emit", cl::value_desc("mlir|llvm|obj|archive|shared|ptx|cubin"),
    cl::desc("MLIR, LLVM IR, an object, an archive or a shared library, or the "
             "kernels of target nvvm as PTX or, with ptxas, as a cubin "
             "(default: what the output file's name says: .ll, .o, .a, .so, "
             ".ptx, .cubin; else MLIR)"),
    cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()));

static cl::opt<std::string>
    cpuName("mcpu", cl::value_desc("cpu"),
            cl::desc("CPU to make host code for, as LLVM spells it (default: "
                     "this machine's)"),
            cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()));
static cl::opt<std::string>
    cpuFeatures("mattr", cl::value_desc("+a,-b"),
                cl::desc("features to add to the CPU's or take away"),
                cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()));

cl::opt<std::string> mxc::headerFile(
    "header", cl::value_desc("file.h"),
    cl::desc("export plain C functions, and declare them in this file"),
    cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()));
static cl::opt<std::string>
    prefix("prefix", cl::value_desc("name"),
           cl::desc("with --header: what the names of functions in C begin "
                    "with, before an underscore (default: the output file's "
                    "name)"),
           cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()));
static cl::opt<int64_t>
    threads("threads", cl::init(0), cl::value_desc("number"),
            cl::desc("with --header: OpenMP threads of each call (default: as "
                     "many as OpenMP says)"),
            cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()));
static cl::opt<std::string>
    runtimeKind("runtime", cl::init("static"), cl::value_desc("static|shared"),
                cl::desc("libmx_runtime, or libmx_cuda_runtime for target "
                         "nvvm, as a part of the archive or shared library "
                         "(default), or needed beside it"),
                cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()));

namespace {
/// What the options ask for.
struct Request {
  StringRef kind; ///< as in --emit
  mx::Stage stage;
  bool isHostCode() const {
    return kind == "llvm" || kind == "obj" || isLibrary();
  }
  bool isLibrary() const { return kind == "archive" || kind == "shared"; }
  bool isBinary() const { return kind == "obj" || isLibrary(); }
};
} // namespace

static StringRef getKind() {
  if (emitOption.getNumOccurrences())
    return emitOption;
  return StringSwitch<StringRef>(sys::path::extension(outputFile))
      .Case(".ll", "llvm")
      .Case(".o", "obj")
      .Case(".a", "archive")
      .Case(".so", "shared")
      .Case(".ptx", "ptx")
      .Case(".cubin", "cubin")
      .Default("mlir");
}

/// Options of plain C functions.
static Error checkPlainOptions(const Request &request) {
  bool plain = headerFile.getNumOccurrences();
  if (!plain && (prefix.getNumOccurrences() || threads.getNumOccurrences()))
    return createStringError("--prefix and --threads are for plain C "
                             "functions; add --header=FILE.h");
  if (plain && !request.isHostCode())
    return createStringError("--header is for host code (--emit=llvm, obj, "
                             "archive or shared), but the kind is " +
                             request.kind);
  if (targetName == "nvvm" && threads.getNumOccurrences())
    return createStringError("--threads is for --target=cpu, but the target is "
                             "nvvm");
  if (plain && (headerFile == "-" || outputFile == "-"))
    return createStringError("with --header, header and code go to files; '-' "
                             "is standard output");
  if (plain && headerFile == outputFile)
    return createStringError("--header and -o name the same file '" +
                             outputFile + "'");
  if (threads < 0 || threads > 4096)
    return createStringError("--threads is " + Twine(threads) +
                             "; expected 1 to 4096, or 0 for OpenMP's number");
  return Error::success();
}

/// Options that only some kinds of output have.
static Error checkOptions(const Request &request) {
  StringRef kind = request.kind;
  if ((kind == "ptx" || kind == "cubin") && targetName != "nvvm")
    return createStringError("--emit=" + kind +
                             " needs --target=nvvm, but the target is " +
                             targetName);
  if (!request.isHostCode() &&
      (cpuName.getNumOccurrences() || cpuFeatures.getNumOccurrences()))
    return createStringError("--mcpu and --mattr are for host code "
                             "(--emit=llvm, obj, archive or shared), but the "
                             "kind is " +
                             kind);
  if (runtimeKind.getNumOccurrences() && !request.isLibrary())
    return createStringError(
        "--runtime is for archives and shared libraries, but the kind is " +
        kind);
  if (Error error = checkChoice("--runtime", runtimeKind, {"static", "shared"}))
    return error;
  return checkPlainOptions(request);
}

static Expected<Request> getRequest() {
  Request request{getKind(), mx::Stage::LLVM};
  if (Error error = checkChoice(
          "--emit", request.kind,
          {"mlir", "llvm", "obj", "archive", "shared", "ptx", "cubin"}))
    return std::move(error);
  if (Error error = checkOptions(request))
    return std::move(error);
  if (stopAfter.getNumOccurrences() == 0)
    return request;
  if (Error error = checkChoice("stage", stopAfter, mx::getStageNames()))
    return std::move(error);
  request.stage = *mx::parseStage(stopAfter);
  if (request.kind != "mlir" && request.stage != mx::Stage::LLVM)
    return createStringError("--emit=" + request.kind +
                             " needs the stage llvm, but --stop-after=" +
                             stopAfter + " ends before it");
  return request;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

static Error emitTo(mlir::ModuleOp module, const Request &request,
                    SmallVectorImpl<char> &bytes) {
  raw_svector_ostream os(bytes);
  mlir::LogicalResult result = mlir::success();
  if (request.kind == "mlir")
    os << module << "\n";
  else if (request.kind == "llvm")
    result = mx::emitLLVMIR(module, {cpuName, cpuFeatures}, os);
  else if (request.isBinary())
    result = mx::emitObject(module, {cpuName, cpuFeatures}, os);
  else if (request.kind == "ptx")
    result = mx::nvvm::printPTX(module, os);
  else
    result = mx::nvvm::printCubin(module, os);
  return failed(result) ? make_error<mx::ReportedError>() : Error::success();
}

/// The object as an archive or a shared library, where one is asked for.
static Expected<SmallString<0>> wrap(SmallString<0> bytes,
                                     const Request &request, bool usesRuntime) {
  Runtime runtime{"", runtimeKind == "static"};
  if (targetName == "nvvm")
    runtime.name = "mx_cuda_runtime";
  else if (usesRuntime)
    runtime.name = "mx_runtime";
  if (request.kind == "archive")
    return makeArchive(bytes, sys::path::stem(outputFile), runtime);
  if (request.kind == "shared")
    return makeSharedLibrary(bytes, sys::path::filename(outputFile), runtime);
  return bytes;
}

/// The prefix that the output file's name gives: `libproduct.a` is `product`.
static std::string getPrefix() {
  if (prefix.getNumOccurrences())
    return prefix;
  StringRef stem = sys::path::stem(outputFile);
  if (sys::path::extension(outputFile) != ".o")
    stem.consume_front("lib");
  std::string name = mx::c::getIdentifier(stem);
  if (name.empty() || isDigit(name.front()))
    name = "mx_" + name;
  return name;
}

/// Code and header; both appear, or neither.
static Error compileLibrary(mx::Program &program, const Source &source,
                            const Request &request) {
  Expected<OutputFile> header = OutputFile::create(headerFile);
  if (!header)
    return header.takeError();
  Expected<OutputFile> output = OutputFile::create(outputFile);
  if (!output)
    return output.takeError();
  Expected<mx::c::Library> library = mx::c::lowerToLibrary(
      program, {getPrefix(), threads, source.getDispatchers()});
  if (!library)
    return library.takeError();
  SmallString<0> bytes;
  if (Error error = emitTo(program.getModule(), request, bytes))
    return error;
  Expected<SmallString<0>> file =
      wrap(std::move(bytes), request, library->usesRuntime);
  if (!file)
    return file.takeError();
  std::string text;
  raw_string_ostream os(text);
  mx::c::printHeader(*library, sys::path::filename(headerFile),
                     source.describe(), os);
  if (Error error = header->write(text))
    return error;
  if (Error error = output->write(*file))
    return error;
  if (Error error = header->commit())
    return error;
  return output->commit();
}

Error mxc::compile(Source &source) {
  if (outputFile.getNumOccurrences() == 0)
    return createStringError("expected -o FILE, where the output goes");
  Expected<mx::PipelineOptions> options = getPipelineOptions();
  if (!options)
    return options.takeError();
  Expected<Request> request = getRequest();
  if (!request)
    return request.takeError();
  if (options->emulate && (request->kind == "ptx" || request->kind == "cubin"))
    return createStringError("--emit=" + request->kind +
                             " is for the chip; leave --emulate out");
  bool plain = headerFile.getNumOccurrences();
  options->callerMemory = plain;
  options->deviceArrays = plain && options->target == mx::TargetKind::NVVM;
  Expected<std::unique_ptr<mx::Program>> program = source.make(*options);
  if (!program)
    return program.takeError();
  if (plain)
    return compileLibrary(**program, source, *request);
  if (Error error = (*program)->lowerTo(request->stage))
    return error;
  SmallString<0> bytes;
  if (Error error = emitTo((*program)->getModule(), *request, bytes))
    return error;
  Expected<SmallString<0>> file =
      wrap(std::move(bytes), *request, options->target == mx::TargetKind::CPU);
  if (!file)
    return file.takeError();
  return writeFile(outputFile, *file);
}

namespace {
/// A file of MLIR, rewritten by a recipe.
class FileSource : public Source {
public:
  Expected<std::unique_ptr<mx::Program>>
  make(const mx::PipelineOptions &options) override {
    return mx::Program::fromFile(inputFile, options);
  }
  std::string describe() const override {
    return ("made by mxc from " + sys::path::filename(inputFile) + ", recipe " +
            recipe + ", target " + targetName)
        .str();
  }
};
} // namespace

Error mxc::compileMain() {
  FileSource source;
  return compile(source);
}
