//===- TilingInterfaceImpl.cpp - Tiling of value-level mx ops -------------===//
//
// Loops run over elements along free axes and over whole blocks (or Hadamard
// groups) along the others, so that no tile can split a block or a byte. A tile
// of mx.quantize carries its origin and the whole tensor's extents and amax: it
// draws the whole tensor's bits.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/Transforms/TilingInterfaceImpl.h"

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/TilingInterface.h"
#include <numeric>

using namespace mlir;

namespace mx {
namespace {

using Sizes = SmallVector<OpFoldResult>;

/// Steps of each axis of a tensor: 1, a block's extent, or kFull.
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

OpFoldResult apply(OpBuilder &b, Location loc, AffineExpr expr,
                   ArrayRef<OpFoldResult> operands) {
  return affine::makeComposedFoldedAffineApply(b, loc, expr, operands);
}

/// Iterations along an axis of `size` elements in steps.
OpFoldResult countSteps(OpBuilder &b, Location loc, OpFoldResult size,
                        int64_t step) {
  if (step == ScaledType::kFull)
    return b.getIndexAttr(1);
  return step == 1 ? size
                   : apply(b, loc, b.getAffineDimExpr(0).ceilDiv(step), size);
}

/// A tile in elements: its offset, and its size within the axis.
std::pair<OpFoldResult, OpFoldResult>
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

/// The tile of a whole tensor, in elements.
struct Tile {
  Sizes offsets, sizes;

  Tile() = default;
  Tile(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> offsets,
       ArrayRef<OpFoldResult> sizes, ArrayRef<OpFoldResult> whole,
       ArrayRef<int64_t> steps) {
    for (auto [offset, size, axis, step] :
         llvm::zip(offsets, sizes, whole, steps)) {
      auto [start, extent] = toElements(b, loc, offset, size, axis, step);
      this->offsets.push_back(start);
      this->sizes.push_back(extent);
    }
  }

  Operation *slice(OpBuilder &b, Location loc, Value tensor) const {
    Sizes strides(offsets.size(), b.getIndexAttr(1));
    return tensor::ExtractSliceOp::create(b, loc, tensor, offsets, sizes,
                                          strides);
  }
};

RankedTensorType getTileType(Value slice, Type element) {
  return RankedTensorType::get(
      cast<RankedTensorType>(slice.getType()).getShape(), element);
}

/// What tiles of an op that works element by element (or block by block) share:
/// one loop an axis of the first operand.
template <typename Model, typename OpTy>
struct ElementwiseTiling : TilingInterface::ExternalModel<Model, OpTy> {
  SmallVector<utils::IteratorType> getLoopIteratorTypes(Operation *op) const {
    auto type = cast<RankedTensorType>(op->getOperand(0).getType());
    return SmallVector<utils::IteratorType>(type.getRank(),
                                            utils::IteratorType::parallel);
  }

  SmallVector<Range> getIterationDomain(Operation *op, OpBuilder &b) const {
    Sizes sizes = tensor::getMixedSizes(b, op->getLoc(), op->getOperand(0));
    return getDomain(b, op->getLoc(), sizes, Model::getOpSteps(cast<OpTy>(op)));
  }

  static Tile getTile(Operation *op, OpBuilder &b,
                      ArrayRef<OpFoldResult> offsets,
                      ArrayRef<OpFoldResult> sizes) {
    Sizes whole = tensor::getMixedSizes(b, op->getLoc(), op->getOperand(0));
    return Tile(b, op->getLoc(), offsets, sizes, whole,
                Model::getOpSteps(cast<OpTy>(op)));
  }

  LogicalResult getResultTilePosition(
      Operation *op, OpBuilder &b, unsigned, ArrayRef<OpFoldResult> offsets,
      ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
      SmallVector<OpFoldResult> &resultSizes) const {
    Tile tile = getTile(op, b, offsets, sizes);
    resultOffsets = tile.offsets;
    resultSizes = tile.sizes;
    return success();
  }

  FailureOr<TilingResult>
  getTiledImplementation(Operation *op, OpBuilder &b,
                         ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes) const {
    Tile tile = getTile(op, b, offsets, sizes);
    SmallVector<Operation *> slices;
    Operation *tiled = Model::tileOp(cast<OpTy>(op), b, tile, slices);
    return TilingResult{
        {tiled}, SmallVector<Value>(tiled->getResults()), slices};
  }
};

/// The tensor's amax, computed before the loops that tiles are made in.
Value getWholeAmax(QuantizeOp op, OpBuilder &b) {
  if (!op.getFormat().getHasTensorScale() || op.getTensorAmax())
    return op.getTensorAmax();
  OpBuilder::InsertionGuard guard(b);
  // Where the input is defined, before what holds the tile.
  if (Operation *loop = op.getInput().getParentBlock()->findAncestorOpInBlock(
          *b.getInsertionBlock()->getParentOp()))
    b.setInsertionPoint(loop);
  auto type = RankedTensorType::get({}, b.getF32Type());
  return AmaxOp::create(b, op.getLoc(), type, op.getInput());
}

/// The tile's place in the whole tensor.
void getOrigin(OpBuilder &b, Location loc, const Tile &tile, Value input,
               OperandRange origin, OperandRange extents,
               SmallVector<Value> &newOrigin, SmallVector<Value> &newExtents) {
  for (auto [axis, offset] : llvm::enumerate(tile.offsets)) {
    Value start = getValueOrCreateConstantIndexOp(b, loc, offset);
    if (!origin.empty())
      start = arith::AddIOp::create(b, loc, origin[axis], start);
    newOrigin.push_back(start);
  }
  newExtents.assign(extents.begin(), extents.end());
  if (origin.empty())
    for (size_t axis = 0; axis + 1 < tile.offsets.size(); ++axis)
      newExtents.push_back(getValueOrCreateConstantIndexOp(
          b, loc, tensor::getMixedSize(b, loc, input, axis)));
}

struct QuantizeTiling : ElementwiseTiling<QuantizeTiling, QuantizeOp> {
  static SmallVector<int64_t> getOpSteps(QuantizeOp op) {
    return getSteps(op.getResult().getType());
  }
  static Operation *tileOp(QuantizeOp op, OpBuilder &b, const Tile &tile,
                           SmallVector<Operation *> &slices) {
    Location loc = op.getLoc();
    Value amax = getWholeAmax(op, b);
    slices.push_back(tile.slice(b, loc, op.getInput()));
    Value slice = slices[0]->getResult(0);
    SmallVector<Value> origin, extents;
    if (op.getRounding() == Rounding::Stochastic)
      getOrigin(b, loc, tile, op.getInput(), op.getOrigin(), op.getExtents(),
                origin, extents);
    return QuantizeOp::create(
        b, loc, getTileType(slice, op.getFormat()), slice, amax, op.getSeed(),
        origin, extents, op.getScaleRuleAttr(), op.getRoundingAttr(),
        op.getPrescaleAttr(), op.getStreamAttr(), op.getRandomBitsAttr(),
        op.getScaleMinNormalAttr());
  }
};

struct DequantizeTiling : ElementwiseTiling<DequantizeTiling, DequantizeOp> {
  static SmallVector<int64_t> getOpSteps(DequantizeOp op) {
    return getSteps(op.getInput().getType());
  }
  static Operation *tileOp(DequantizeOp op, OpBuilder &b, const Tile &tile,
                           SmallVector<Operation *> &slices) {
    slices.push_back(tile.slice(b, op.getLoc(), op.getInput()));
    Value slice = slices[0]->getResult(0);
    Type element = op.getResult().getType().getElementType();
    return DequantizeOp::create(b, op.getLoc(), getTileType(slice, element),
                                slice);
  }
};

struct HadamardTiling : ElementwiseTiling<HadamardTiling, HadamardOp> {
  static SmallVector<int64_t> getOpSteps(HadamardOp op) {
    SmallVector<int64_t> steps(
        cast<ShapedType>(op.getInput().getType()).getRank(), 1);
    steps.back() = op.getTransform().getSize();
    return steps;
  }
  static Operation *tileOp(HadamardOp op, OpBuilder &b, const Tile &tile,
                           SmallVector<Operation *> &slices) {
    slices = {tile.slice(b, op.getLoc(), op.getInput()),
              tile.slice(b, op.getLoc(), op.getInit())};
    Value init = slices[1]->getResult(0);
    return HadamardOp::create(b, op.getLoc(), init.getType(),
                              slices[0]->getResult(0), init, op.getSeed(),
                              op.getTransformAttr(), op.getSignStreamAttr());
  }
};

struct CastTiling : ElementwiseTiling<CastTiling, CastOp> {
  static SmallVector<int64_t> getOpSteps(CastOp op) {
    return SmallVector<int64_t>(
        cast<ShapedType>(op.getInput().getType()).getRank(), 1);
  }
  static Operation *tileOp(CastOp op, OpBuilder &b, const Tile &tile,
                           SmallVector<Operation *> &slices) {
    Location loc = op.getLoc();
    slices = {tile.slice(b, loc, op.getInput()),
              tile.slice(b, loc, op.getInit())};
    Value init = slices[1]->getResult(0);
    SmallVector<Value> origin, extents;
    if (op.getRounding() == Rounding::Stochastic)
      getOrigin(b, loc, tile, op.getInput(), op.getOrigin(), op.getExtents(),
                origin, extents);
    return CastOp::create(b, loc, init.getType(), slices[0]->getResult(0), init,
                          op.getSeed(), origin, extents, op.getFormatAttr(),
                          op.getRoundingAttr(), op.getStreamAttr(),
                          op.getRandomBitsAttr());
  }
};

/// Loops: batch axes, rows, columns, and the contraction in blocks of both
/// operands. A tile along the contraction adds to the tile of the result, so it
/// needs alpha and tensor scales to wait for the end.
struct MatmulTiling : TilingInterface::ExternalModel<MatmulTiling, MatmulOp> {
  SmallVector<utils::IteratorType> getLoopIteratorTypes(Operation *op) const {
    int64_t rank = cast<MatmulOp>(op).getResult().getType().getRank();
    SmallVector<utils::IteratorType> types(rank + 1,
                                           utils::IteratorType::parallel);
    types.back() = utils::IteratorType::reduction;
    return types;
  }

  SmallVector<Range> getIterationDomain(Operation *op, OpBuilder &b) const {
    auto matmul = cast<MatmulOp>(op);
    Sizes sizes = getLoopSizes(matmul, b);
    return getDomain(b, op->getLoc(), sizes, getLoopSteps(matmul));
  }

  LogicalResult getResultTilePosition(
      Operation *op, OpBuilder &b, unsigned, ArrayRef<OpFoldResult> offsets,
      ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
      SmallVector<OpFoldResult> &resultSizes) const {
    auto matmul = cast<MatmulOp>(op);
    Tile tile(b, op->getLoc(), offsets, sizes, getLoopSizes(matmul, b),
              getLoopSteps(matmul));
    resultOffsets.assign(tile.offsets.begin(), std::prev(tile.offsets.end()));
    resultSizes.assign(tile.sizes.begin(), std::prev(tile.sizes.end()));
    return success();
  }

  FailureOr<TilingResult>
  getTiledImplementation(Operation *op, OpBuilder &b,
                         ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes) const {
    auto matmul = cast<MatmulOp>(op);
    Location loc = op->getLoc();
    Sizes whole = getLoopSizes(matmul, b);
    SmallVector<int64_t> steps = getLoopSteps(matmul);
    OpFoldResult kCount = countSteps(b, loc, whole.back(), steps.back());
    if (!isEqualConstantIntOrValue(sizes.back(), kCount))
      return op->emitError()
             << "expected a tile with the whole contraction axis, since the "
                "parts of a sum that is rounded once cannot be rounded, but "
                "found a tile size along it; tile rows, columns or batch";
    Tile tile(b, loc, offsets, sizes, whole, steps);
    SmallVector<Operation *> slices = {
        sliceOperand(matmul.getA(), tile, b, loc, /*isRight=*/false),
        sliceOperand(matmul.getB(), tile, b, loc, /*isRight=*/true)};
    Value acc;
    if (matmul.getAcc()) {
      Tile result = tile;
      result.offsets.pop_back();
      result.sizes.pop_back();
      slices.push_back(result.slice(b, loc, matmul.getAcc()));
      acc = slices.back()->getResult(0);
    }
    SmallVector<int64_t> shape;
    for (OpFoldResult size : ArrayRef(tile.sizes).drop_back())
      shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
    auto type = RankedTensorType::get(
        shape, matmul.getResult().getType().getElementType());
    Operation *tiled = MatmulOp::create(
        b, loc, type, slices[0]->getResult(0), slices[1]->getResult(0), acc,
        matmul.getAlphaAttr(), matmul.getAccumulateAttr());
    return TilingResult{
        {tiled}, SmallVector<Value>(tiled->getResults()), slices};
  }

private:
  static Sizes getLoopSizes(MatmulOp op, OpBuilder &b) {
    ReifiedRankedShapedTypeDims shapes;
    (void)op.reifyResultShapes(b, shapes);
    Sizes sizes = shapes[0];
    auto a = cast<RankedTensorType>(op.getA().getType());
    sizes.push_back(
        tensor::getMixedSize(b, op.getLoc(), op.getA(), a.getRank() - 1));
    return sizes;
  }

  static SmallVector<int64_t> getLoopSteps(MatmulOp op) {
    SmallVector<int64_t> a =
        getSteps(cast<RankedTensorType>(op.getA().getType()));
    SmallVector<int64_t> b =
        getSteps(cast<RankedTensorType>(op.getB().getType()));
    int64_t rank = op.getResult().getType().getRank();
    SmallVector<int64_t> steps(rank + 1, 1);
    steps[rank - 2] = a[a.size() - 2];
    steps[rank - 1] = b[b.size() - 2];
    bool full = a.back() == ScaledType::kFull || b.back() == ScaledType::kFull;
    steps[rank] = full ? ScaledType::kFull : std::lcm(a.back(), b.back());
    return steps;
  }

  /// The part of an operand that a tile of the result needs; an axis of extent
  /// 1 repeats.
  static Operation *sliceOperand(Value operand, const Tile &tile, OpBuilder &b,
                                 Location loc, bool isRight) {
    auto type = cast<RankedTensorType>(operand.getType());
    int64_t rank = type.getRank(), loops = tile.offsets.size();
    int64_t batch = loops - 3, own = rank - 2;
    Tile part;
    for (int64_t axis = 0; axis < own; ++axis) {
      int64_t loop = batch - own + axis;
      bool repeats = type.getDimSize(axis) == 1;
      part.offsets.push_back(repeats ? OpFoldResult(b.getIndexAttr(0))
                                     : tile.offsets[loop]);
      part.sizes.push_back(repeats ? OpFoldResult(b.getIndexAttr(1))
                                   : tile.sizes[loop]);
    }
    for (int64_t loop : {loops - (isRight ? 2 : 3), loops - 1}) {
      part.offsets.push_back(tile.offsets[loop]);
      part.sizes.push_back(tile.sizes[loop]);
    }
    return part.slice(b, loc, operand);
  }
};

} // namespace

void registerTilingInterfaceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, MXDialect *) {
    QuantizeOp::attachInterface<QuantizeTiling>(*context);
    DequantizeOp::attachInterface<DequantizeTiling>(*context);
    HadamardOp::attachInterface<HadamardTiling>(*context);
    CastOp::attachInterface<CastTiling>(*context);
    MatmulOp::attachInterface<MatmulTiling>(*context);
  });
}

} // namespace mx
