//===- CollapseLoops.cpp - Fewer loops for the same elements --------------===//

#include "CollapseLoops.h"

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mx::gpu_kernels;

namespace {

/// Axes of one element that a map has as (i) -> (i, 0) join their neighbours.
void dropUnitAxes(RewriterBase &rewriter, linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    AffineMap &map = maps[operand.getOperandNumber()];
    if (!type || map.isProjectedPermutation())
      continue;
    SmallVector<ReassociationIndices> groups;
    SmallVector<AffineExpr> kept;
    for (auto [axis, result] : llvm::enumerate(map.getResults())) {
      bool isUnit =
          isa<AffineConstantExpr>(result) && type.getDimSize(axis) == 1;
      if (groups.empty() || (!isUnit && !kept.empty()))
        groups.emplace_back();
      groups.back().push_back(axis);
      if (!isUnit)
        kept.push_back(result);
    }
    AffineMap less =
        AffineMap::get(map.getNumDims(), 0, kept, rewriter.getContext());
    if (kept.empty() || !less.isProjectedPermutation() ||
        !memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups))
      continue;
    operand.set(memref::CollapseShapeOp::create(rewriter, op.getLoc(),
                                                operand.get(), groups));
    map = less;
  }
  op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
}

/// Whether every operand has an axis for each loop side by side, or none, and
/// its elements lie so that the axes can be one.
bool canCollapse(linalg::GenericOp op, ArrayRef<int64_t> loops) {
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!linalg::isDimSequencePreserved(map, loops))
      return false;
    std::optional<unsigned> first =
        map.getResultPosition(getAffineDimExpr(loops.front(), op.getContext()));
    if (!first)
      continue;
    SmallVector<ReassociationIndices> groups;
    for (unsigned axis = 0; axis < map.getNumResults(); ++axis) {
      if (axis <= *first || axis >= *first + loops.size())
        groups.emplace_back();
      groups.back().push_back(axis);
    }
    if (!memref::CollapseShapeOp::isGuaranteedCollapsible(
            cast<MemRefType>(operand.get().getType()), groups))
      return false;
  }
  return true;
}

} // namespace

linalg::GenericOp mx::gpu_kernels::collapseLoops(RewriterBase &rewriter,
                                                 linalg::GenericOp op) {
  auto isPlain = [&](OpOperand &operand) {
    return isa<MemRefType>(operand.get().getType());
  };
  if (op.getNumLoops() < 2 || op.hasIndexSemantics() ||
      !llvm::all_of(op->getOpOperands(), isPlain))
    return op;
  rewriter.setInsertionPoint(op);
  dropUnitAxes(rewriter, op);
  if (!llvm::all_of(op.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isProjectedPermutation(); }))
    return op;
  SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
  SmallVector<ReassociationIndices> groups;
  for (int64_t loop = 0; loop < int64_t(kinds.size()); ++loop) {
    if (!groups.empty() && kinds[loop - 1] == kinds[loop]) {
      ReassociationIndices longer = groups.back();
      longer.push_back(loop);
      if (canCollapse(op, longer)) {
        groups.back() = longer;
        continue;
      }
    }
    groups.push_back({loop});
  }
  if (groups.size() == kinds.size())
    return op;
  FailureOr<linalg::CollapseResult> collapsed =
      linalg::collapseOpIterationDims(op, groups, rewriter);
  if (failed(collapsed))
    return op;
  rewriter.eraseOp(op);
  return cast<linalg::GenericOp>(collapsed->collapsedOp);
}
