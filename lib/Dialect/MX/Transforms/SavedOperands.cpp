//===- SavedOperands.cpp - Backward products of packed operands -----------===//
//
// With `saved = packed` a backward product reads what its forward product made
// of their common operand, dequantised, and not the float source: the source
// need not live until the backward pass.
//
//===----------------------------------------------------------------------===//

#include "SavedOperands.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace mx {
namespace {

bool isPermutingCopy(linalg::GenericOp op) {
  if (op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() != 0)
    return false;
  auto yield = cast<linalg::YieldOp>(op.getBlock()->getTerminator());
  return yield.getOperand(0) == op.getBlock()->getArgument(0) &&
         llvm::all_of(op.getIndexingMapsArray(),
                      [](AffineMap map) { return map.isPermutation(); });
}

/// What `op` is a view of; null where it is none that can be undone.
Value getViewed(Operation *op) {
  if (auto transpose = dyn_cast_or_null<linalg::TransposeOp>(op))
    return transpose.getInput();
  if (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return op->getOperand(0);
  if (auto generic = dyn_cast_or_null<linalg::GenericOp>(op))
    if (isPermutingCopy(generic))
      return generic.getDpsInputs()[0];
  return {};
}

/// `value` and what it is a view of, nearest first.
SmallVector<Value> getViewChain(Value value) {
  SmallVector<Value> chain = {value};
  while (Value viewed = getViewed(chain.back().getDefiningOp()))
    chain.push_back(viewed);
  return chain;
}

Value transpose(OpBuilder &b, Location loc, Value value,
                ArrayRef<int64_t> permutation) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, value);
  applyPermutationToVector(sizes, permutation);
  Value init = tensor::EmptyOp::create(b, loc, sizes, type.getElementType());
  return linalg::TransposeOp::create(b, loc, value, init, permutation)
      ->getResult(0);
}

/// The source of the view `op`, of which `value` is the result.
Value undo(OpBuilder &b, Operation *op, Value value) {
  Location loc = op->getLoc();
  if (auto view = dyn_cast<linalg::TransposeOp>(op))
    return transpose(b, loc, value,
                     invertPermutationVector(view.getPermutation()));
  if (auto view = dyn_cast<tensor::ExpandShapeOp>(op))
    return tensor::CollapseShapeOp::create(b, loc, view.getSrcType(), value,
                                           view.getReassociationIndices());
  if (auto view = dyn_cast<tensor::CollapseShapeOp>(op))
    return tensor::ExpandShapeOp::create(
        b, loc, view.getSrcType(), value, view.getReassociationIndices(),
        tensor::getMixedSizes(b, loc, view.getSrc()));
  // result[out(d)] = source[in(d)]: axis i of the source is an axis of the
  // result.
  auto copy = cast<linalg::GenericOp>(op);
  AffineMap in = copy.getIndexingMapsArray()[0],
            out = copy.getIndexingMapsArray()[1];
  SmallVector<int64_t> permutation;
  for (AffineExpr expr : in.getResults())
    permutation.push_back(*out.getResultPosition(expr));
  return transpose(b, loc, value, permutation);
}

bool isVisible(Value value, OpBuilder &b) {
  Operation *user = &*b.getInsertionPoint();
  Operation *op = value.getDefiningOp();
  Operation *ancestor = op->getBlock()->findAncestorOpInBlock(*user);
  return ancestor && op->isBeforeInBlock(ancestor);
}

} // namespace

Value getViewedSource(Value value) { return getViewChain(value).back(); }

Value viewSavedOperand(OpBuilder &b, Location loc, Value use, Value operand,
                       const SavedOperand &saved) {
  SmallVector<Value> ofUse = getViewChain(use);
  SmallVector<Value> ofOperand = getViewChain(operand);
  auto *common = llvm::find_if(
      ofUse, [&](Value value) { return llvm::is_contained(ofOperand, value); });
  if (common == ofUse.end() || !isVisible(saved.quantized, b))
    return {};
  Value value = saved.toFloat(b, loc);
  for (Value step : ofOperand) {
    if (step == *common)
      break;
    value = undo(b, step.getDefiningOp(), value);
  }
  return repeatView(b, use, *common, value);
}

Value repeatView(OpBuilder &b, Value value, Value root, Value other) {
  SmallVector<Value> chain = getViewChain(value);
  auto *step = llvm::find(chain, root);
  if (step == chain.end())
    return {};
  Value view = other;
  while (step != chain.begin()) {
    IRMapping mapping;
    mapping.map(*step--, view);
    view = b.clone(*step->getDefiningOp(), mapping)->getResult(0);
  }
  return view;
}

} // namespace mx
