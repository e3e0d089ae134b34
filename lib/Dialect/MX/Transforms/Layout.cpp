//===- Layout.cpp - Matrices of floats before they are quantised ----------===//

#include "mx/Dialect/MX/Transforms/Layout.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

Value mx::transposeTo(OpBuilder &b, Location loc, Value value,
                      ArrayRef<int64_t> permutation) {
  if (isIdentityPermutation(permutation))
    return value;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, value);
  SmallVector<OpFoldResult> permuted;
  for (int64_t axis : permutation)
    permuted.push_back(sizes[axis]);
  auto type = cast<RankedTensorType>(value.getType());
  Value init = tensor::EmptyOp::create(b, loc, permuted, type.getElementType());
  return linalg::TransposeOp::create(b, loc, value, init, permutation)
      ->getResult(0);
}

Value mx::padToGroup(OpBuilder &b, Location loc, Value value, int64_t group) {
  auto type = cast<RankedTensorType>(value.getType());
  int64_t rank = type.getRank(), k = type.getShape().back();
  if (!ShapedType::isDynamic(k) && k % group == 0)
    return value;
  OpFoldResult size = tensor::getMixedSize(b, loc, value, rank - 1);
  AffineExpr d0 = b.getAffineDimExpr(0);
  SmallVector<OpFoldResult> low(rank, b.getIndexAttr(0)), high(low);
  high.back() = affine::makeComposedFoldedAffineApply(
      b, loc, d0.ceilDiv(group) * group - d0, {size});
  SmallVector<int64_t> shape(type.getShape());
  if (!ShapedType::isDynamic(k))
    shape.back() = llvm::alignTo(k, group);
  Value zero =
      arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
  return tensor::PadOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), value, low,
      high, zero);
}
