//===- FloatProduct.cpp - Products of float operands ----------------------===//

#include "FloatProduct.h"

#include "mx/Dialect/MX/Transforms/Contraction.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

using Loops = SmallVector<unsigned>;

/// The loops of a product by kind, in the order of the result's axes and, for
/// k, of an operand's.
struct Groups {
  Loops batch, m, n, k;
};

/// Where an operand's axes are [batch…, rows…, k…]: false; [batch…, k…,
/// rows…]: true.
std::optional<bool> findOrder(AffineMap map, const Groups &groups,
                              const Loops &rows) {
  Loops axes, plain = groups.batch, transposed = groups.batch;
  for (AffineExpr axis : map.getResults())
    axes.push_back(cast<AffineDimExpr>(axis).getPosition());
  llvm::append_range(plain, rows);
  llvm::append_range(plain, groups.k);
  llvm::append_range(transposed, groups.k);
  llvm::append_range(transposed, rows);
  if (axes == plain)
    return false;
  if (axes == transposed)
    return true;
  return std::nullopt;
}

/// The loops of a kind in the order in which a map has them.
Loops pick(AffineMap map, ArrayRef<unsigned> kind) {
  Loops found;
  for (AffineExpr axis : map.getResults())
    if (unsigned loop = cast<AffineDimExpr>(axis).getPosition();
        llvm::is_contained(kind, loop))
      found.push_back(loop);
  return found;
}

bool isFloat(Value value) {
  Type type = getElementTypeOrSelf(value.getType());
  return type.isF32() || type.isBF16() || type.isF16();
}

/// `isSwapped`: the result is [batch…, n…, m…], so that the right operand has
/// the rows.
struct View {
  Groups groups;
  bool isSwapped = false;
  AffineMap maps[3]; ///< of the operand with m, the one with n, the result
};

std::optional<View> view(linalg::LinalgOp op) {
  if (!isProductLike(op) || !linalg::isaContractionOpInterface(op) ||
      !llvm::all_of(op->getOperands(), isFloat))
    return std::nullopt;
  FailureOr<linalg::ContractionDimensions> dims =
      linalg::inferContractionDims(op);
  if (failed(dims) || dims->m.empty() || dims->n.empty() || dims->k.empty())
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  View view{{}, false, {maps[0], maps[1], maps[2]}};
  Groups &groups = view.groups;
  groups = {pick(maps[2], dims->batch), pick(maps[2], dims->m),
            pick(maps[2], dims->n), pick(maps[0], dims->k)};
  Loops order = pick(
      maps[2], llvm::to_vector(llvm::seq<unsigned>(0, maps[2].getNumDims())));
  Loops plain = groups.batch, swapped = groups.batch;
  llvm::append_range(plain, groups.m);
  llvm::append_range(plain, groups.n);
  llvm::append_range(swapped, groups.n);
  llvm::append_range(swapped, groups.m);
  if (order == swapped && order != plain) {
    view.isSwapped = true;
    std::swap(view.maps[0], view.maps[1]);
    std::swap(groups.m, groups.n);
  } else if (order != plain) {
    return std::nullopt;
  }
  // Every operand has all loops of its kinds.
  auto hasAll = [&](AffineMap map, const Loops &rows) {
    return map.getNumResults() ==
           groups.batch.size() + rows.size() + groups.k.size();
  };
  if (!hasAll(view.maps[0], groups.m) || !hasAll(view.maps[1], groups.n))
    return std::nullopt;
  if (!findOrder(view.maps[0], groups, groups.m)) {
    Loops other = pick(view.maps[1], dims->k);
    std::swap(groups.k, other);
    if (!findOrder(view.maps[1], groups, groups.n))
      std::swap(groups.k, other);
  }
  return view;
}

/// The axes of an operand in a grouped order that keeps the last one's place
/// where its group's order lets it.
Loops chooseOrder(AffineMap map, const Groups &groups, const Loops &rows) {
  unsigned last = cast<AffineDimExpr>(map.getResults().back()).getPosition();
  bool endsInRows = rows.back() == last;
  Loops order = groups.batch;
  llvm::append_range(order, endsInRows ? groups.k : rows);
  llvm::append_range(order, endsInRows ? rows : groups.k);
  return order;
}

Value transpose(RewriterBase &rewriter, Location loc, Value value,
                AffineMap &map, const Loops &order) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> permutation;
  SmallVector<OpFoldResult> sizes;
  SmallVector<AffineExpr> axes;
  for (unsigned loop : order) {
    AffineExpr axis = rewriter.getAffineDimExpr(loop);
    axes.push_back(axis);
    permutation.push_back(*map.getResultPosition(axis));
    sizes.push_back(
        tensor::getMixedSize(rewriter, loc, value, permutation.back()));
  }
  Value room =
      tensor::EmptyOp::create(rewriter, loc, sizes, type.getElementType());
  map = AffineMap::get(map.getNumDims(), 0, axes, rewriter.getContext());
  return linalg::TransposeOp::create(rewriter, loc, value, room, permutation)
      ->getResult(0);
}

/// So that bufferization gives it memory of its own, which mx-lower-nvvm need
/// not fill.
void ownFill(RewriterBase &rewriter, linalg::LinalgOp op) {
  OpOperand &init = *op.getDpsInitOperand(0);
  auto fill = init.get().getDefiningOp<linalg::FillOp>();
  if (!fill)
    return;
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(init.get().getType());
  Value room = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, fill.getOutputs()[0]),
      type.getElementType());
  auto own = linalg::FillOp::create(rewriter, loc, fill.getInputs(), room);
  rewriter.modifyOpInPlace(op, [&] { init.set(own.getResult(0)); });
}

} // namespace

std::pair<int64_t, int64_t>
FloatProduct::getRowAxes(const Operand &operand) const {
  int64_t rank = cast<ShapedType>(operand.value.getType()).getRank();
  if (operand.isTransposed)
    return {numBatch + numK, rank};
  return {numBatch, rank - numK};
}
std::pair<int64_t, int64_t>
FloatProduct::getContractedAxes(const Operand &operand) const {
  int64_t rank = cast<ShapedType>(operand.value.getType()).getRank();
  if (operand.isTransposed)
    return {numBatch, numBatch + numK};
  return {rank - numK, rank};
}

int64_t FloatProduct::getExtent(Value value, std::pair<int64_t, int64_t> axes) {
  ArrayRef<int64_t> shape = cast<ShapedType>(value.getType())
                                .getShape()
                                .slice(axes.first, axes.second - axes.first);
  return llvm::any_of(shape, ShapedType::isDynamic)
             ? ShapedType::kDynamic
             : ShapedType::getNumElements(shape);
}

std::optional<FloatProduct> mx::nvvm::getFloatProduct(linalg::LinalgOp op) {
  std::optional<View> seen = view(op);
  if (!seen)
    return std::nullopt;
  const Groups &groups = seen->groups;
  std::optional<bool> a = findOrder(seen->maps[0], groups, groups.m);
  std::optional<bool> b = findOrder(seen->maps[1], groups, groups.n);
  if (!a || !b)
    return std::nullopt;
  FloatProduct product;
  product.a = {op.getDpsInputOperand(seen->isSwapped)->get(), *a};
  product.b = {op.getDpsInputOperand(!seen->isSwapped)->get(), *b};
  product.out = op.getDpsInitOperand(0)->get();
  product.numBatch = groups.batch.size();
  product.numM = groups.m.size();
  product.numK = groups.k.size();
  return product;
}

linalg::LinalgOp mx::nvvm::groupAxes(RewriterBase &rewriter,
                                     linalg::LinalgOp op) {
  std::optional<View> seen = view(op);
  if (!seen || !op.hasPureTensorSemantics())
    return op;
  rewriter.setInsertionPoint(op);
  const Groups &groups = seen->groups;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<Value> inputs(op.getDpsInputs());
  bool isChanged = false;
  for (int i = 0; i < 2; ++i) {
    const Loops &rows = i == 0 ? groups.m : groups.n;
    if (findOrder(seen->maps[i], groups, rows))
      continue;
    int input = seen->isSwapped ? 1 - i : i;
    inputs[input] = transpose(rewriter, op.getLoc(), inputs[input], maps[input],
                              chooseOrder(seen->maps[i], groups, rows));
    isChanged = true;
  }
  // After the transposes: right before the product.
  ownFill(rewriter, op);
  if (!isChanged)
    return op;
  auto made = linalg::GenericOp::create(
      rewriter, op.getLoc(), op->getResultTypes(), inputs, op.getDpsInits(),
      maps, op.getIteratorTypesArray());
  rewriter.inlineRegionBefore(op->getRegion(0), made.getRegion(),
                              made.getRegion().begin());
  rewriter.replaceOp(op, made->getResults());
  return cast<linalg::LinalgOp>(made.getOperation());
}
