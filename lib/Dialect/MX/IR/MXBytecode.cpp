//===- MXBytecode.cpp - Versioned bytecode of the mx dialect --------------===//

#include "mx/Dialect/MX/IR/MX.h"

using namespace mlir;

void mx::MXDialect::registerBytecodeInterface() {}
