//===- SavedOperands.cpp - Backward products of packed operands -----------===//
//
// With `saved = packed` a backward product reads what its forward product made
// of their common operand, dequantised, and not the float source: the source
// need not live until the backward pass.
//
//===----------------------------------------------------------------------===//

#include "SavedOperands.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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

/// A copy to a wider float: every number of the source stays.
bool isWidening(Operation *op) {
  if (isa_and_nonnull<arith::ExtFOp>(op))
    return true;
  auto generic = dyn_cast_or_null<linalg::GenericOp>(op);
  if (!generic || generic.getNumDpsInputs() != 1 ||
      generic.getNumDpsInits() != 1 || generic.getNumReductionLoops() != 0 ||
      !llvm::all_of(generic.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isIdentity(); }))
    return false;
  auto yield = cast<linalg::YieldOp>(generic.getBlock()->getTerminator());
  auto cast = yield.getOperand(0).getDefiningOp<arith::ExtFOp>();
  return cast && cast.getIn() == generic.getBlock()->getArgument(0);
}

/// What `op` is a view of; null where it is none that can be undone.
Value getViewed(Operation *op) {
  if (auto transpose = dyn_cast_or_null<linalg::TransposeOp>(op))
    return transpose.getInput();
  if (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op) ||
      isWidening(op))
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

RankedTensorType withElementOf(Value value, RankedTensorType type) {
  return RankedTensorType::get(
      type.getShape(),
      cast<RankedTensorType>(value.getType()).getElementType());
}

/// For each axis of a permuting copy's result the source's, or the reverse.
SmallVector<int64_t> getPermutation(linalg::GenericOp copy, bool ofSource) {
  AffineMap from = copy.getIndexingMapsArray()[0],
            to = copy.getIndexingMapsArray()[1];
  if (ofSource)
    std::swap(from, to);
  SmallVector<int64_t> permutation;
  for (AffineExpr expr : to.getResults())
    permutation.push_back(*from.getResultPosition(expr));
  return permutation;
}

/// The source of the view `op`, of which `value` is the result, and the other
/// way round, in `value`'s element type.
Value undo(OpBuilder &b, Operation *op, Value value) {
  Location loc = op->getLoc();
  if (isWidening(op))
    return value;
  if (auto view = dyn_cast<linalg::TransposeOp>(op))
    return transpose(b, loc, value,
                     invertPermutationVector(view.getPermutation()));
  if (auto view = dyn_cast<tensor::ExpandShapeOp>(op))
    return tensor::CollapseShapeOp::create(
        b, loc, withElementOf(value, view.getSrcType()), value,
        view.getReassociationIndices());
  if (auto view = dyn_cast<tensor::CollapseShapeOp>(op))
    return tensor::ExpandShapeOp::create(
        b, loc, withElementOf(value, view.getSrcType()), value,
        view.getReassociationIndices(),
        tensor::getMixedSizes(b, loc, view.getSrc()));
  return transpose(b, loc, value,
                   getPermutation(cast<linalg::GenericOp>(op), true));
}

Value redo(OpBuilder &b, Operation *op, Value value) {
  Location loc = op->getLoc();
  if (isWidening(op))
    return value;
  if (auto view = dyn_cast<linalg::TransposeOp>(op))
    return transpose(b, loc, value, view.getPermutation());
  if (auto view = dyn_cast<tensor::CollapseShapeOp>(op))
    return tensor::CollapseShapeOp::create(
        b, loc, withElementOf(value, view.getResultType()), value,
        view.getReassociationIndices());
  if (auto view = dyn_cast<tensor::ExpandShapeOp>(op))
    return tensor::ExpandShapeOp::create(
        b, loc, withElementOf(value, view.getResultType()), value,
        view.getReassociationIndices(), view.getMixedOutputShape());
  return transpose(b, loc, value,
                   getPermutation(cast<linalg::GenericOp>(op), false));
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
  Value value = saved.toFloat(
      b, loc, cast<RankedTensorType>(use.getType()).getElementType());
  for (Value step : ofOperand) {
    if (step == *common)
      break;
    value = undo(b, step.getDefiningOp(), value);
  }
  while (common != ofUse.begin())
    value = redo(b, (--common)->getDefiningOp(), value);
  return value;
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
