//===- EqualExtents.cpp - What a function asks of its arguments' extents --===//
//
// MLIR leaves it to the caller that dynamic extents fit each other: a product
// of [4, 64] and [32, 3] reads out of bounds. Every linalg op says which axes
// of its operands one loop runs along, a cast which extent it expects; traced
// back to the arguments, these are the extents that must be equal.
//
//===----------------------------------------------------------------------===//

#include "mx/Pipelines/Signature.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;

/// An extent: axis `second` of argument `first`, or for -1 the number `second`.
using Extent = std::pair<int64_t, int64_t>;

/// The argument's extent, or the number, that an extent of a value is.
static std::optional<Extent> trace(Value value, int64_t axis, Block *entry) {
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.isDynamicDim(axis))
    return Extent(-1, type.getDimSize(axis));
  AffineMap map;
  ValueDimList operands;
  auto isArgument = [&](Value v, std::optional<int64_t>,
                        ValueBoundsConstraintSet &) {
    auto argument = dyn_cast<BlockArgument>(v);
    return argument && argument.getOwner() == entry;
  };
  if (failed(ValueBoundsConstraintSet::computeBound(
          map, operands, presburger::BoundType::EQ,
          ValueBoundsConstraintSet::Variable(value, axis), isArgument)))
    return std::nullopt;
  if (auto constant = dyn_cast<AffineConstantExpr>(map.getResult(0)))
    return Extent(-1, constant.getValue());
  bool plain = map.getNumInputs() == 1 && operands.size() == 1 &&
               isa<AffineDimExpr, AffineSymbolExpr>(map.getResult(0));
  auto argument =
      plain ? dyn_cast<BlockArgument>(operands[0].first) : BlockArgument();
  if (!argument || argument.getOwner() != entry || !operands[0].second)
    return std::nullopt;
  return Extent(argument.getArgNumber(), *operands[0].second);
}

/// The extents along each loop of an op are one.
static void relate(linalg::LinalgOp op, Block *entry,
                   llvm::EquivalenceClasses<Extent> &classes) {
  SmallVector<std::optional<Extent>> loops(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [axis, expression] : llvm::enumerate(map.getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expression);
      if (!loop)
        continue;
      std::optional<Extent> extent = trace(operand.get(), axis, entry);
      std::optional<Extent> &first = loops[loop.getPosition()];
      if (extent && first)
        classes.unionSets(*first, *extent);
      else if (extent)
        first = extent;
    }
  }
}

/// A cast to a static extent takes the dynamic one to be that.
static void relate(tensor::CastOp op, Block *entry,
                   llvm::EquivalenceClasses<Extent> &classes) {
  auto from = dyn_cast<RankedTensorType>(op.getSource().getType());
  auto to = dyn_cast<RankedTensorType>(op.getType());
  if (!from || !to)
    return;
  for (int64_t axis = 0; axis < from.getRank(); ++axis)
    if (from.isDynamicDim(axis) && !to.isDynamicDim(axis))
      if (auto extent = trace(op.getSource(), axis, entry))
        classes.unionSets(*extent, Extent(-1, to.getDimSize(axis)));
}

/// A product of scaled tensors: rows of both are of one length.
static void relate(mx::MatmulOp op, Block *entry,
                   llvm::EquivalenceClasses<Extent> &classes) {
  auto last = [&](Value value) {
    return trace(value, cast<RankedTensorType>(value.getType()).getRank() - 1,
                 entry);
  };
  std::optional<Extent> a = last(op.getA()), b = last(op.getB());
  if (a && b)
    classes.unionSets(*a, *b);
}

std::vector<SmallVector<mx::ArgumentExtent>>
mx::findEqualExtents(func::FuncOp function) {
  std::vector<SmallVector<ArgumentExtent>> result;
  bool isDynamic = llvm::any_of(function.getArgumentTypes(), [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  });
  if (!isDynamic)
    return result;
  llvm::EquivalenceClasses<Extent> classes;
  Block *entry = &function.getBody().front();
  function.walk([&](Operation *op) {
    auto structured = dyn_cast<linalg::LinalgOp>(op);
    if (structured && structured.hasPureTensorSemantics())
      relate(structured, entry, classes);
    else if (auto cast = dyn_cast<tensor::CastOp>(op))
      relate(cast, entry, classes);
    else if (auto product = dyn_cast<mx::MatmulOp>(op))
      relate(product, entry, classes);
  });
  for (const auto &leader : classes) {
    if (!leader->isLeader())
      continue;
    SmallVector<ArgumentExtent> extents;
    for (const Extent &extent : classes.members(*leader))
      extents.push_back({extent.first, extent.second});
    if (extents.size() > 1)
      result.push_back(std::move(extents));
  }
  return result;
}
