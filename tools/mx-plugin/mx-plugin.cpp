//===- mx-plugin.cpp - The mx dialect for a stock mlir-opt ----------------===//
//
// mlir-opt --load-dialect-plugin=MXPlugin.so --load-pass-plugin=MXPlugin.so
//
//===----------------------------------------------------------------------===//

#include "mx/InitAll.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "llvm/Config/llvm-config.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "mx", LLVM_VERSION_STRING,
          [](mlir::DialectRegistry *registry) {
            mx::registerMx(*registry);
            mx::registerMxPasses();
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "mx", LLVM_VERSION_STRING,
          [] { mx::registerMxPasses(); }};
}
