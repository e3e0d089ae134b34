//===- PackFusion.cpp - One pass over the source of a quantisation --------===//
//
// The transpose, zero pad and Hadamard that feed a mx.packed.quantize become
// part of its quantizer, in the order in which it applies them: transpose, pad,
// Hadamard. All are exact, so that doing them again instead of reading a stored
// intermediate changes no bit. Then a row-wise and a transposed quantisation of
// the same value become one op (PackPairs.cpp).
//
//===----------------------------------------------------------------------===//

#include "PackFusion.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace mx {
namespace {

/// Whether `value` is the extent of `tensor` along `axis`.
bool isDimOf(Value value, Value tensor, int64_t axis) {
  auto dim = value.getDefiningOp<tensor::DimOp>();
  if (dim && dim.getSource() == tensor && dim.getConstantIndex() == axis)
    return true;
  Operation *op = tensor.getDefiningOp();
  if (auto style = dyn_cast_or_null<DestinationStyleOpInterface>(op))
    return isDimOf(value, style.getTiedOpOperand(cast<OpResult>(tensor))->get(),
                   axis);
  auto empty = dyn_cast_or_null<tensor::EmptyOp>(op);
  if (!empty || !empty.getType().isDynamicDim(axis))
    return false;
  Value size = empty.getDynamicSize(axis);
  if (size == value)
    return true;
  auto other = size.getDefiningOp<tensor::DimOp>();
  return dim && other && dim.getSource() == other.getSource() &&
         dim.getConstantIndex() &&
         dim.getConstantIndex() == other.getConstantIndex();
}

/// Whether `high` is what brings the last axis of `source` to the next multiple
/// of `group`.
bool padsToGroup(OpFoldResult high, Value source, int64_t group) {
  auto type = cast<RankedTensorType>(source.getType());
  int64_t axis = type.getRank() - 1, extent = type.getDimSize(axis);
  if (!ShapedType::isDynamic(extent))
    return isConstantIntValue(high, (group - extent % group) % group);
  auto value = dyn_cast<Value>(high);
  auto apply = value ? value.getDefiningOp<affine::AffineApplyOp>() : nullptr;
  if (!apply || apply.getMapOperands().size() != 1 ||
      !isDimOf(apply.getMapOperands()[0], source, axis))
    return false;
  AffineMap map = apply.getAffineMap();
  AffineExpr k = map.getNumDims() ? getAffineDimExpr(0, map.getContext())
                                  : getAffineSymbolExpr(0, map.getContext());
  AffineExpr difference = map.getResult(0) - (k.ceilDiv(group) * group - k);
  return simplifyAffineExpr(difference, map.getNumDims(),
                            map.getNumSymbols()) ==
         getAffineConstantExpr(0, map.getContext());
}

/// Whether a pad adds +0 at the end of the last axis, up to a multiple of
/// `group`.
bool isZeroPadToGroup(tensor::PadOp pad, int64_t group) {
  Value padding = pad.getConstantPaddingValue();
  if (!padding || !matchPattern(padding, m_PosZeroFloat()))
    return false;
  SmallVector<OpFoldResult> high = pad.getMixedHighPad();
  OpFoldResult last = high.pop_back_val();
  auto isZero = [](OpFoldResult value) { return isZeroInteger(value); };
  return llvm::all_of(pad.getMixedLowPad(), isZero) &&
         llvm::all_of(high, isZero) &&
         padsToGroup(last, pad.getSource(), group);
}

/// The value whose last two axes `op` swaps, or null.
Value getSwappedSource(Operation *op) {
  SmallVector<int64_t> permutation;
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op)) {
    permutation.assign(transpose.getPermutation().begin(),
                       transpose.getPermutation().end());
  } else if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    auto found = linalg::isaTransposeOpInterface(generic);
    if (!found)
      return {};
    permutation = *found;
  }
  int64_t rank = permutation.size();
  if (rank < 2)
    return {};
  std::swap(permutation[rank - 1], permutation[rank - 2]);
  bool isSwap = llvm::equal(permutation, llvm::seq<int64_t>(rank));
  return isSwap ? op->getOperand(0) : Value();
}

/// Whether an op feeds quantisations alone, directly or through swaps of axes.
bool onlyQuantized(Operation *op) {
  return llvm::all_of(op->getUsers(), [](Operation *user) {
    return isa<PackedQuantizeOp, tensor::DimOp>(user) ||
           (getSwappedSource(user) && onlyQuantized(user));
  });
}

/// Folds what feeds one quantisation into its quantizer.
class ProducerFolder {
public:
  ProducerFolder(PackedQuantizeOp op, SmallVectorImpl<Operation *> &folded)
      : op(op), folded(folded) {
    auto quantizer = op.getQuantizerAttrs().front();
    hadamard = quantizer.getHadamard();
    signStream = quantizer.getSignStream();
    transpose = quantizer.getTranspose();
    padToGroup = quantizer.getPadToGroup();
    input = op.getInput();
    seed = op.getSeed();
  }

  void run() {
    size_t before = folded.size();
    while (Operation *producer = input.getDefiningOp()) {
      if (!fold(producer))
        break;
      folded.push_back(producer);
    }
    if (folded.size() == before)
      return;
    auto old = op.getQuantizerAttrs().front();
    Attribute quantizer = QuantizerAttr::get(
        op.getContext(), old.getFormat(), old.getScaleRule(), old.getRounding(),
        old.getPrescale(), old.getRandomBits(), old.getScaleMinNormal(),
        old.getStream(), transpose, padToGroup, hadamard, signStream);
    op.setQuantizersAttr(ArrayAttr::get(op.getContext(), quantizer));
    op.getInputMutable().assign(input);
    if (seed && !op.getSeed())
      op.getSeedMutable().assign(seed);
  }

private:
  bool fold(Operation *producer) {
    if (auto transform = dyn_cast<HadamardOp>(producer))
      return foldHadamard(transform);
    if (auto pad = dyn_cast<tensor::PadOp>(producer)) {
      if (!hadamard || padToGroup || transpose ||
          !isZeroPadToGroup(pad, hadamard.getSize()))
        return false;
      padToGroup = true;
      input = pad.getSource();
      return true;
    }
    Value source = getSwappedSource(producer);
    // An origin counts along the axes of the input, which would change places.
    if (!source || !op.getOrigin().empty())
      return false;
    // Two swaps around a pad or a transform do not cancel; without them they
    // do.
    transpose = !transpose;
    input = source;
    return true;
  }

  bool foldHadamard(HadamardOp transform) {
    if (hadamard || transpose ||
        !cast<ShapedType>(transform.getInit().getType())
             .getElementType()
             .isF32())
      return false;
    if (seed && transform.getSeed() && seed != transform.getSeed())
      return false;
    // A transform that something else reads too is better made once.
    if (!onlyQuantized(transform))
      return false;
    hadamard = transform.getTransform();
    signStream = transform.getSignStream();
    if (transform.getSeed())
      seed = transform.getSeed();
    input = transform.getInput();
    return true;
  }

  PackedQuantizeOp op;
  SmallVectorImpl<Operation *> &folded;
  HadamardAttr hadamard;
  int64_t signStream;
  bool transpose, padToGroup;
  Value input, seed;
};

/// The extent of the result of a folded op along `axis`, from its operands.
Value getProducedExtent(OpBuilder &b, Location loc, Operation *op,
                        int64_t axis) {
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    AffineExpr d0, d1, d2;
    bindDims(b.getContext(), d0, d1, d2);
    return asValue(b, loc,
                   affine::makeComposedFoldedAffineApply(
                       b, loc, d0 + d1 + d2,
                       {pad.getMixedLowPad()[axis],
                        tensor::getMixedSize(b, loc, pad.getSource(), axis),
                        pad.getMixedHighPad()[axis]}));
  }
  Value init = cast<DestinationStyleOpInterface>(op).getDpsInits()[0];
  if (auto empty = init.getDefiningOp<tensor::EmptyOp>())
    return asValue(b, loc, empty.getMixedSizes()[axis]);
  return asValue(b, loc, tensor::getMixedSize(b, loc, init, axis));
}

/// Extents of folded values are those of what they were made from; else the
/// sizes of the packed buffers would keep the folded ops alive.
void resolveExtents(Operation *producer) {
  for (Operation *user : llvm::make_early_inc_range(producer->getUsers())) {
    auto dim = dyn_cast<tensor::DimOp>(user);
    if (!dim || !dim.getConstantIndex())
      continue;
    OpBuilder b(dim);
    dim.replaceAllUsesWith(
        getProducedExtent(b, dim.getLoc(), producer, *dim.getConstantIndex()));
    dim.erase();
  }
}

/// Erases ops without uses, and what only they used.
void eraseDead(ArrayRef<Operation *> ops) {
  SetVector<Operation *> worklist(ops.begin(), ops.end());
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val();
    if (!isOpTriviallyDead(op))
      continue;
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        worklist.insert(producer);
    op->erase();
  }
}

} // namespace

void fusePackedQuantize(Operation *root) {
  SmallVector<Operation *> folded;
  root->walk([&](PackedQuantizeOp op) {
    if (op.getQuantizers().size() == 1)
      ProducerFolder(op, folded).run();
  });
  llvm::SmallDenseSet<Operation *> seen;
  llvm::erase_if(folded,
                 [&](Operation *op) { return !seen.insert(op).second; });
  for (Operation *op : folded)
    resolveExtents(op);
  eraseDead(folded);
  pairPackedQuantize(root);
}

} // namespace mx
