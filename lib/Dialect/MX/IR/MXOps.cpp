//===- MXOps.cpp - Generated definitions of the ops -----------------------===//

#include "mx/Dialect/MX/IR/MX.h"

using namespace mlir;
using namespace mx;

/// An optional attribute that is printed as its bare word.
static ParseResult parseScaleRule(OpAsmParser &parser, ScaleRuleAttr &attr) {
  return parser.parseCustomAttributeWithFallback(attr, Type());
}
static void printScaleRule(OpAsmPrinter &printer, Operation *,
                           ScaleRuleAttr attr) {
  printer.printStrippedAttrOrType(attr);
}

#define GET_OP_CLASSES
#include "mx/Dialect/MX/IR/MXOps.cpp.inc"
