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

LogicalResult mx::MXDialect::verifyOperationAttribute(Operation *op,
                                                      NamedAttribute attr) {
  StringRef name = attr.getName();
  Attribute value = attr.getValue();
  if (name == kRoleAttrName) {
    auto role = dyn_cast<StringAttr>(value);
    if (role && symbolizeRole(role.getValue()))
      return success();
    return op->emitError() << "expected " << kRoleAttrName
                           << " to be \"forward\", \"dgrad\" or \"wgrad\", "
                              "but found "
                           << value;
  }
  if (name == kNameAttrName) {
    if (isa<StringAttr>(value))
      return success();
    return op->emitError() << "expected " << kNameAttrName
                           << " to be a string, but found " << value;
  }
  if (name == kRecipeAttrName) {
    if (isa<RecipeAttr>(value))
      return success();
    return op->emitError() << "expected " << kRecipeAttrName
                           << " to be #mx.recipe<…>, but found " << value;
  }
  if (name == kProductAttrName) {
    if (isa<ProductRecipeAttr>(value))
      return success();
    return op->emitError() << "expected " << kProductAttrName
                           << " to be #mx.product<…>, but found " << value;
  }
  if (name == kScheduleAttrName) {
    if (isa<ScheduleAttr>(value) && isa<PackedMatmulOp, PackedQuantizeOp>(op))
      return success();
    return op->emitError() << "expected " << kScheduleAttrName
                           << " to be #mx.schedule<…> on mx.packed.matmul or "
                              "mx.packed.quantize, but found "
                           << value << " on " << op->getName();
  }
  return op->emitError() << "expected attribute " << kRecipeAttrName << ", "
                         << kRoleAttrName << ", " << kNameAttrName << ", "
                         << kProductAttrName << " or " << kScheduleAttrName
                         << " of dialect 'mx', but found " << name;
}

LogicalResult mx::MXDialect::verifyRegionArgAttribute(Operation *op,
                                                      unsigned regionIndex,
                                                      unsigned argIndex,
                                                      NamedAttribute attr) {
  if (attr.getName() == kNameAttrName && isa<StringAttr>(attr.getValue()))
    return success();
  if (attr.getName() != kSeedAttrName)
    return op->emitError() << "expected argument attribute " << kSeedAttrName
                           << " or " << kNameAttrName
                           << " of dialect 'mx', but found " << attr.getName();
  Region &region = op->getRegion(regionIndex);
  if (!isa<UnitAttr>(attr.getValue()) ||
      (!region.empty() &&
       !region.getArgument(argIndex).getType().isInteger(64)))
    return op->emitError() << "expected " << kSeedAttrName
                           << " alone on an argument of type i64, but found it "
                              "on argument "
                           << argIndex;
  return success();
}
