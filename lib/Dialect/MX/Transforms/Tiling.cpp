//===- Tiling.cpp - Tiles of value-level mx ops ---------------------------===//

#include "Tiling.h"

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"

using namespace mlir;

namespace mx {

SmallVector<int64_t> getSteps(RankedTensorType type) {
  SmallVector<int64_t> steps(type.getRank(), 1);
  auto format = dyn_cast<ScaledType>(type.getElementType());
  if (!format)
    return steps;
  steps.back() = format.getBlockCols();
  if (steps.size() > 1)
    steps[steps.size() - 2] = format.getBlockRows();
  return steps;
}

static OpFoldResult apply(OpBuilder &b, Location loc, AffineExpr expr,
                          ArrayRef<OpFoldResult> operands) {
  return affine::makeComposedFoldedAffineApply(b, loc, expr, operands);
}

OpFoldResult countSteps(OpBuilder &b, Location loc, OpFoldResult size,
                        int64_t step) {
  if (step == ScaledType::kFull)
    return b.getIndexAttr(1);
  return step == 1 ? size
                   : apply(b, loc, b.getAffineDimExpr(0).ceilDiv(step), size);
}

/// A tile in elements: its offset, and its size within the axis.
static std::pair<OpFoldResult, OpFoldResult>
toElements(OpBuilder &b, Location loc, OpFoldResult offset, OpFoldResult size,
           OpFoldResult axisSize, int64_t step) {
  if (step == ScaledType::kFull)
    return {b.getIndexAttr(0), axisSize};
  if (step == 1)
    return {offset, size};
  AffineExpr d0, d1, d2;
  bindDims(b.getContext(), d0, d1, d2);
  OpFoldResult start = apply(b, loc, d0 * step, offset);
  AffineMap map =
      AffineMap::get(3, 0, {d1 * step, d2 - d0 * step}, b.getContext());
  return {start, affine::makeComposedFoldedAffineMin(b, loc, map,
                                                     {offset, size, axisSize})};
}

SmallVector<Range> getDomain(OpBuilder &b, Location loc,
                             ArrayRef<OpFoldResult> sizes,
                             ArrayRef<int64_t> steps) {
  SmallVector<Range> domain;
  for (auto [size, step] : llvm::zip(sizes, steps))
    domain.push_back(
        {b.getIndexAttr(0), countSteps(b, loc, size, step), b.getIndexAttr(1)});
  return domain;
}

Tile::Tile(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> offsets,
           ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> whole,
           ArrayRef<int64_t> steps) {
  for (auto [offset, size, axis, step] :
       llvm::zip(offsets, sizes, whole, steps)) {
    auto [start, extent] = toElements(b, loc, offset, size, axis, step);
    this->offsets.push_back(start);
    this->sizes.push_back(extent);
  }
}

Operation *Tile::slice(OpBuilder &b, Location loc, Value tensor) const {
  Sizes strides(offsets.size(), b.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(b, loc, tensor, offsets, sizes,
                                        strides);
}

} // namespace mx
