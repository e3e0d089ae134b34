//===- Generate.cpp - mxc generate ----------------------------------------===//

#include "Commands.h"
#include "OutputFile.h"

#include "mx/Generate/BuildModule.h"
#include "mx/Pipelines/Program.h"

#include "mlir/Support/FileUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
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

/// What there is to make: the kernel of the command line, or the list's.
static Expected<std::vector<mx::KernelSpec>>
readKernels(mlir::MLIRContext &context) {
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
  return std::move(*list);
}

static Expected<std::unique_ptr<mx::Program>>
buildProgram(const mx::PipelineOptions &options) {
  Error error = Error::success();
  auto build =
      [&](mlir::MLIRContext &context) -> mlir::OwningOpRef<mlir::ModuleOp> {
    Expected<std::vector<mx::KernelSpec>> kernels = readKernels(context);
    if (kernels)
      return mx::buildKernelModule(*kernels, context);
    error = kernels.takeError();
    return {};
  };
  auto program = mx::Program::fromBuilder(build, options);
  if (!error)
    return program;
  consumeError(program.takeError());
  return std::move(error);
}

Error mxc::generateMain() {
  Expected<mx::PipelineOptions> options = getPipelineOptions();
  if (!options)
    return options.takeError();
  if (Error error = checkOptions())
    return error;
  auto program = buildProgram(*options);
  if (!program)
    return program.takeError();
  std::string text;
  raw_string_ostream os(text);
  (*program)->getModule().print(os,
                                mlir::OpPrintingFlags().printNameLocAsPrefix());
  os << "\n";
  return writeFile(keepIR, text);
}
