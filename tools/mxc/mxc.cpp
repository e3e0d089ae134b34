//===- mxc.cpp - The driver -----------------------------------------------===//
//
// mxc compile | run | quantize | list: the pipelines of mx-opt, the whole way
// to code; mxc generate: kernels without IR; mxc plan: the scaling law; mxc
// check: codes and scales of any library; mxc convert: files of weights; mxc
// report: what a format does. Every error is one line `mxc: error: …` (or an
// MLIR diagnostic with its location) and exit status 1; no output file is left
// half written.
//
//===----------------------------------------------------------------------===//

#include "Commands.h"

#include "mx/Pipelines/Program.h"
#include "mx/Target/NVVM/TargetInfo.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

#include <sys/mman.h>
#include <unistd.h>

using namespace llvm;
using namespace mxc;

cl::opt<std::string>
    mxc::inputFile(cl::Positional, cl::Required, cl::desc("<input>"),
                   cl::sub(getCompileCommand()), cl::sub(getRunCommand()),
                   cl::sub(getQuantizeCommand()), cl::sub(getExplainCommand()),
                   cl::sub(getCheckCommand()), cl::sub(getConvertCommand()),
                   cl::sub(getReportCommand()));
cl::opt<std::string> mxc::outputFile("o", cl::value_desc("file"),
                                     cl::desc("output file"),
                                     cl::sub(getCompileCommand()),
                                     cl::sub(getGenerateCommand()),
                                     cl::sub(getQuantizeCommand()));
cl::opt<std::string>
    mxc::recipe("recipe", cl::init("none"),
                cl::value_desc("name|file[,override=…]"),
                cl::desc("recipe for the matrix products (default: none)"),
                cl::sub(getCompileCommand()), cl::sub(getRunCommand()),
                cl::sub(getExplainCommand()));
cl::opt<std::string>
    mxc::targetName("target", cl::init("reference"),
                    cl::value_desc("reference|cpu|nvvm"),
                    cl::desc("what mx ops become (default: reference)"),
                    cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()),
                    cl::sub(getRunCommand()), cl::sub(getQuantizeCommand()));
static cl::opt<std::string>
    chip("chip", cl::init("sm_90a"), cl::value_desc("sm_…"),
         cl::desc("NVIDIA chip of target nvvm (default: sm_90a)"),
         cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()),
         cl::sub(getRunCommand()), cl::sub(getQuantizeCommand()),
         cl::sub(getExplainCommand()));
static cl::opt<bool>
    emulate("emulate",
            cl::desc("with --target=nvvm: kernels for the emulator of the GPU, "
                     "which runs them without one"),
            cl::sub(getCompileCommand()), cl::sub(getGenerateCommand()),
            cl::sub(getRunCommand()));
cl::opt<uint64_t> mxc::seed("seed", cl::init(0), cl::value_desc("number"),
                            cl::desc("seed of all random bits (default: 0)"),
                            cl::sub(getRunCommand()),
                            cl::sub(getQuantizeCommand()));
cl::opt<bool> mxc::trace("trace",
                         cl::desc("print the name of each kernel executed"),
                         cl::sub(getRunCommand()),
                         cl::sub(getQuantizeCommand()));

Expected<mx::PipelineOptions> mxc::getPipelineOptions() {
  mx::PipelineOptions options;
  options.recipe = recipe;
  if (Error error = checkChoice("target", targetName, mx::getTargetNames()))
    return std::move(error);
  options.target = *mx::parseTarget(targetName);
  if (!mx::nvvm::findChip(chip))
    return createStringError("unknown chip '" + chip + "'; expected " +
                             mx::nvvm::listChips());
  options.chip = chip;
  if (emulate && options.target != mx::TargetKind::NVVM)
    return createStringError("--emulate is for --target=nvvm");
  options.emulate = emulate;
  return options;
}

Error mxc::checkChoice(StringRef what, StringRef value,
                       ArrayRef<StringRef> choices) {
  if (is_contained(choices, value))
    return Error::success();
  return createStringError("unknown " + what + " '" + value + "'; expected " +
                           join(choices, ", "));
}

void mxc::enableTrace() {
  if (trace)
    setenv("MX_RUNTIME_TRACE", "1", /*overwrite=*/1);
}

/// The options that LLVM's libraries register by themselves are not ours.
static void hideOptionsOfLLVM() {
  static cl::OptionCategory none("none");
  cl::HideUnrelatedOptions(none);
}

/// What `run` writes to standard error. LLVM's parsers of single options write
/// there, whatever stream the parser of the line was given.
static std::string captureErrors(function_ref<void()> run) {
  int kept = dup(STDERR_FILENO), file = memfd_create("errors", MFD_CLOEXEC);
  if (kept < 0 || file < 0 || dup2(file, STDERR_FILENO) < 0) {
    run();
    return "";
  }
  run();
  dup2(kept, STDERR_FILENO);
  std::string text(static_cast<size_t>(lseek(file, 0, SEEK_END)), '\0');
  ssize_t size = pread(file, text.data(), text.size(), 0);
  text.resize(static_cast<size_t>(std::max<ssize_t>(size, 0)));
  close(kept);
  close(file);
  return text;
}

/// Parses the command line; messages become our one line.
static Error parse(int argc, char **argv) {
  hideOptionsOfLLVM();
  cl::SetVersionPrinter([](raw_ostream &stream) {
    stream << "mxc " MX_VERSION ", LLVM " LLVM_VERSION_STRING "\n";
  });
  std::string messages;
  raw_string_ostream os(messages);
  bool isParsed = false;
  messages += captureErrors([&] {
    isParsed = cl::ParseCommandLineOptions(
        argc, argv, "compiler for microscaled floats\n", &os);
  });
  if (isParsed)
    return Error::success();
  StringRef first = StringRef(messages).trim().split('\n').first;
  first.consume_front("mxc: ");
  first = first.split(". See: ").first.split("  Try: ").first.rtrim();
  return createStringError(first);
}

static Error dispatch(bool &agrees) {
  if (getCompileCommand())
    return compileMain();
  if (getRunCommand())
    return runMain(agrees);
  if (getQuantizeCommand())
    return quantizeMain();
  if (getExplainCommand())
    return explainMain();
  if (getGenerateCommand())
    return generateMain();
  if (getListCommand())
    return listMain();
  if (getPlanCommand())
    return planMain(agrees);
  if (getCheckCommand())
    return checkMain(agrees);
  if (getConvertCommand())
    return convertMain();
  if (getReportCommand())
    return reportMain();
  return createStringError(
      "expected a subcommand: compile, generate, run, "
      "quantize, explain, list, plan, check, convert or report; "
      "see mxc --help");
}

/// Prints an error and tells whether there was one.
static bool report(Error error) {
  bool failed = static_cast<bool>(error);
  handleAllErrors(
      std::move(error), [](const mx::ReportedError &) {},
      [](const ErrorInfoBase &info) {
        errs() << "mxc: error: " << info.message() << "\n";
      });
  return failed;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  if (report(parse(argc, argv)))
    return 1;
  bool agrees = true;
  if (report(dispatch(agrees)))
    return 1;
  return agrees ? 0 : 1;
}
