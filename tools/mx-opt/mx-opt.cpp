//===- mx-opt.cpp - The mx optimizer driver -------------------------------===//
//
// mlir-opt with the mx dialect, its passes and its pipelines.
//
//===----------------------------------------------------------------------===//

#include "mx/InitAll.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  mx::registerMx(registry);
  mx::registerMxPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "mx optimizer driver\n", registry));
}
