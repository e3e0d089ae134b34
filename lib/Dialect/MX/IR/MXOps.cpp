//===- MXOps.cpp - Generated definitions of the ops -----------------------===//

#include "mx/Dialect/MX/IR/MX.h"

using namespace mlir;
using namespace mx;

/// An enumeration attribute as its bare word.
template <typename EnumAttr>
static ParseResult parseWord(OpAsmParser &parser, EnumAttr &attr) {
  return parser.parseCustomAttributeWithFallback(attr, Type());
}
template <typename EnumAttr>
static void printWord(OpAsmPrinter &printer, Operation *, EnumAttr attr) {
  printer << stringifyEnum(attr.getValue());
}

#define GET_OP_CLASSES
#include "mx/Dialect/MX/IR/MXOps.cpp.inc"
