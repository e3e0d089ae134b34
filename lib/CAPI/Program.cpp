//===- Program.cpp - Programs of the C API --------------------------------===//

#include "Handles.h"

#include "mlir/IR/Action.h"
#include "mx/Conversion/NVVM/Explain.h"
#include "mx/Dialect/MX/Transforms/Recipes.h"
#include "mx/Target/Emit.h"
#include "mx/Target/NVVM/EmitPTX.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using mx::capi::lowerTo;
using mx::capi::report;

static thread_local std::string lastError;

int64_t mx_c_version(void) { return MX_C_VERSION; }

const char *mx_compiler_error(void) { return lastError.c_str(); }

int mx::capi::report(Error error, mx_program *program) {
  if (!error) {
    if (program)
      program->remarks += program->text;
    if (program)
      program->text.clear();
    return 0;
  }
  handleAllErrors(
      std::move(error),
      [&](const ReportedError &) {
        lastError = StringRef(program->text).rtrim().str();
      },
      [&](const ErrorInfoBase &info) { lastError = info.message(); });
  if (program)
    program->text.clear();
  return 1;
}

static Error checkChoice(StringRef what, StringRef value,
                         ArrayRef<StringRef> choices) {
  if (is_contained(choices, value))
    return Error::success();
  return createStringError("unknown " + what + " '" + value + "'; expected " +
                           join(choices, ", "));
}

//===----------------------------------------------------------------------===//
// Making and lowering
//===----------------------------------------------------------------------===//

static Expected<mx::PipelineOptions>
getOptions(const mx_program_options *given) {
  mx::PipelineOptions options;
  if (given && given->recipe)
    options.recipe = given->recipe;
  StringRef target = given && given->target ? given->target : "reference";
  if (Error error = checkChoice("target", target, mx::getTargetNames()))
    return std::move(error);
  options.target = *mx::parseTarget(target);
  if (given && given->chip)
    options.chip = given->chip;
  if (!mx::nvvm::findChip(options.chip))
    return createStringError("unknown chip '" + options.chip + "'; expected " +
                             mx::nvvm::listChips());
  return options;
}

mx_program *mx_program_parse(const char *text, size_t length, const char *name,
                             const mx_program_options *options) {
  Expected<mx::PipelineOptions> read = getOptions(options);
  if (!read)
    return report(read.takeError()), nullptr;
  auto result = std::make_unique<mx_program>();
  auto program =
      mx::Program::fromText(StringRef(text, length), name ? name : "<input>",
                            *read, result->diagnostics);
  if (report(program ? Error::success() : program.takeError(), result.get()))
    return nullptr;
  result->program = std::move(*program);
  // Passes and patterns run as actions; once cancelled, none does any more.
  std::atomic<bool> &cancelled = result->cancelled;
  result->program->getContext().registerActionHandler(
      [&cancelled](function_ref<void()> run, const mlir::tracing::Action &) {
        if (!cancelled.load(std::memory_order_relaxed))
          run();
      });
  return result.release();
}

void mx_program_destroy(mx_program *program) { delete program; }

void mx_program_cancel(mx_program *program) { program->cancelled = true; }

const char *mx_program_remarks(mx_program *program) {
  return program->remarks.c_str();
}

Error mx::capi::lowerTo(mx_program &program, Stage stage) {
  auto go = [&](Stage to) -> Error {
    Error error = program.program->lowerTo(to);
    if (!program.cancelled)
      return error;
    consumeError(std::move(error));
    return createStringError("cancelled");
  };
  if (!program.functions && stage >= Stage::Quantized) {
    if (Error error = go(Stage::Imported))
      return error;
    mlir::ModuleOp module = program.program->getModule();
    StringMap<json::Array> equal;
    for (auto function : module.getOps<mlir::func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        equal[function.getSymName()] = describeEqualExtents(function);
    if (Error error = go(Stage::Quantized))
      return error;
    program.functions = describeFunctions(program.program->getModule());
    for (json::Value &value : *program.functions) {
      json::Object &function = *value.getAsObject();
      function["equal"] = std::move(equal[*function.getString("name")]);
    }
  }
  return go(stage);
}

int mx_program_lower(mx_program *program, const char *name) {
  if (Error error = checkChoice("stage", name, mx::getStageNames()))
    return report(std::move(error));
  return report(lowerTo(*program, *mx::parseStage(name)), program);
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static Error emit(mx_program *program, StringRef kind,
                  SmallVectorImpl<char> &bytes) {
  if (Error error =
          checkChoice("kind", kind, {"mlir", "ll", "o", "ptx", "cubin"}))
    return error;
  bool device = kind == "ptx" || kind == "cubin";
  if (device && program->program->getOptions().target != mx::TargetKind::NVVM)
    return createStringError("kind '" + kind + "' needs the target nvvm");
  if (kind != "mlir")
    if (Error error = lowerTo(*program, mx::Stage::LLVM))
      return error;
  mlir::ModuleOp module = program->program->getModule();
  raw_svector_ostream os(bytes);
  LogicalResult result = mlir::success();
  if (kind == "mlir")
    os << module << "\n";
  else if (kind == "ll")
    result = mx::emitLLVMIR(module, {}, os);
  else if (kind == "o")
    result = mx::emitObject(module, {}, os);
  else if (kind == "ptx")
    result = mx::nvvm::printPTX(module, os);
  else
    result = mx::nvvm::printCubin(module, os);
  return failed(result) ? make_error<mx::ReportedError>() : Error::success();
}

int mx_program_emit(mx_program *program, const char *kind, mx_writer write,
                    void *user) {
  SmallString<0> bytes;
  if (report(emit(program, kind, bytes), program))
    return 1;
  write(user, bytes.data(), bytes.size());
  return 0;
}

static void writeText(const Twine &text, mx_writer write, void *user) {
  std::string bytes = text.str();
  write(user, bytes.data(), bytes.size());
}

static std::string formatJSON(const json::Value &value) {
  std::string text;
  raw_string_ostream(text) << value;
  return text;
}

int mx_program_signature(mx_program *program, mx_writer write, void *user) {
  if (report(lowerTo(*program, mx::Stage::Quantized), program))
    return 1;
  json::Object signature{{"functions", json::Array(*program->functions)}};
  writeText(formatJSON(std::move(signature)), write, user);
  return 0;
}

/// The family of a product that is no matter of the chip is the target's name.
static json::Object explain(mx::PackedMatmulOp op,
                            const mx::PipelineOptions &options) {
  json::Object product =
      mx::nvvm::explain(op, *mx::nvvm::findChip(options.chip));
  if (options.target == mx::TargetKind::NVVM)
    return product;
  product.erase("schedule");
  product.erase("rejected");
  product["family"] =
      mx::getTargetNames()[static_cast<unsigned>(options.target)];
  return product;
}

int mx_program_explain(mx_program *program, mx_writer write, void *user) {
  if (report(lowerTo(*program, mx::Stage::Packed), program))
    return 1;
  mlir::ModuleOp module = program->program->getModule();
  json::Array products = mx::capi::describeFloatProducts(module);
  module.walk([&](mx::PackedMatmulOp op) {
    products.push_back(explain(op, program->program->getOptions()));
  });
  for (json::Value &product : products)
    writeText(formatJSON(product) + "\n", write, user);
  return 0;
}

int mx_list(const char *what, mx_writer write, void *user) {
  StringRef name(what);
  if (Error error =
          checkChoice("list", name, {"recipes", "targets", "chips", "stages"}))
    return report(std::move(error));
  if (name == "recipes")
    for (const mx::BuiltinRecipe &recipe : mx::getBuiltinRecipes())
      writeText(recipe.name + "\t" + recipe.summary + "\n", write, user);
  else if (name == "chips")
    for (const mx::nvvm::Chip &chip : mx::nvvm::getChips())
      writeText(chip.name + "\n", write, user);
  else
    for (StringRef item :
         name == "targets" ? mx::getTargetNames() : mx::getStageNames())
      writeText(item + "\n", write, user);
  return 0;
}
