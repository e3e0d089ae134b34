//===- List.cpp - mxc list ------------------------------------------------===//

#include "Commands.h"

#include "mlir/Pass/PassRegistry.h"
#include "mx-runtime/mx_runtime.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Recipes.h"
#include "mx/InitAll.h"
#include "mx/Pipelines/Pipelines.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getListCommand() {
  static cl::SubCommand command("list", "list what there is");
  return command;
}
static cl::opt<std::string>
    what(cl::Positional, cl::Required,
         cl::desc("formats|recipes|targets|chips|passes|kernels"),
         cl::sub(getListCommand()));

static void listFormats() {
  mlir::MLIRContext context;
  context.loadDialect<mx::MXDialect>();
  for (StringRef name : mx::ScaledType::getNames()) {
    mx::ScaledType type = mx::ScaledType::getNamed(&context, name);
    outs() << name << "  !mx.scaled<" << type.getElement() << ", "
           << type.getScale() << ", [" << type.getBlockCols() << "]"
           << (type.getHasTensorScale() ? ", tensor_scale = f32" : "") << ">\n";
  }
}

static void listTargets() {
  for (StringRef name : mx::getTargetNames())
    outs() << name << "\n";
}

static void listChips() {
  for (const mx::nvvm::Chip &chip : mx::nvvm::getChips())
    outs() << chip.name << "  PTX " << chip.ptxVersion / 10 << "."
           << chip.ptxVersion % 10 << ", " << chip.sharedMemory / 1024
           << " KiB of shared memory per block\n";
}

static void listKernels() {
  auto print = [](void *, const char *op, const char *isa, int supported) {
    outs() << op << " " << isa << (supported ? "" : " (not on this CPU)")
           << "\n";
  };
  mx_runtime_kernels(print, nullptr);
}

static void listRecipes() {
  for (const mx::BuiltinRecipe &recipe : mx::getBuiltinRecipes())
    outs() << recipe.name << "  " << recipe.summary << "\n";
}

static void listPasses() {
  mx::registerMxPasses();
  mlir::printRegisteredPasses();
  outs() << "Pipelines:\n";
  for (const mx::PipelineName &pipeline : mx::getPipelineNames())
    outs() << "  --" << pipeline.name << "  -   " << pipeline.summary << "\n";
}

Error mxc::listMain() {
  if (Error error = checkChoice(
          "list", what,
          {"formats", "recipes", "targets", "chips", "passes", "kernels"}))
    return error;
  if (what == "formats")
    listFormats();
  else if (what == "recipes")
    listRecipes();
  else if (what == "targets")
    listTargets();
  else if (what == "chips")
    listChips();
  else if (what == "passes")
    listPasses();
  else
    listKernels();
  return Error::success();
}
