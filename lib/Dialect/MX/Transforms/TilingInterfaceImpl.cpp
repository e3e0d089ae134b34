//===- TilingInterfaceImpl.cpp - Tiling of value-level mx ops -------------===//
//
// A tile of mx.quantize carries its origin and the whole tensor's extents and
// amax: it draws the whole tensor's bits.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/Transforms/TilingInterfaceImpl.h"

#include "Tiling.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

namespace mx {
namespace {

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
    if (drawsBits(op.getEffectiveScaleRule(), op.getRounding()))
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

} // namespace

void registerTilingInterfaceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, MXDialect *) {
    QuantizeOp::attachInterface<QuantizeTiling>(*context);
    DequantizeOp::attachInterface<DequantizeTiling>(*context);
    HadamardOp::attachInterface<HadamardTiling>(*context);
    CastOp::attachInterface<CastTiling>(*context);
    attachMatmulTiling(*context);
  });
}

} // namespace mx
