//===- MXMatmulOps.cpp - The block-scaled product -------------------------===//

#include "Verify.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mx;

/// The extent of batch axis `axis` of a result of `rank`; 1 where the operand
/// lacks the axis.
static int64_t getBatchExtent(ArrayRef<int64_t> shape, int64_t axis,
                              int64_t rank) {
  int64_t own = axis - (rank - int64_t(shape.size()));
  return own < 0 ? 1 : shape[own];
}

static LogicalResult verifyBatch(MatmulOp op, ArrayRef<int64_t> a,
                                 ArrayRef<int64_t> b, ArrayRef<int64_t> c) {
  int64_t rank = c.size();
  if (int64_t(std::max(a.size(), b.size())) != rank)
    return op.emitOpError() << "expected a result of rank "
                            << std::max(a.size(), b.size())
                            << " as the operand with more axes has, but found "
                            << rank;
  for (int64_t axis = 0; axis < rank - 2; ++axis) {
    int64_t left = getBatchExtent(a, axis, rank);
    int64_t right = getBatchExtent(b, axis, rank);
    if (left != 1 && right != 1 && !areCompatible(left, right))
      return op.emitOpError()
             << "expected batch axis " << axis
             << " to have one extent, or 1, in both operands, but found "
             << left << " and " << right;
    int64_t expected = left == 1 ? right : left;
    if (!areCompatible(expected, c[axis]))
      return op.emitOpError() << "expected batch axis " << axis
                              << " of the result to be " << expected
                              << ", but found " << c[axis];
  }
  return success();
}

LogicalResult MatmulOp::verify() {
  auto aType = cast<RankedTensorType>(getA().getType());
  auto bType = cast<RankedTensorType>(getB().getType());
  ArrayRef<int64_t> a = aType.getShape(), b = bType.getShape(),
                    c = getResult().getType().getShape();
  for (auto [name, shape] : {std::pair("a", a), std::pair("b", b),
                             std::pair("the result", c)})
    if (shape.size() < 2)
      return emitOpError() << "expected " << name
                           << " of rank 2 or more, but found "
                           << shape.size();
  bool aScaled = isa<ScaledType>(aType.getElementType());
  bool bScaled = isa<ScaledType>(bType.getElementType());
  if (!aScaled && !bScaled)
    return emitOpError() << "expected a block-scaled operand, but found two "
                            "floats; use linalg.matmul";
  for (RankedTensorType type : {aType, bType})
    if (isa<ScaledType>(type.getElementType()) &&
        failed(verifyBlockRank(*this, type)))
      return failure();
  if (!areCompatible(a.back(), b.back()))
    return emitOpError() << "expected one contraction extent, the last axis of "
                            "both operands, but found "
                         << a.back() << " and " << b.back();
  if (failed(verifyBatch(*this, a, b, c)))
    return failure();
  int64_t m = a[a.size() - 2], n = b[b.size() - 2];
  if (!areCompatible(m, c[c.size() - 2]) || !areCompatible(n, c.back()))
    return emitOpError() << "expected a result that ends in "
                         << formatShape({m, n}) << ", but found "
                         << formatShape(c.take_back(2));
  if (getAcc() && getAcc().getType() != getResult().getType())
    return emitOpError() << "expected acc of the result's type, "
                         << getResult().getType() << ", but found "
                         << getAcc().getType();
  if (getAcc() && getAlpha().convertToFloat() != 1.0f)
    return emitOpError() << "expected alpha 1 with acc, but found "
                         << getAlpha().convertToFloat()
                         << "; add after the product instead";
  return success();
}

LogicalResult
MatmulOp::reifyResultShapes(OpBuilder &builder,
                            ReifiedRankedShapedTypeDims &reified) {
  SmallVector<OpFoldResult> a =
      tensor::getMixedSizes(builder, getLoc(), getA());
  SmallVector<OpFoldResult> b =
      tensor::getMixedSizes(builder, getLoc(), getB());
  auto type = getResult().getType();
  int64_t rank = type.getRank();
  auto getBatch = [&](ArrayRef<OpFoldResult> sizes, int64_t axis) {
    int64_t own = axis - (rank - int64_t(sizes.size()));
    return own < 0 ? OpFoldResult(builder.getIndexAttr(1)) : sizes[own];
  };
  SmallVector<OpFoldResult> result;
  for (int64_t axis = 0; axis < rank - 2; ++axis) {
    if (!type.isDynamicDim(axis)) {
      result.push_back(builder.getIndexAttr(type.getDimSize(axis)));
      continue;
    }
    AffineMap both = builder.getMultiDimIdentityMap(2);
    result.push_back(affine::makeComposedFoldedAffineMax(
        builder, getLoc(), both, {getBatch(a, axis), getBatch(b, axis)}));
  }
  result.push_back(a[a.size() - 2]);
  result.push_back(b[b.size() - 2]);
  reified.push_back(result);
  return success();
}
