//===- WeightAverage.cpp - Rounding by a moving average -------------------===//

#include "WeightAverage.h"

#include "SavedOperands.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <cmath>

using namespace mlir;

namespace mx {

Value viewWeightAverage(OpBuilder &b, Value operand) {
  auto weight = dyn_cast<BlockArgument>(getViewedSource(operand));
  if (!weight || !weight.getOwner()->isEntryBlock())
    return {};
  auto function =
      dyn_cast<FunctionOpInterface>(weight.getOwner()->getParentOp());
  if (!function)
    return {};
  for (BlockArgument argument : function.getArguments()) {
    auto of = function.getArgAttrOfType<IntegerAttr>(
        argument.getArgNumber(), MXDialect::kAverageAttrName);
    if (of && of.getInt() == weight.getArgNumber())
      return repeatView(b, operand, weight, argument);
  }
  return {};
}

StringRef findProblemOfAverage(OperandRecipeAttr recipe,
                               HadamardAttr hadamard) {
  if (!recipe)
    return "the weight stays float";
  if (hadamard)
    return "the weight is transformed before it is rounded";
  if (recipe.getRounding() != Rounding::NearestEven)
    return "the weight is not rounded to nearest";
  ScaledType format = recipe.getFormat();
  if (!isa<Float8E8M0FNUType>(format.getScale()) || !format.isRowWise() ||
      format.getElement().isInteger())
    return "the weight's format is not of float elements with f8E8M0FNU scales "
           "along the last axis";
  return "";
}

/// Codes from zero of an element: the number of each, and the middle between it
/// and the next, infinite for the last.
static std::pair<SmallVector<float>, SmallVector<float>>
getGrid(const contract::FloatFormat &element) {
  SmallVector<float> numbers, middles;
  for (uint32_t code = 0; code <= element.maxCode(); ++code)
    numbers.push_back(float(contract::decode(element, code)));
  for (size_t i = 0; i + 1 < numbers.size(); ++i)
    middles.push_back((numbers[i] + numbers[i + 1]) / 2);
  middles.push_back(std::numeric_limits<float>::infinity());
  return {numbers, middles};
}

namespace {

/// The body of the loop over all elements.
class CodeByAverage {
public:
  CodeByAverage(OpBuilder &b, Location loc, ScaledType format, Value scale)
      : format(format), scale(scale),
        element(*getFloatFormat(format.getElement())) {
    auto [gridNumbers, gridMiddles] = getGrid(element);
    numbers = makeTable(b, loc, gridNumbers);
    middles = makeTable(b, loc, gridMiddles);
  }

  /// The code (i8) of a weight whose code toward zero is `code`.
  Value emit(OpBuilder &b, Location loc, Value code, Value weight,
             Value average) const {
    Value wide = arith::ExtUIOp::create(b, loc, b.getI32Type(), code);
    unsigned magnitudeBits = element.bits() - 1;
    Value magnitude = arith::AndIOp::create(
        b, loc, wide, i32(b, loc, (1 << magnitudeBits) - 1));
    Value isNegative = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne,
                                             wide, magnitude);
    Value factor = getInverseScale(b, loc);
    Value scaledWeight = arith::MulFOp::create(b, loc, weight, factor);
    Value scaledAverage = arith::MulFOp::create(b, loc, average, factor);
    Value position =
        arith::IndexCastOp::create(b, loc, b.getIndexType(), magnitude);
    Value number = tensor::ExtractOp::create(b, loc, numbers, position);
    Value middle = tensor::ExtractOp::create(b, loc, middles, position);
    auto along = [&](Value value) -> Value {
      Value negated = arith::NegFOp::create(b, loc, value);
      return arith::SelectOp::create(b, loc, isNegative, negated, value);
    };
    Value isBeyond =
        compare(b, loc, arith::CmpFPredicate::OGT, along(scaledWeight), number);
    Value isAbove = compare(b, loc, arith::CmpFPredicate::OGT,
                            along(scaledAverage), middle);
    Value isTie = compare(b, loc, arith::CmpFPredicate::OEQ,
                          along(scaledAverage), middle);
    Value isOdd = arith::TruncIOp::create(b, loc, b.getI1Type(), wide);
    Value up = arith::OrIOp::create(
        b, loc, isAbove, arith::AndIOp::create(b, loc, isTie, isOdd));
    up = arith::AndIOp::create(b, loc, up, isBeyond);
    Value step = arith::ExtUIOp::create(b, loc, b.getI8Type(), up);
    return arith::AddIOp::create(b, loc, code, step);
  }

private:
  static Value makeTable(OpBuilder &b, Location loc, ArrayRef<float> values) {
    auto type = RankedTensorType::get({int64_t(values.size())}, b.getF32Type());
    return arith::ConstantOp::create(b, loc,
                                     DenseElementsAttr::get(type, values));
  }
  static Value i32(OpBuilder &b, Location loc, int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
  }
  static Value compare(OpBuilder &b, Location loc, arith::CmpFPredicate how,
                       Value left, Value right) {
    return arith::CmpFOp::create(b, loc, how, left, right);
  }

  /// 2^-e of the element's block, an f32: the smallest is subnormal. A NaN
  /// scale's codes are 0, and 2^-128 as 0 leaves them.
  Value getInverseScale(OpBuilder &b, Location loc) const {
    int64_t rank = cast<RankedTensorType>(scale.getType()).getRank();
    SmallVector<Value> at;
    for (int64_t axis = 0; axis < rank; ++axis)
      at.push_back(linalg::IndexOp::create(b, loc, axis));
    if (format.getBlockCols() == ScaledType::kFull)
      at.back() = arith::ConstantIndexOp::create(b, loc, 0);
    else
      at.back() = arith::DivUIOp::create(
          b, loc, at.back(),
          arith::ConstantIndexOp::create(b, loc, format.getBlockCols()));
    Value code = arith::ExtUIOp::create(
        b, loc, b.getI32Type(), tensor::ExtractOp::create(b, loc, scale, at));
    Value field = arith::SubIOp::create(b, loc, i32(b, loc, 254), code);
    Value bits = arith::ShLIOp::create(b, loc, field, i32(b, loc, 23));
    auto replace = [&](int64_t what, int64_t by) {
      Value is = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, code,
                                       i32(b, loc, what));
      bits = arith::SelectOp::create(b, loc, is, i32(b, loc, by), bits);
    };
    replace(254, 0x00400000);
    replace(255, 0);
    return arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
  }

  ScaledType format;
  Value scale;
  contract::FloatFormat element;
  Value numbers, middles;
};

} // namespace

Value roundByAverage(OpBuilder &b, Location loc, Value matrix, Value average,
                     Value quantized) {
  auto type = cast<RankedTensorType>(quantized.getType());
  auto format = cast<ScaledType>(type.getElementType());
  Type i8 = b.getI8Type();
  auto parts = DisassembleOp::create(
      b, loc, RankedTensorType::get(type.getShape(), i8),
      RankedTensorType::get(getPackedScaleShape(format, type.getShape()), i8),
      Type(), quantized);
  CodeByAverage rule(b, loc, format, parts.getScale());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, matrix);
  Value init = tensor::EmptyOp::create(b, loc, sizes, i8);
  AffineMap all = b.getMultiDimIdentityMap(type.getRank());
  auto widen = [](OpBuilder &b, Location loc, Value value) -> Value {
    if (value.getType().isF32())
      return value;
    return arith::ExtFOp::create(b, loc, b.getF32Type(), value);
  };
  Value codes =
      linalg::GenericOp::create(
          b, loc, init.getType(), ValueRange{parts.getCodes(), matrix, average},
          init, ArrayRef{all, all, all, all},
          SmallVector<utils::IteratorType>(type.getRank(),
                                           utils::IteratorType::parallel),
          [&](OpBuilder &b, Location loc, ValueRange args) {
            linalg::YieldOp::create(b, loc,
                                    rule.emit(b, loc, args[0],
                                              widen(b, loc, args[1]),
                                              widen(b, loc, args[2])));
          })
          .getResult(0);
  Value extent;
  if (type.isDynamicDim(type.getRank() - 1))
    extent = tensor::DimOp::create(b, loc, matrix, type.getRank() - 1);
  return AssembleOp::create(b, loc, type, codes, parts.getScale(), Value(),
                            extent);
}

} // namespace mx
