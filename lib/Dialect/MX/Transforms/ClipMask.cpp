//===- ClipMask.cpp - Which elements a quantisation clipped ---------------===//
//
// Ordinary linalg on the value level: any target that takes the products'
// surroundings takes masks too. A word of 32 bits goes with a block of 32.
//
//===----------------------------------------------------------------------===//

#include "ClipMask.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace mx {

static constexpr int64_t kBlock = 32;

/// Affine maps of an element (row, block, place) and of its block.
static std::pair<AffineMap, AffineMap> getMaps(MLIRContext *context) {
  AffineExpr row, block, place;
  bindDims(context, row, block, place);
  return {AffineMap::get(3, 0, {row, block, place}, context),
          AffineMap::get(3, 0, {row, block}, context)};
}

static Value expandBlocks(OpBuilder &b, Location loc, Value matrix) {
  auto type = cast<RankedTensorType>(matrix.getType());
  auto blocks = RankedTensorType::get(
      {type.getDimSize(0), type.getDimSize(1) / kBlock, kBlock},
      type.getElementType());
  SmallVector<OpFoldResult> sizes = {
      tensor::getMixedSize(b, loc, matrix, 0),
      b.getIndexAttr(type.getDimSize(1) / kBlock), b.getIndexAttr(kBlock)};
  return tensor::ExpandShapeOp::create(
      b, loc, blocks, matrix, ArrayRef<ReassociationIndices>{{0}, {1, 2}},
      sizes);
}

static Value i32(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
}

static Value getPlace(OpBuilder &b, Location loc) {
  return arith::IndexCastOp::create(b, loc, b.getI32Type(),
                                    linalg::IndexOp::create(b, loc, 2));
}

/// The f32 of an E8M0 code (i8): 2^-127 is subnormal, 0xFF is NaN.
static Value decodePower(OpBuilder &b, Location loc, Value code) {
  Value wide = arith::ExtUIOp::create(b, loc, b.getI32Type(), code);
  Value bits = arith::ShLIOp::create(b, loc, wide, i32(b, loc, 23));
  auto replace = [&](int64_t what, int64_t by) {
    Value is = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, wide,
                                     i32(b, loc, what));
    bits = arith::SelectOp::create(b, loc, is, i32(b, loc, by), bits);
  };
  replace(0, 0x00400000);
  replace(255, 0x7FC00000);
  return arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
}

static Value widen(OpBuilder &b, Location loc, Value value) {
  return value.getType().isF32()
             ? value
             : Value(arith::ExtFOp::create(b, loc, b.getF32Type(), value));
}

static Value getMagnitude(OpBuilder &b, Location loc, Value value) {
  Value bits = arith::BitcastOp::create(b, loc, b.getI32Type(), value);
  bits = arith::AndIOp::create(b, loc, bits, i32(b, loc, 0x7FFFFFFF));
  return arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
}

bool hasUnitBatch(RankedTensorType type) {
  return llvm::all_of(type.getShape().drop_back(2),
                      [](int64_t extent) { return extent == 1; });
}

/// Rows take the batch axes along.
static SmallVector<ReassociationIndices> getMatrixGroups(int64_t rank) {
  SmallVector<ReassociationIndices> groups(2);
  for (int64_t axis = 0; axis < rank; ++axis)
    groups[axis == rank - 1].push_back(axis);
  return groups;
}

Value dropUnitBatch(OpBuilder &b, Location loc, Value tensor) {
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  if (rank == 2)
    return tensor;
  return tensor::CollapseShapeOp::create(b, loc, tensor, getMatrixGroups(rank));
}

Value restoreUnitBatch(OpBuilder &b, Location loc, Value matrix,
                       RankedTensorType type) {
  if (type.getRank() == 2)
    return matrix;
  SmallVector<OpFoldResult> sizes(type.getRank(), b.getIndexAttr(1));
  sizes[type.getRank() - 2] = tensor::getMixedSize(b, loc, matrix, 0);
  sizes[type.getRank() - 1] = tensor::getMixedSize(b, loc, matrix, 1);
  auto matrixType = cast<RankedTensorType>(matrix.getType());
  return tensor::ExpandShapeOp::create(
      b, loc,
      RankedTensorType::get(type.getShape(), matrixType.getElementType()),
      matrix, getMatrixGroups(type.getRank()), sizes);
}

Value createClipMask(OpBuilder &b, Location loc, Value matrix,
                     Value quantized) {
  auto type = cast<RankedTensorType>(quantized.getType());
  auto format = cast<ScaledType>(type.getElementType());
  ArrayRef<int64_t> whole = type.getShape(), shape = whole.take_back(2);
  if (!hasUnitBatch(type) || format.getBlock() != ArrayRef<int64_t>{kBlock} ||
      !isa<Float8E8M0FNUType>(format.getScale()) ||
      ShapedType::isDynamic(shape[1]) || shape[1] % kBlock != 0)
    return {};
  Type i8 = b.getI8Type();
  auto parts = DisassembleOp::create(
      b, loc, RankedTensorType::get(getPackedCodesShape(format, whole), i8),
      RankedTensorType::get(getPackedScaleShape(format, whole), i8), Type(),
      quantized);
  matrix = dropUnitBatch(b, loc, matrix);
  Value scale = dropUnitBatch(b, loc, parts.getScale());
  SmallVector<OpFoldResult> sizes = {tensor::getMixedSize(b, loc, matrix, 0),
                                     b.getIndexAttr(shape[1] / kBlock)};
  Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getI32Type());
  Value zeros =
      linalg::FillOp::create(b, loc, i32(b, loc, 0), empty).getResult(0);
  double largest = getFloatFormat(format.getElement())->max();
  auto [element, block] = getMaps(b.getContext());
  using Iterator = utils::IteratorType;
  return linalg::GenericOp::create(
             b, loc, zeros.getType(),
             ValueRange{expandBlocks(b, loc, matrix), scale}, zeros,
             ArrayRef{element, block, block},
             ArrayRef{Iterator::parallel, Iterator::parallel,
                      Iterator::reduction},
             [&](OpBuilder &b, Location loc, ValueRange args) {
               Value limit = arith::MulFOp::create(
                   b, loc, decodePower(b, loc, args[1]),
                   arith::ConstantOp::create(b, loc,
                                             b.getF32FloatAttr(largest)));
               Value kept = arith::CmpFOp::create(
                   b, loc, arith::CmpFPredicate::OLT,
                   getMagnitude(b, loc, widen(b, loc, args[0])), limit);
               Value bit = arith::ExtUIOp::create(b, loc, b.getI32Type(), kept);
               bit = arith::ShLIOp::create(b, loc, bit, getPlace(b, loc));
               linalg::YieldOp::create(
                   b, loc,
                   arith::OrIOp::create(b, loc, args[2], bit).getResult());
             })
      .getResult(0);
}

Value applyClipMask(OpBuilder &b, Location loc, Value gradient, Value mask) {
  Value blocks = expandBlocks(b, loc, gradient);
  auto type = cast<RankedTensorType>(blocks.getType());
  Value init = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, blocks), type.getElementType());
  auto [element, block] = getMaps(b.getContext());
  Value masked =
      linalg::GenericOp::create(
          b, loc, type, ValueRange{blocks, mask}, init,
          ArrayRef{element, block, element},
          SmallVector<utils::IteratorType>(3, utils::IteratorType::parallel),
          [&](OpBuilder &b, Location loc, ValueRange args) {
            Value bit =
                arith::ShRUIOp::create(b, loc, args[1], getPlace(b, loc));
            Value kept = arith::TruncIOp::create(b, loc, b.getI1Type(), bit);
            Value zero = arith::ConstantOp::create(
                b, loc, b.getZeroAttr(args[0].getType()));
            linalg::YieldOp::create(
                b, loc,
                arith::SelectOp::create(b, loc, kept, args[0], zero)
                    .getResult());
          })
          .getResult(0);
  return tensor::CollapseShapeOp::create(
      b, loc, gradient.getType(), masked,
      ArrayRef<ReassociationIndices>{{0}, {1, 2}});
}

} // namespace mx
