//===- InitAll.cpp - Registration for tools and embedders -----------------===//

#include "mx/InitAll.h"

#include "mx/Conversion/Passes.h"
#include "mx/Conversion/Patterns.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/BufferizableOpInterfaceImpl.h"
#include "mx/Dialect/MX/Transforms/Passes.h"
#include "mx/Pipelines/Pipelines.h"

void mx::registerMx(mlir::DialectRegistry &registry) {
  registry.insert<MXDialect>();
  registerBufferizableOpInterfaceModels(registry);
  registerConvertMXToLLVMInterface(registry);
}

void mx::registerMxPasses() {
  registerMXPasses();
  registerMXConversionPasses();
  registerMxPipelines();
}
