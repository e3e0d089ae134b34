//===- MXDialect.cpp - Registration of the mx dialect ---------------------===//

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

#include "mx/Dialect/MX/IR/MXDialect.cpp.inc"
#include "mx/Dialect/MX/IR/MXEnums.cpp.inc"

void mx::MXDialect::initialize() {
  registerTypes();
  registerAttributes();
  registerBytecodeInterface();
  addOperations<
#define GET_OP_LIST
#include "mx/Dialect/MX/IR/MXOps.cpp.inc"
      >();
}

/// Seeds are the only constants that mx ops fold to.
Operation *mx::MXDialect::materializeConstant(OpBuilder &builder,
                                              Attribute value, Type type,
                                              Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
