//===- Emit.cpp - What the C API writes -----------------------------------===//

#include "Handles.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mx/Conversion/NVVM/Explain.h"
#include "mx/Dialect/MX/Transforms/Recipes.h"
#include "mx/Target/NVVM/EmitPTX.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include "llvm/ADT/SmallString.h"

using namespace llvm;
using namespace mx::capi;

static const StringRef kKinds[] = {"mlir", "bytecode", "ll",
                                   "o",    "ptx",      "cubin"};

static void writeText(const Twine &text, mx_writer write, void *user) {
  std::string bytes = text.str();
  write(user, bytes.data(), bytes.size());
}

static std::string formatJSON(const json::Value &value) {
  std::string text;
  raw_string_ostream(text) << value;
  return text;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

static Error checkKind(mx_program &program, const char *kind) {
  if (Error error = checkChoice("kind", kind, kKinds))
    return error;
  bool isDevice = StringRef(kind) == "ptx" || StringRef(kind) == "cubin";
  if (isDevice && program.program->getOptions().target != mx::TargetKind::NVVM)
    return argumentError(Twine("kind '") + kind + "' needs the target nvvm");
  return Error::success();
}

static LogicalResult writeModule(mx_program &program, StringRef kind,
                                 raw_pwrite_stream &os) {
  mlir::ModuleOp module = program.program->getModule();
  if (kind == "mlir") {
    os << module << "\n";
    return success();
  }
  if (kind == "bytecode")
    return mlir::writeBytecodeToFile(module, os);
  if (kind == "ll")
    return mx::emitLLVMIR(module, program.processor, os);
  if (kind == "o")
    return mx::emitObject(module, program.processor, os);
  if (kind == "ptx")
    return mx::nvvm::printPTX(module, os);
  return mx::nvvm::printCubin(module, os);
}

static Error emit(mx_program &program, StringRef kind,
                  SmallVectorImpl<char> &bytes) {
  if (kind != "mlir" && kind != "bytecode") {
    if (Error error = lowerTo(program, mx::Stage::LLVM))
      return error;
    if (Error error = tell(program, "code"))
      return error;
  }
  raw_svector_ostream os(bytes);
  return failed(writeModule(program, kind, os))
             ? make_error<mx::ReportedError>()
             : Error::success();
}

int mx_program_emit(mx_program *program, const char *kind, mx_writer write,
                    void *user) {
  return enter(program, [&]() -> Error {
    if (Error error = checkNotNull(reinterpret_cast<void *>(write), "a writer"))
      return error;
    if (Error error = checkKind(*program, kind))
      return error;
    SmallString<0> bytes;
    if (Error error = emit(*program, kind, bytes))
      return error;
    write(user, bytes.data(), bytes.size());
    return Error::success();
  });
}

/// Writes a temporary file, which is renamed at the end.
static Error emitFile(mx_program &program, const char *kind, StringRef path) {
  auto write = [&](raw_ostream &os) -> Error {
    SmallString<0> bytes;
    if (Error error = emit(program, kind, bytes))
      return error;
    os << bytes;
    return Error::success();
  };
  // LLVM takes "-" to be the standard output.
  Error error = writeToOutput(path == "-" ? "./-" : path, write);
  return handleErrors(std::move(error), [&](const ECError &info) -> Error {
    return createStringError(info.convertToErrorCode(),
                             "cannot write '" + path + "': " + info.message());
  });
}

int mx_program_emit_file(mx_program *program, const char *kind,
                         const char *path) {
  return enter(program, [&]() -> Error {
    if (Error error = checkNotNull(path, "a path"))
      return error;
    if (Error error = checkKind(*program, kind))
      return error;
    return emitFile(*program, kind, path);
  });
}

int mx_program_signature(mx_program *program, mx_writer write, void *user) {
  return enter(program, [&]() -> Error {
    if (Error error = checkNotNull(reinterpret_cast<void *>(write), "a writer"))
      return error;
    if (Error error = lowerTo(*program, mx::Stage::Quantized))
      return error;
    json::Object signature{
        {"functions", describe(program->program->getSignatures())}};
    writeText(formatJSON(std::move(signature)), write, user);
    return Error::success();
  });
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
  product.erase("epilogue");
  product["family"] =
      mx::getTargetNames()[static_cast<unsigned>(options.target)];
  return product;
}

int mx_program_explain(mx_program *program, mx_writer write, void *user) {
  return enter(program, [&]() -> Error {
    if (Error error = checkNotNull(reinterpret_cast<void *>(write), "a writer"))
      return error;
    if (Error error = lowerTo(*program, mx::Stage::Packed))
      return error;
    mlir::ModuleOp module = program->program->getModule();
    json::Array products = describeFloatProducts(module);
    module.walk([&](mx::PackedMatmulOp op) {
      products.push_back(explain(op, program->program->getOptions()));
    });
    for (json::Value &product : products)
      writeText(formatJSON(product) + "\n", write, user);
    return Error::success();
  });
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

static std::vector<std::string> list(StringRef what) {
  std::vector<std::string> lines;
  if (what == "recipes")
    for (const mx::BuiltinRecipe &recipe : mx::getBuiltinRecipes())
      lines.push_back((recipe.name + "\t" + recipe.summary).str());
  if (what == "chips")
    for (const mx::nvvm::Chip &chip : mx::nvvm::getChips())
      lines.push_back(StringRef(chip.name).str());
  if (what == "targets")
    lines.assign(mx::getTargetNames().begin(), mx::getTargetNames().end());
  if (what == "stages")
    lines.assign(mx::getStageNames().begin(), mx::getStageNames().end());
  if (what == "kinds")
    lines.assign(std::begin(kKinds), std::end(kKinds));
  if (what == "options")
    lines.assign(getOptionNames().begin(), getOptionNames().end());
  return lines;
}

int mx_list(const char *what, mx_writer write, void *user) {
  if (Error error = checkChoice(
          "list", what,
          {"recipes", "targets", "chips", "stages", "kinds", "options"}))
    return report(std::move(error));
  if (Error error = checkNotNull(reinterpret_cast<void *>(write), "a writer"))
    return report(std::move(error));
  for (const std::string &line : list(what))
    writeText(line + "\n", write, user);
  return MX_COMPILER_OK;
}
