//===- toyc.cpp - A compiler of toy programs ------------------------------===//
//
// toyc FILE.mlir --recipe=NAME [--emit=mlir|llvm|obj] [-o FILE]
//
// Its own passes and the pipelines of MX, to an object that calls
// libmx_runtime.
//
//===----------------------------------------------------------------------===//

#include "Toy.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mx/InitAll.h"
#include "mx/Pipelines/Pipelines.h"
#include "mx/Target/Emit.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::opt<std::string> input(cl::Positional, cl::Required,
                                  cl::desc("FILE.mlir"));
static cl::opt<std::string> recipe("recipe", cl::init("none"),
                                   cl::desc("as in mxc compile"));
static cl::opt<std::string> output("o", cl::init("-"), cl::desc("FILE"));
enum class Form { MLIR, LLVM, Object };
static cl::opt<Form>
    emit("emit", cl::init(Form::Object), cl::desc("what to write"),
         cl::values(clEnumValN(Form::MLIR, "mlir", "after the recipe"),
                    clEnumValN(Form::LLVM, "llvm", "LLVM IR"),
                    clEnumValN(Form::Object, "obj", "an object")));

/// The recipe on toy ops, then toy's lowering, then the rest of MX's stages.
static LogicalResult compile(ModuleOp module) {
  mx::PipelineOptions options;
  options.recipe = recipe;
  options.target = mx::TargetKind::CPU;
  PassManager pm(module.getContext());
  mx::buildQuantizedPipeline(pm, options);
  if (emit != Form::MLIR) {
    pm.addPass(toy::createToyToLinalgPass());
    mx::buildPipelineTo(pm, mx::Stage::LLVM, options, mx::Stage::Quantized);
  }
  return pm.run(module);
}

static LogicalResult write(ModuleOp module, llvm::raw_pwrite_stream &os) {
  mx::Processor host; // the CPU that this runs on
  switch (emit) {
  case Form::MLIR:
    module.print(os);
    return success();
  case Form::LLVM:
    return mx::emitLLVMIR(module, host, os);
  case Form::Object:
    return mx::emitObject(module, host, os);
  }
  llvm_unreachable("every form is listed");
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "compiles toy programs\n");
  DialectRegistry registry;
  registerAllDialects(registry); // MLIR's, with what bufferization needs
  registry.insert<toy::ToyDialect>();
  mx::registerMx(registry);
  MLIRContext context(registry);
  // Shows remarks too, which say what a recipe leaves as it is.
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler diagnostics(sources, &context);

  auto module = parseSourceFile<ModuleOp>(input, sources, &context);
  if (!module || failed(compile(*module)))
    return 1;
  std::string error;
  auto file = openOutputFile(output, &error);
  if (!file) {
    llvm::errs() << "toyc: " << error << "\n";
    return 1;
  }
  if (failed(write(*module, file->os())))
    return 1;
  file->keep();
  return 0;
}
