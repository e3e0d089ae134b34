//===- embed.cpp - The MX passes inside a compiler of one's own -----------===//
//
// Reads a module, applies a recipe to its matrix products and prints the
// result: embed FILE.mlir RECIPE.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mx/InitAll.h"
#include "mx/Pipelines/Pipelines.h"

int main(int argc, char **argv) {
  if (argc != 3) {
    llvm::errs() << "usage: embed FILE.mlir RECIPE\n";
    return 1;
  }
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mx::registerMx(registry);
  mlir::MLIRContext context(registry);

  auto module = mlir::parseSourceFile<mlir::ModuleOp>(argv[1], &context);
  if (!module)
    return 1;

  mx::PipelineOptions options;
  options.recipe = argv[2];
  mlir::PassManager pm(&context);
  mx::buildPipelineTo(pm, mx::Stage::Quantized, options);
  if (failed(pm.run(*module)))
    return 1;
  module->print(llvm::outs());
  return 0;
}
