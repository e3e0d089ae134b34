//===- MXTransformOps.cpp - Hadamard, cast, transpose, seeds --------------===//

#include "Verify.h"

#include "mx/Support/Philox.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mx;

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

//===----------------------------------------------------------------------===//
// mx.hadamard
//===----------------------------------------------------------------------===//

LogicalResult HadamardOp::verify() {
  auto input = cast<ShapedType>(getInput().getType());
  auto init = cast<ShapedType>(getInit().getType());
  if (failed(verifyDestination(*this, getInit())) ||
      failed(verifyShape(*this, "outs", getInit(), input.getShape(),
                         " as the input has")) ||
      failed(verifyStream([&] { return emitOpError(); }, "sign_stream",
                          getSignStream())))
    return failure();
  if (!init.getElementType().isF32())
    return emitOpError() << "expected outs of f32, in which the transform is "
                            "computed, but found "
                         << init.getElementType() << "; cast it afterwards";
  if (input.getRank() == 0)
    return emitOpError() << "expected an input of rank 1 or more, but found a "
                            "scalar";
  int64_t size = getTransform().getSize(), last = input.getShape().back();
  if (!ShapedType::isDynamic(last) && last % size != 0)
    return emitOpError() << "expected a last axis that is a multiple of the "
                            "size "
                         << size << ", but found " << last
                         << "; pad it with zeros";
  return verifySeed(*this, getSeed(),
                    getTransform().getSigns() == Signs::Seed,
                    "signs that are drawn from it");
}

void HadamardOp::getEffects(Effects &effects) {
  getDestinationEffects(*this, effects);
}

LogicalResult
HadamardOp::reifyResultShapes(OpBuilder &builder,
                              ReifiedRankedShapedTypeDims &reified) {
  return reifyInits(*this, builder, reified);
}

//===----------------------------------------------------------------------===//
// mx.cast
//===----------------------------------------------------------------------===//

Type CastOp::getTargetFormat() {
  return getFormat() ? *getFormat()
                     : cast<ShapedType>(getInit().getType()).getElementType();
}

LogicalResult CastOp::verify() {
  auto input = cast<ShapedType>(getInput().getType());
  auto init = cast<ShapedType>(getInit().getType());
  if (failed(verifyDestination(*this, getInit())) ||
      failed(verifyShape(*this, "outs", getInit(), input.getShape(),
                         " as the input has")))
    return failure();
  Type target = getTargetFormat(), stored = init.getElementType();
  std::optional<contract::FloatFormat> format = getFloatFormat(target);
  if (!format || format->isInteger || format->bits() > 16)
    return emitOpError() << "expected outs of a float of at most 16 bits (or "
                            "`format` naming one), but found "
                         << target;
  if (getFormat() && stored != getCodeStorageType(target))
    return emitOpError() << "expected outs of " << getCodeStorageType(target)
                         << ", which holds a code of " << target
                         << ", but found " << stored;
  auto emit = [&] { return emitOpError(); };
  if (getRandomBits() != 8 && getRandomBits() != 16 && getRandomBits() != 24)
    return emitOpError() << "expected random_bits 8, 16 or 24, but found "
                         << getRandomBits();
  if (failed(verifyStream(emit, "stream", getStream())) ||
      failed(verifySeed(*this, getSeed(),
                        getRounding() == Rounding::Stochastic,
                        "stochastic rounding")))
    return failure();
  return verifyOrigin(*this, getOrigin(), getExtents(), input.getRank());
}

void CastOp::getEffects(Effects &effects) {
  getDestinationEffects(*this, effects);
}

LogicalResult CastOp::reifyResultShapes(OpBuilder &builder,
                                        ReifiedRankedShapedTypeDims &reified) {
  return reifyInits(*this, builder, reified);
}

//===----------------------------------------------------------------------===//
// mx.transpose
//===----------------------------------------------------------------------===//

static RankedTensorType getTransposedType(RankedTensorType type) {
  SmallVector<int64_t> shape(type.getShape());
  std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  auto format = cast<ScaledType>(type.getElementType());
  return RankedTensorType::get(shape, format.getTransposed());
}

LogicalResult TransposeOp::inferReturnTypes(
    MLIRContext *, std::optional<Location> loc, ValueRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange,
    SmallVectorImpl<Type> &types) {
  auto type = dyn_cast<RankedTensorType>(operands.front().getType());
  if (!type || !isa<ScaledType>(type.getElementType()) || type.getRank() < 2)
    return emitOptionalError(loc, "expected a block-scaled tensor of rank 2 or "
                                  "more to transpose, but found ",
                             operands.front().getType());
  types.push_back(getTransposedType(type));
  return success();
}

LogicalResult
TransposeOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &reified) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, getLoc(), getInput());
  std::swap(sizes[sizes.size() - 1], sizes[sizes.size() - 2]);
  reified.push_back(sizes);
  return success();
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  auto inner = getInput().getDefiningOp<TransposeOp>();
  if (inner && inner.getInput().getType() == getType())
    return inner.getInput();
  return {};
}

//===----------------------------------------------------------------------===//
// mx.derive_seed
//===----------------------------------------------------------------------===//

OpFoldResult DeriveSeedOp::fold(FoldAdaptor adaptor) {
  auto seed = dyn_cast_or_null<IntegerAttr>(adaptor.getSeed());
  auto id = dyn_cast_or_null<IntegerAttr>(adaptor.getId());
  if (!seed || !id)
    return {};
  uint64_t derived = contract::deriveSeed(uint64_t(seed.getInt()),
                                          uint64_t(id.getInt()));
  return IntegerAttr::get(getType(), static_cast<int64_t>(derived));
}
