//===- BlockAlignment.cpp - Slices that divide no block -------------------===//
//
// Along an axis that blocks divide, a slice must start at a multiple of the
// block's extent and end at one or at the tensor's end. For values that are not
// constant this is proved from affine maps, products and loop steps.
//
//===----------------------------------------------------------------------===//

#include "BlockAlignment.h"

#include "Packing.h"
#include "TensorScales.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace mx {
namespace {

//===----------------------------------------------------------------------===//
// Multiples
//===----------------------------------------------------------------------===//

bool isMultiple(OpFoldResult value, int64_t factor, int depth = 8);

/// Whether an affine expression of `operands` is a multiple of `factor`.
bool isMultiple(AffineExpr expr, unsigned numDims, ValueRange operands,
                int64_t factor, int depth) {
  if (expr.isMultipleOf(factor))
    return true;
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return isMultiple(operands[dim.getPosition()], factor, depth);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return isMultiple(operands[numDims + symbol.getPosition()], factor, depth);
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  bool left = isMultiple(binary.getLHS(), numDims, operands, factor, depth);
  bool right = isMultiple(binary.getRHS(), numDims, operands, factor, depth);
  if (expr.getKind() == AffineExprKind::Add)
    return left && right;
  return expr.getKind() == AffineExprKind::Mul && (left || right);
}

bool isMultipleInduction(BlockArgument argument, int64_t factor, int depth) {
  Operation *parent = argument.getOwner()->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(parent))
    return argument == loop.getInductionVar() &&
           isMultiple(loop.getLowerBound(), factor, depth) &&
           isMultiple(loop.getStep(), factor, depth);
  if (auto loop = dyn_cast<scf::ForallOp>(parent)) {
    unsigned index = argument.getArgNumber();
    return index < loop.getMixedStep().size() &&
           isMultiple(loop.getMixedLowerBound()[index], factor, depth) &&
           isMultiple(loop.getMixedStep()[index], factor, depth);
  }
  return false;
}

bool isMultiple(OpFoldResult value, int64_t factor, int depth) {
  if (factor == 1)
    return true;
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant % factor == 0;
  if (depth == 0)
    return false;
  auto dynamic = cast<Value>(value);
  if (auto argument = dyn_cast<BlockArgument>(dynamic))
    return isMultipleInduction(argument, factor, depth - 1);
  Operation *op = dynamic.getDefiningOp();
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
    return isMultiple(apply.getAffineMap().getResult(0),
                      apply.getAffineMap().getNumDims(), apply.getMapOperands(),
                      factor, depth - 1);
  if (auto product = dyn_cast<arith::MulIOp>(op))
    return isMultiple(product.getLhs(), factor, depth - 1) ||
           isMultiple(product.getRhs(), factor, depth - 1);
  if (isa<arith::AddIOp, arith::SubIOp>(op))
    return isMultiple(op->getOperand(0), factor, depth - 1) &&
           isMultiple(op->getOperand(1), factor, depth - 1);
  return false;
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// One axis of a slice of a scaled tensor.
struct AxisSlice {
  OpFoldResult offset, size;
  Value whole; // the tensor that is sliced
  int64_t axis;

  /// The extent of the whole tensor, kDynamic if unknown.
  int64_t getExtent() const {
    return cast<RankedTensorType>(whole.getType()).getDimSize(axis);
  }

  bool isWhole() const {
    if (!isConstantIntValue(offset, 0))
      return false;
    if (auto size = getConstantIntValue(this->size))
      return *size == getExtent();
    auto dim = cast<Value>(size).getDefiningOp<tensor::DimOp>();
    return dim && dim.getSource() == whole && dim.getConstantIndex() == axis;
  }

  bool isAligned(int64_t block) const {
    if (isWhole())
      return true;
    return block != ScaledType::kFull && isMultiple(offset, block) &&
           endsAligned(block);
  }

private:
  /// Whether the end is a multiple of the block or the tensor's end. A tile's
  /// size is often min(tile, extent - offset).
  bool endsAligned(int64_t block) const {
    if (isMultiple(size, block))
      return true;
    auto start = getConstantIntValue(offset),
         length = getConstantIntValue(size);
    if (start && length)
      return *start + *length == getExtent();
    auto value = dyn_cast<Value>(size);
    auto minimum = value ? value.getDefiningOp<affine::AffineMinOp>() : nullptr;
    if (!minimum)
      return false;
    AffineMap map = minimum.getAffineMap();
    return llvm::all_of(map.getResults(), [&](AffineExpr expr) {
      return isMultiple(expr, map.getNumDims(), minimum.getOperands(), block,
                        /*depth=*/8) ||
             isRestOfAxis(expr, map.getNumDims(), minimum.getOperands());
    });
  }

  /// Whether an expression is extent - offset.
  bool isRestOfAxis(AffineExpr expr, unsigned numDims,
                    ValueRange operands) const {
    AffineExpr rest = expr;
    for (auto [index, operand] : llvm::enumerate(operands)) {
      AffineExpr symbol =
          index < numDims
              ? getAffineDimExpr(index, expr.getContext())
              : getAffineSymbolExpr(index - numDims, expr.getContext());
      if (OpFoldResult(operand) == offset)
        rest = rest + symbol;
      auto dim = operand.getDefiningOp<tensor::DimOp>();
      if (dim && dim.getSource() == whole && dim.getConstantIndex() == axis)
        rest = rest - symbol;
    }
    auto constant = dyn_cast<AffineConstantExpr>(
        simplifyAffineExpr(rest, numDims, operands.size() - numDims));
    if (!constant)
      return false;
    return ShapedType::isDynamic(getExtent())
               ? constant.getValue() == 0
               : constant.getValue() == getExtent();
  }
};

/// The extent of a block along each of the tensor's axes.
int64_t getBlockExtent(RankedTensorType type, int64_t axis) {
  ScaledType format = getScaledElement(type);
  if (axis == type.getRank() - 1)
    return format.getBlockCols();
  return axis == type.getRank() - 2 ? format.getBlockRows() : 1;
}

InFlightDiagnostic &operator<<(InFlightDiagnostic &diagnostic,
                               std::optional<int64_t> value) {
  if (value)
    return diagnostic << *value;
  return diagnostic << "a computed value";
}

LogicalResult reportAxis(Operation *op, const AxisSlice &slice, int64_t block) {
  InFlightDiagnostic error = op->emitOpError();
  error << "expected a slice along axis " << slice.axis << " to ";
  if (block == ScaledType::kFull)
    error << "cover the axis, whose blocks are 'full'";
  else
    error << "start at a multiple of the block extent " << block
          << " and end at one or at the tensor's end";
  error << ", but found offset " << getConstantIntValue(slice.offset)
        << " and size " << getConstantIntValue(slice.size)
        << "; slice before 'mx.quantize' or after 'mx.dequantize'";
  return error;
}

/// Checks that a slice of smaller rank still has the axes that blocks divide:
/// without them the blocks would lie along others.
LogicalResult verifyKeptAxes(Operation *op, ArrayRef<OpFoldResult> sizes,
                             RankedTensorType part, RankedTensorType whole) {
  if (part.getRank() == whole.getRank())
    return success();
  SmallVector<int64_t> shape =
      llvm::map_to_vector(sizes, [](OpFoldResult size) {
        return getConstantIntValue(size).value_or(ShapedType::kDynamic);
      });
  std::optional<llvm::SmallDenseSet<unsigned>> dropped =
      computeRankReductionMask(shape, part.getShape());
  size_t kept = getScaledElement(whole).getBlock().size();
  for (size_t axis = shape.size() - kept; axis < shape.size(); ++axis)
    if (!dropped || dropped->contains(axis))
      return op->emitOpError()
             << "expected a slice that keeps the last "
             << (kept == 1 ? "axis" : "two axes")
             << " of a block-scaled tensor, but found one that drops "
             << (kept == 1 ? "it" : "one");
  return success();
}

LogicalResult verifySlice(OffsetSizeAndStrideOpInterface op, Value whole,
                          RankedTensorType part) {
  auto type = cast<RankedTensorType>(whole.getType());
  for (auto [axis, stride] : llvm::enumerate(op.getMixedStrides()))
    if (!isConstantIntValue(stride, 1))
      return op->emitOpError()
             << "expected stride 1 along axis " << axis
             << " of a block-scaled tensor, but found "
             << getConstantIntValue(stride).value_or(ShapedType::kDynamic);
  SmallVector<OpFoldResult> offsets = op.getMixedOffsets();
  SmallVector<OpFoldResult> sizes = op.getMixedSizes();
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    AxisSlice slice{offsets[axis], sizes[axis], whole, axis};
    int64_t block = getBlockExtent(type, axis);
    if (!slice.isAligned(block))
      return reportAxis(op, slice, block);
  }
  return verifyKeptAxes(op, sizes, part, type);
}

LogicalResult verifyConcat(tensor::ConcatOp op) {
  RankedTensorType type = op.getResultType();
  int64_t axis = op.getDim(), block = getBlockExtent(type, axis);
  if (getScaledElement(type).getHasTensorScale())
    return op->emitOpError()
           << "expected parts without a tensor scale of their own, but found "
           << getScaledElement(type) << "; concatenate before 'mx.quantize'";
  size_t last = op.getInputs().size() - 1;
  for (auto [index, input] : llvm::enumerate(op.getInputs())) {
    int64_t extent = cast<RankedTensorType>(input.getType()).getDimSize(axis);
    bool aligned = block == ScaledType::kFull ? last == 0
                   : block == 1 || index == last
                       ? true
                       : !ShapedType::isDynamic(extent) && extent % block == 0;
    if (aligned)
      continue;
    InFlightDiagnostic error = op->emitOpError();
    error << "expected operand " << index << " to hold whole blocks of ";
    if (block == ScaledType::kFull)
      error << "'full'";
    else
      error << block;
    error << " along axis " << axis << ", but found extent ";
    if (ShapedType::isDynamic(extent))
      error << "'?'";
    else
      error << extent;
    return error << "; concatenate before 'mx.quantize' or after "
                    "'mx.dequantize'";
  }
  return success();
}

LogicalResult verifyPad(tensor::PadOp op) {
  RankedTensorType type = op.getResultType();
  Value padding = op.getConstantPaddingValue();
  if (!padding || !padding.getDefiningOp<ub::PoisonOp>())
    return op->emitOpError()
           << "expected a block-scaled tensor to be padded with 'ub.poison' "
              "(which becomes zeros), but found another value; pad before "
              "'mx.quantize'";
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    int64_t block = getBlockExtent(type, axis);
    OpFoldResult low = op.getMixedLowPad()[axis];
    OpFoldResult high = op.getMixedHighPad()[axis];
    if (block == 1 ||
        (isConstantIntValue(low, 0) && isConstantIntValue(high, 0)))
      continue;
    int64_t extent = op.getSourceType().getDimSize(axis);
    bool wholeBlocks =
        block != ScaledType::kFull && isMultiple(low, block) &&
        (isConstantIntValue(high, 0) ||
         (!ShapedType::isDynamic(extent) && extent % block == 0));
    if (!wholeBlocks)
      return op->emitOpError()
             << "expected padding along axis " << axis
             << " to add to whole blocks, but found low "
             << getConstantIntValue(low).value_or(ShapedType::kDynamic)
             << " and high "
             << getConstantIntValue(high).value_or(ShapedType::kDynamic)
             << "; pad before 'mx.quantize'";
  }
  return success();
}

} // namespace

LogicalResult verifyBlockAlignment(Operation *op) {
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return verifySlice(slice, slice.getSource(), slice.getType());
  if (auto slice = dyn_cast<tensor::InsertSliceOp>(op)) {
    if (failed(verifySlice(slice, slice.getDest(), slice.getSourceType())))
      return failure();
    return verifySharedTensorScale(op, slice.getSource(), slice.getDest());
  }
  if (auto slice = dyn_cast<tensor::ParallelInsertSliceOp>(op)) {
    if (failed(verifySlice(slice, slice.getDest(), slice.getSourceType())))
      return failure();
    return verifySharedTensorScale(op, slice.getSource(), slice.getDest());
  }
  if (auto concat = dyn_cast<tensor::ConcatOp>(op))
    return verifyConcat(concat);
  return verifyPad(cast<tensor::PadOp>(op));
}

} // namespace mx
