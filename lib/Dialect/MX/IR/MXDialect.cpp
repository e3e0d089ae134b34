//===- MXDialect.cpp - Registration of the mx dialect ---------------------===//

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringExtras.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using mx::MXDialect;

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

static bool isIdentifier(Attribute value) {
  auto name = dyn_cast<StringAttr>(value);
  return name && !name.empty() && !llvm::isDigit(name.getValue().front()) &&
         llvm::all_of(name.getValue(),
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

static bool isArrayOfIdentifiers(Attribute value) {
  auto array = dyn_cast<ArrayAttr>(value);
  return array && llvm::all_of(array, isIdentifier);
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
  if (name == kAxesAttrName) {
    if (isArrayOfIdentifiers(value))
      return success();
    return op->emitError() << "expected " << kAxesAttrName
                           << " to be an array of identifiers, but found "
                           << value;
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
  if (name == kStatisticsAttrName) {
    if (isa<ArrayAttr>(value) && isa<FunctionOpInterface>(op))
      return success();
    return op->emitError() << "expected " << kStatisticsAttrName
                           << " to be a list of labels on a function, but "
                              "found "
                           << value << " on " << op->getName();
  }
  if (name == kScheduleAttrName) {
    bool takesIt = isa<PackedMatmulOp, PackedQuantizeOp, PackedDequantizeOp,
                       PackedRelayoutOp, HadamardOp>(op) ||
                   op->getName().getDialectNamespace() == "linalg";
    if (isa<ScheduleAttr>(value) && takesIt)
      return success();
    return op->emitError() << "expected " << kScheduleAttrName
                           << " to be #mx.schedule<…> on mx.packed.matmul, "
                              "mx.packed.quantize, mx.packed.dequantize, "
                              "mx.packed.relayout, mx.hadamard or a linalg op, "
                              "but found "
                           << value << " on " << op->getName();
  }
  return op->emitError() << "expected attribute " << kRecipeAttrName << ", "
                         << kRoleAttrName << ", " << kNameAttrName << ", "
                         << kAxesAttrName << ", " << kProductAttrName << ", "
                         << kStatisticsAttrName << " or " << kScheduleAttrName
                         << " of dialect 'mx', but found " << name;
}

/// The number of another argument of the same type.
static LogicalResult verifyAverage(Operation *op, Region &region,
                                   unsigned argIndex, Attribute value) {
  auto of = dyn_cast<IntegerAttr>(value);
  if (region.empty())
    return success();
  unsigned count = region.getNumArguments();
  if (of && of.getInt() >= 0 && of.getInt() < count &&
      of.getInt() != argIndex &&
      region.getArgument(of.getInt()).getType() ==
          region.getArgument(argIndex).getType())
    return success();
  return op->emitError() << "expected " << MXDialect::kAverageAttrName
                         << " on argument " << argIndex
                         << " to be the number of another argument of the same "
                            "type, but found "
                         << value;
}

LogicalResult mx::MXDialect::verifyRegionArgAttribute(Operation *op,
                                                      unsigned regionIndex,
                                                      unsigned argIndex,
                                                      NamedAttribute attr) {
  if (attr.getName() == kNameAttrName && isa<StringAttr>(attr.getValue()))
    return success();
  if (attr.getName() == kAverageAttrName)
    return verifyAverage(op, op->getRegion(regionIndex), argIndex,
                         attr.getValue());
  if (attr.getName() == kConstantAttrName) {
    if (isa<UnitAttr>(attr.getValue()))
      return success();
    return op->emitError() << "expected " << kConstantAttrName
                           << " without a value, but found " << attr.getValue();
  }
  if (attr.getName() == kAxesAttrName) {
    if (isArrayOfIdentifiers(attr.getValue()))
      return success();
    return op->emitError() << "expected " << kAxesAttrName
                           << " to be an array of identifiers, but found "
                           << attr.getValue();
  }
  if (attr.getName() != kSeedAttrName)
    return op->emitError() << "expected argument attribute " << kSeedAttrName
                           << ", " << kNameAttrName << ", " << kAxesAttrName
                           << ", " << kConstantAttrName << " or "
                           << kAverageAttrName << " of dialect 'mx', but found "
                           << attr.getName();
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
