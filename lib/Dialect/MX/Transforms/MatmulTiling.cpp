//===- MatmulTiling.cpp - Tiles of mx.matmul ------------------------------===//
//
// Loops: batch axes, rows, columns, and the contraction in blocks of both
// operands. Tiles along the contraction are partial sums in f32: they carry
// neither alpha nor tensor scales, which are multiplied in once, at the end.
//
//===----------------------------------------------------------------------===//

#include "Tiling.h"

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include <numeric>

using namespace mlir;

namespace mx {
namespace {

Sizes getLoopSizes(MatmulOp op, OpBuilder &b) {
  ReifiedRankedShapedTypeDims shapes;
  (void)op.reifyResultShapes(b, shapes);
  Sizes sizes = shapes[0];
  auto a = cast<RankedTensorType>(op.getA().getType());
  sizes.push_back(
      tensor::getMixedSize(b, op.getLoc(), op.getA(), a.getRank() - 1));
  return sizes;
}

SmallVector<int64_t> getLoopSteps(MatmulOp op) {
  auto a = getSteps(cast<RankedTensorType>(op.getA().getType()));
  auto b = getSteps(cast<RankedTensorType>(op.getB().getType()));
  int64_t rank = op.getResult().getType().getRank();
  SmallVector<int64_t> steps(rank + 1, 1);
  steps[rank - 2] = a[a.size() - 2];
  steps[rank - 1] = b[b.size() - 2];
  bool full = a.back() == ScaledType::kFull || b.back() == ScaledType::kFull;
  steps[rank] = full ? ScaledType::kFull : std::lcm(a.back(), b.back());
  return steps;
}

/// A tile of the loops: what it needs of the operands and makes of the result.
class MatmulTile {
public:
  MatmulTile(MatmulOp op, OpBuilder &b, ArrayRef<OpFoldResult> offsets,
             ArrayRef<OpFoldResult> sizes)
      : op(op), b(b), loc(op.getLoc()),
        loops(b, op.getLoc(), offsets, sizes, getLoopSizes(op, b),
              getLoopSteps(op)) {}

  Tile getResult() const {
    Tile result = loops;
    result.offsets.pop_back();
    result.sizes.pop_back();
    return result;
  }

  RankedTensorType getResultType(Type element) const {
    SmallVector<int64_t> shape;
    for (OpFoldResult size : getResult().sizes)
      shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
    return RankedTensorType::get(shape, element);
  }

  Operation *sliceA() { return sliceOperand(op.getA(), 3); }
  Operation *sliceB() { return sliceOperand(op.getB(), 2); }
  Operation *sliceResult(Value tensor) const {
    return getResult().slice(b, loc, tensor);
  }

private:
  /// `fromEnd` is the place of the operand's rows among the loops. A batch axis
  /// of extent 1 repeats.
  Operation *sliceOperand(Value operand, int64_t fromEnd) const {
    auto type = cast<RankedTensorType>(operand.getType());
    int64_t count = loops.offsets.size(), own = type.getRank() - 2;
    Tile part;
    for (int64_t axis = 0; axis < own; ++axis) {
      int64_t loop = count - 3 - own + axis;
      bool repeats = type.getDimSize(axis) == 1;
      part.offsets.push_back(repeats ? OpFoldResult(b.getIndexAttr(0))
                                     : loops.offsets[loop]);
      part.sizes.push_back(repeats ? OpFoldResult(b.getIndexAttr(1))
                                   : loops.sizes[loop]);
    }
    for (int64_t loop : {count - fromEnd, count - 1}) {
      part.offsets.push_back(loops.offsets[loop]);
      part.sizes.push_back(loops.sizes[loop]);
    }
    return part.slice(b, loc, operand);
  }

  MatmulOp op;
  OpBuilder &b;
  Location loc;
  Tile loops;
};

bool isScaledWithTensorScale(Value operand) {
  auto type = cast<RankedTensorType>(operand.getType());
  auto format = dyn_cast<ScaledType>(type.getElementType());
  return format && format.getHasTensorScale();
}

/// Packed codes, scale and tensor scale of an operand.
DisassembleOp takeApart(OpBuilder &b, Location loc, Value operand) {
  auto type = cast<RankedTensorType>(operand.getType());
  auto format = cast<ScaledType>(type.getElementType());
  Type codes = RankedTensorType::get(
      getPackedCodesShape(format, type.getShape()), b.getI8Type());
  Type scale =
      RankedTensorType::get(getPackedScaleShape(format, type.getShape()),
                            getScaleStorageType(format));
  Type tensorScale = RankedTensorType::get({}, b.getF32Type());
  return DisassembleOp::create(b, loc, TypeRange{codes, scale, tensorScale},
                               operand);
}

/// The operand with the tensor scale left off.
Value dropTensorScale(OpBuilder &b, Location loc, Value operand) {
  if (!isScaledWithTensorScale(operand))
    return operand;
  auto type = cast<RankedTensorType>(operand.getType());
  auto format = cast<ScaledType>(type.getElementType());
  auto plain =
      ScaledType::get(b.getContext(), format.getElement(), format.getScale(),
                      format.getBlock(), /*hasTensorScale=*/false);
  Value extent;
  if (ShapedType::isDynamic(type.getShape().back()))
    extent = tensor::DimOp::create(b, loc, operand, type.getRank() - 1);
  DisassembleOp parts = takeApart(b, loc, operand);
  return AssembleOp::create(b, loc, type.clone(plain), parts.getCodes(),
                            parts.getScale(), /*tensor_scale=*/Value(), extent);
}

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
    return getDomain(b, op->getLoc(), getLoopSizes(matmul, b),
                     getLoopSteps(matmul));
  }

  LogicalResult getResultTilePosition(
      Operation *op, OpBuilder &b, unsigned, ArrayRef<OpFoldResult> offsets,
      ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
      SmallVector<OpFoldResult> &resultSizes) const {
    Tile result = MatmulTile(cast<MatmulOp>(op), b, offsets, sizes).getResult();
    resultOffsets = result.offsets;
    resultSizes = result.sizes;
    return success();
  }

  FailureOr<TilingResult>
  getTiledImplementation(Operation *op, OpBuilder &b,
                         ArrayRef<OpFoldResult> offsets,
                         ArrayRef<OpFoldResult> sizes) const {
    auto matmul = cast<MatmulOp>(op);
    OpFoldResult blocks =
        countSteps(b, op->getLoc(), getLoopSizes(matmul, b).back(),
                   getLoopSteps(matmul).back());
    if (!isEqualConstantIntOrValue(sizes.back(), blocks))
      return op->emitError()
             << "expected a tile with the whole contraction axis, but found a "
                "tile size along it; tile rows, columns or batch, or tile the "
                "reduction (transform.structured.tile_reduction_using_for)";
    MatmulTile tile(matmul, b, offsets, sizes);
    SmallVector<Operation *> slices = {tile.sliceA(), tile.sliceB()};
    Value acc;
    if (matmul.getAcc()) {
      slices.push_back(tile.sliceResult(matmul.getAcc()));
      acc = slices.back()->getResult(0);
    }
    Operation *tiled = MatmulOp::create(
        b, op->getLoc(),
        tile.getResultType(matmul.getResult().getType().getElementType()),
        slices[0]->getResult(0), slices[1]->getResult(0), acc,
        matmul.getAlphaAttr(), matmul.getAccumulateAttr());
    return TilingResult{
        {tiled}, SmallVector<Value>(tiled->getResults()), slices};
  }
};

/// Tiles along the contraction: each adds to an f32 tensor that starts at zero.
struct MatmulReduction
    : PartialReductionOpInterface::ExternalModel<MatmulReduction, MatmulOp> {
  FailureOr<SmallVector<Value>>
  generateInitialTensorForPartialReduction(Operation *op, OpBuilder &b,
                                           Location loc, ArrayRef<OpFoldResult>,
                                           const SetVector<unsigned> &) const {
    auto matmul = cast<MatmulOp>(op);
    if (matmul.getAccumulate() == Accumulate::Exact)
      return op->emitError()
             << "expected accumulate default or fast, but found exact: parts "
                "of a sum that is rounded once cannot be rounded; tile rows, "
                "columns or batch";
    Sizes sizes = getLoopSizes(matmul, b);
    sizes.pop_back();
    Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getF32Type());
    Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
    return SmallVector<Value>{
        linalg::FillOp::create(b, loc, zero, empty).getResult(0)};
  }

  FailureOr<TilingResult> tileToPartialReduction(
      Operation *op, OpBuilder &b, Location loc,
      ReductionTilingStrategy strategy, ValueRange init,
      ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
      const SetVector<unsigned> &, ArrayRef<OpFoldResult>) const {
    auto matmul = cast<MatmulOp>(op);
    if (strategy != ReductionTilingStrategy::PartialReductionOuterReduction)
      return op->emitError() << "expected the tiles of the contraction in a "
                                "sequential loop; tile rows, columns or batch "
                                "to run in parallel";
    MatmulTile tile(matmul, b, offsets, sizes);
    SmallVector<Operation *> slices = {tile.sliceA(), tile.sliceB(),
                                       tile.sliceResult(init[0])};
    Operation *tiled =
        MatmulOp::create(b, loc, tile.getResultType(b.getF32Type()),
                         dropTensorScale(b, loc, slices[0]->getResult(0)),
                         dropTensorScale(b, loc, slices[1]->getResult(0)),
                         slices[2]->getResult(0), b.getF32FloatAttr(1),
                         matmul.getAccumulateAttr());
    return TilingResult{
        {tiled}, SmallVector<Value>(tiled->getResults()), slices};
  }

  LogicalResult getPartialResultTilePosition(
      Operation *op, OpBuilder &b, unsigned, ReductionTilingStrategy,
      ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
      const SetVector<unsigned> &, ArrayRef<OpFoldResult>,
      SmallVector<OpFoldResult> &resultOffsets,
      SmallVector<OpFoldResult> &resultSizes) const {
    Tile result = MatmulTile(cast<MatmulOp>(op), b, offsets, sizes).getResult();
    resultOffsets = result.offsets;
    resultSizes = result.sizes;
    return success();
  }

  /// The rest of contract 25: acc, tensor scales, alpha, the result's type.
  FailureOr<MergeResult> mergeReductions(Operation *op, OpBuilder &b,
                                         Location loc, ValueRange partial,
                                         const SetVector<unsigned> &) const {
    auto matmul = cast<MatmulOp>(op);
    RankedTensorType type = matmul.getResult().getType();
    int64_t rank = type.getRank();
    SmallVector<Value> inputs = {partial[0]};
    AffineMap identity = b.getMultiDimIdentityMap(rank);
    SmallVector<AffineMap> maps = {identity};
    if (Value acc = matmul.getAcc()) {
      inputs.push_back(acc);
      maps.push_back(identity);
    }
    for (Value operand : {matmul.getA(), matmul.getB()})
      if (isScaledWithTensorScale(operand)) {
        inputs.push_back(takeApart(b, loc, operand).getTensorScale());
        maps.push_back(AffineMap::get(rank, 0, b.getContext()));
      }
    Value init = tensor::EmptyOp::create(
        b, loc, tensor::getMixedSizes(b, loc, partial[0]),
        type.getElementType());
    maps.push_back(identity);
    SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
    auto merge = linalg::GenericOp::create(
        b, loc, init.getType(), inputs, init, maps, loops,
        [&](OpBuilder &b, Location loc, ValueRange args) {
          linalg::YieldOp::create(b, loc, finish(b, loc, matmul, args));
        });
    Value result = merge.getResult(0);
    if (result.getType() != type)
      result = tensor::CastOp::create(b, loc, type, result);
    return MergeResult{{merge}, {result}};
  }

private:
  /// One element: args are the sum, acc if any, tensor scales, the old result.
  static Value finish(OpBuilder &b, Location loc, MatmulOp op,
                      ValueRange args) {
    Value value = args[0];
    args = args.drop_front().drop_back();
    if (op.getAcc()) {
      Value acc = args[0];
      args = args.drop_front();
      if (acc.getType() != value.getType())
        acc = arith::ExtFOp::create(b, loc, value.getType(), acc);
      value = arith::AddFOp::create(b, loc, value, acc);
    }
    for (Value scale : args)
      value = arith::MulFOp::create(b, loc, value, scale);
    if (!op.getAlpha().isExactlyValue(1.0)) {
      Value alpha = arith::ConstantOp::create(b, loc, op.getAlphaAttr());
      value = arith::MulFOp::create(b, loc, value, alpha);
    }
    Type element = op.getResult().getType().getElementType();
    if (element != value.getType())
      value = arith::TruncFOp::create(b, loc, element, value);
    return value;
  }
};

} // namespace

void attachMatmulTiling(MLIRContext &context) {
  MatmulOp::attachInterface<MatmulTiling, MatmulReduction>(context);
}

} // namespace mx
