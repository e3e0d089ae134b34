//===- Program.cpp - Programs of the C API --------------------------------===//

#include "Handles.h"

#include "mlir/IR/Action.h"
#include "mx/Conversion/NVVM/Explain.h"
#include "mx/Generate/BuildModule.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include "llvm/Target/TargetMachine.h"
#include <cstddef>
#include <cstring>

using namespace llvm;
using namespace mx::capi;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

/// The struct as this version has it, of what an older or a newer program
/// knows: what an older one lacks is 0, what a newer one adds must be.
static Expected<mx_program_options>
readStruct(const mx_program_options *given) {
  mx_program_options options{};
  if (!given)
    return options;
  // The members of the first version.
  constexpr size_t kLeast =
      offsetof(mx_program_options, progress_user) + sizeof(void *);
  size_t size = given->struct_size;
  if (size < kLeast || size > 4096)
    return argumentError("expected struct_size to be "
                         "sizeof(mx_program_options), " +
                         Twine(sizeof options) + "; found " + Twine(size));
  const char *bytes = reinterpret_cast<const char *>(given);
  for (size_t i = sizeof options; i < size; ++i)
    if (bytes[i])
      return argumentError(
          "expected options of version " + Twine(MX_C_VERSION) +
          " of the C API; found a later member that is set: use a later "
          "libmx_c");
  std::memcpy(&options, bytes, std::min(size, sizeof options));
  return options;
}

static const StringRef kOptions[] = {"recipe", "target", "chip",
                                     "arrays", "mcpu",   "mattr"};

ArrayRef<StringRef> mx::capi::getOptionNames() { return kOptions; }

static Error setOption(mx::PipelineOptions &options, mx::Processor &processor,
                       const mx_option &option) {
  if (Error error = checkChoice("option", option.key, kOptions))
    return error;
  if (!option.value)
    return argumentError(Twine("expected a value of option '") + option.key +
                         "'; found null");
  StringRef key = option.key;
  if (key == "recipe")
    options.recipe = option.value;
  if (key == "mcpu")
    processor.cpu = option.value;
  if (key == "mattr")
    processor.features = option.value;
  if (key == "target") {
    if (Error error = checkChoice("target", option.value, mx::getTargetNames()))
      return error;
    options.target = *mx::parseTarget(option.value);
  }
  if (key == "arrays") {
    if (Error error = checkChoice("arrays", option.value, {"host", "device"}))
      return error;
    options.deviceArrays = StringRef(option.value) == "device";
  }
  if (key == "chip") {
    if (!mx::nvvm::findChip(option.value))
      return argumentError(Twine("unknown chip '") + option.value +
                           "'; expected " + mx::nvvm::listChips());
    options.chip = option.value;
  }
  return Error::success();
}

static Expected<mx::PipelineOptions>
readOptions(const mx_program_options *pointer, mx_program &program) {
  mx::PipelineOptions options;
  Expected<mx_program_options> given = readStruct(pointer);
  if (!given)
    return given.takeError();
  if (given->option_count)
    if (Error error = checkNotNull(given->options, "options"))
      return std::move(error);
  for (size_t i = 0; i < given->option_count; ++i)
    if (Error error = setOption(options, program.processor, given->options[i]))
      return std::move(error);
  if (options.deviceArrays && options.target != mx::TargetKind::NVVM)
    return argumentError("expected target nvvm for arrays=device; found " +
                         mx::getTargetNames()[size_t(options.target)]);
  std::string unknown;
  bool isNamed =
      !program.processor.cpu.empty() || !program.processor.features.empty();
  if (isNamed && !mx::createMachine(program.processor, unknown))
    return argumentError("no code for this processor: " + unknown);
  program.progress = given->progress;
  program.progressUser = given->progress_user;
  return options;
}

//===----------------------------------------------------------------------===//
// Making and lowering
//===----------------------------------------------------------------------===//

using MakeProgram = function_ref<Expected<std::unique_ptr<mx::Program>>(
    const mx::PipelineOptions &options, raw_ostream &diagnostics)>;

static Error make(mx_program &result, const mx_program_options *given,
                  MakeProgram makeProgram) {
  Expected<mx::PipelineOptions> options = readOptions(given, result);
  if (!options)
    return options.takeError();
  auto program = makeProgram(*options, result.diagnostics);
  if (!program)
    return program.takeError();
  result.program = std::move(*program);
  // Passes and patterns run as actions; once cancelled, none does any more.
  std::atomic<bool> &cancelled = result.cancelled;
  result.program->getContext().registerActionHandler(
      [&cancelled](function_ref<void()> run, const mlir::tracing::Action &) {
        if (!cancelled.load(std::memory_order_relaxed))
          run();
      });
  return Error::success();
}

/// A program of a text, which may be null where it has no length.
static mx_program *make(const char *text, size_t length,
                        const mx_program_options *options,
                        MakeProgram makeProgram) {
  if (length)
    if (Error error = checkNotNull(text, "text"))
      return report(std::move(error)), nullptr;
  auto program = std::make_unique<mx_program>();
  Error error = make(*program, options, makeProgram);
  return report(std::move(error), program.get()) ? nullptr : program.release();
}

mx_program *mx_program_parse(const char *text, size_t length, const char *name,
                             const mx_program_options *options) {
  return make(text, length, options,
              [&](const mx::PipelineOptions &read, raw_ostream &diagnostics) {
                return mx::Program::fromText(StringRef(text, length),
                                             name ? name : "<input>", read,
                                             diagnostics);
              });
}

static Expected<mlir::OwningOpRef<mlir::ModuleOp>>
buildKernels(StringRef list, StringRef name, mlir::MLIRContext &context) {
  auto kernels = mx::parseKernelList(list, name, context);
  if (failed(kernels))
    return make_error<mx::ReportedError>();
  auto module = mx::buildKernelModule(*kernels, context);
  if (!module)
    return make_error<mx::ReportedError>();
  return std::move(module);
}

mx_program *mx_program_generate(const char *list, size_t length,
                                const char *name,
                                const mx_program_options *options) {
  return make(list, length, options,
              [&](const mx::PipelineOptions &read, raw_ostream &diagnostics) {
                return mx::Program::fromBuilder(
                    [&](mlir::MLIRContext &context) {
                      return buildKernels(StringRef(list, length),
                                          name ? name : "<list>", context);
                    },
                    read, diagnostics);
              });
}

void mx_program_destroy(mx_program *program) { delete program; }

void mx_program_cancel(mx_program *program) {
  if (program)
    program->cancelled = true;
}

const char *mx_program_remarks(mx_program *program) {
  return enter(program, [] { return Error::success(); })
             ? nullptr
             : program->remarks.c_str();
}

Error mx::capi::tell(mx_program &program, StringRef step) {
  if (program.progress &&
      program.progress(program.progressUser, step.str().c_str()))
    program.cancelled = true;
  return checkCancelled(program);
}

/// One stage. A cancelled pass may have said that it failed, or done nothing.
static Error runStage(mx_program &program, mx::Stage stage) {
  if (Error error =
          tell(program, mx::getStageNames()[static_cast<size_t>(stage)]))
    return error;
  Error error = program.program->lowerTo(stage);
  if (!program.cancelled)
    return error;
  consumeError(std::move(error));
  return checkCancelled(program);
}

Error mx::capi::lowerTo(mx_program &program, Stage stage) {
  std::optional<Stage> reached = program.program->getReached();
  size_t first = reached ? static_cast<size_t>(*reached) + 1 : 0;
  for (size_t i = first; i <= static_cast<size_t>(stage); ++i)
    if (Error error = runStage(program, static_cast<Stage>(i))) {
      program.failure = StringRef(program.text).rtrim().str();
      return error;
    }
  return Error::success();
}

int mx_program_lower(mx_program *program, const char *stage) {
  return enter(program, [&]() -> Error {
    if (Error error = checkChoice("stage", stage, mx::getStageNames()))
      return error;
    return lowerTo(*program, *mx::parseStage(stage));
  });
}
