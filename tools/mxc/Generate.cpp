//===- Generate.cpp - mxc generate ----------------------------------------===//

#include "Commands.h"
#include "Compile.h"
#include "Npz.h"

#include "mx/Generate/BuildModule.h"
#include "mx/Generate/Dispatchers.h"

#include "mlir/Support/FileUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <deque>

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getGenerateCommand() {
  static cl::SubCommand command("generate", "make kernels, without IR");
  return command;
}
static cl::opt<std::string> kind(cl::Positional, cl::value_desc("kernel"),
                                 cl::desc("gemm|quantize|dequantize|hadamard"),
                                 cl::sub(getGenerateCommand()));
static cl::opt<std::string>
    listFile("list", cl::value_desc("file"),
             cl::desc("makes every kernel of a file, one a line with the same "
                      "options, and functions that choose by shape"),
             cl::sub(getGenerateCommand()));
static cl::opt<std::string> keepIR("keep-ir", cl::value_desc("file"),
                                   cl::desc("where the MLIR goes, before any "
                                            "pass"),
                                   cl::sub(getGenerateCommand()));

namespace {
/// A kernel's option on the command line: one of the two.
struct WordOption {
  std::string help;
  std::unique_ptr<cl::opt<std::string>> value;
  std::unique_ptr<cl::opt<bool>> flag;
};
} // namespace

/// The kernel options, with the kinds that have them in their help.
static std::deque<WordOption> makeKernelOptions() {
  std::deque<WordOption> options;
  for (const mx::KernelOption &option : mx::getKernelOptions()) {
    WordOption &made = options.emplace_back();
    made.help = (option.help + " [" + option.kinds + "]").str();
    StringRef name = option.name;
    if (option.value.empty())
      made.flag = std::make_unique<cl::opt<bool>>(
          name, cl::desc(made.help), cl::sub(getGenerateCommand()));
    else
      made.value = std::make_unique<cl::opt<std::string>>(
          name, cl::value_desc(option.value), cl::desc(made.help),
          cl::sub(getGenerateCommand()));
  }
  return options;
}
static std::deque<WordOption> kernelOptions = makeKernelOptions();

/// The kernel's options that were given.
static SmallVector<mx::KernelWord> getWords() {
  SmallVector<mx::KernelWord> words;
  for (const WordOption &option : kernelOptions)
    if (option.value && option.value->getNumOccurrences())
      words.push_back({option.value->ArgStr.str(), *option.value});
    else if (option.flag && *option.flag)
      words.push_back({option.flag->ArgStr.str(), ""});
  return words;
}

static Error checkOptions() {
  for (const cl::opt<std::string> *other : {&outputFile, &headerFile})
    if (keepIR.getNumOccurrences() && *other == keepIR)
      return createStringError("--keep-ir and another output name the same "
                               "file '" +
                               keepIR + "'");
  SmallVector<mx::KernelWord> words = getWords();
  if (listFile.getNumOccurrences() == 0)
    return kind.getNumOccurrences()
               ? Error::success()
               : createStringError("expected a kernel, " +
                                   join(mx::getKernelKindNames(), ", ") +
                                   ", or --list=FILE");
  if (kind.getNumOccurrences())
    return createStringError("--list has the kernels in its file, but '" +
                             kind + "' is named here");
  if (!words.empty())
    return createStringError("--" + words.front().first +
                             " belongs in a line of the list");
  return Error::success();
}

namespace {
/// The kernel of the command line, or those of the list.
class KernelSource : public Source {
public:
  Expected<std::unique_ptr<mx::Program>>
  make(const mx::PipelineOptions &options) override;
  std::string describe() const override;
  std::vector<mx::c::Dispatcher> getDispatchers() const override {
    return dispatchers;
  }
  /// The module as it was made.
  StringRef getIR() const { return text; }

private:
  Expected<std::vector<mx::KernelSpec>> read(mlir::MLIRContext &context);
  Expected<mlir::OwningOpRef<mlir::ModuleOp>> build(mlir::MLIRContext &context);

  std::vector<mx::c::Dispatcher> dispatchers;
  std::string text;
};
} // namespace

std::string KernelSource::describe() const {
  std::string what = "made by mxc generate ";
  if (listFile.getNumOccurrences())
    return what + "from " + sys::path::filename(listFile).str() + ", target " +
           targetName;
  what += kind;
  for (const auto &[name, value] : getWords())
    what += " --" + name + (value.empty() ? "" : "=" + value);
  return what + ", target " + targetName;
}

Expected<std::vector<mx::KernelSpec>>
KernelSource::read(mlir::MLIRContext &context) {
  std::vector<mx::KernelSpec> kernels;
  if (listFile.getNumOccurrences() == 0) {
    auto loc = mlir::FileLineColLoc::get(&context, "<mxc generate>", 1, 1);
    Expected<mx::KernelSpec> spec = mx::parseKernel(kind, getWords(), loc);
    if (!spec)
      return spec.takeError();
    kernels.push_back(std::move(*spec));
    return kernels;
  }
  std::string message;
  std::unique_ptr<MemoryBuffer> file = mlir::openInputFile(listFile, &message);
  if (!file)
    return createStringError(message);
  auto list = mx::parseKernelList(file->getBuffer(), listFile, context);
  if (failed(list))
    return make_error<mx::ReportedError>();
  dispatchers = mx::makeDispatchers(*list);
  return std::move(*list);
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>>
KernelSource::build(mlir::MLIRContext &context) {
  Expected<std::vector<mx::KernelSpec>> kernels = read(context);
  if (!kernels)
    return kernels.takeError();
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mx::buildKernelModule(*kernels, context);
  if (!module)
    return make_error<mx::ReportedError>();
  raw_string_ostream os(text);
  module->print(os, mlir::OpPrintingFlags().printNameLocAsPrefix());
  os << "\n";
  return module;
}

Expected<std::unique_ptr<mx::Program>>
KernelSource::make(const mx::PipelineOptions &options) {
  return mx::Program::fromBuilder(
      [&](mlir::MLIRContext &context) { return build(context); }, options);
}

/// The outputs beside the IR, if any is asked for.
static Error makeOutputs(KernelSource &source) {
  if (outputFile.getNumOccurrences() || !keepIR.getNumOccurrences())
    return compile(source);
  Expected<mx::PipelineOptions> options = getPipelineOptions();
  if (!options)
    return options.takeError();
  return source.make(*options).takeError();
}

Error mxc::generateMain() {
  if (Error error = checkOptions())
    return error;
  KernelSource source;
  if (!keepIR.getNumOccurrences() || keepIR == "-") {
    if (Error error = makeOutputs(source))
      return error;
    return keepIR == "-" ? writeFile(keepIR, source.getIR()) : Error::success();
  }
  Expected<OutputFile> file = OutputFile::create(keepIR);
  if (!file)
    return file.takeError();
  if (Error error = makeOutputs(source))
    return error;
  if (Error error = file->write(source.getIR()))
    return error;
  return file->commit();
}
