//===- MXPackedOps.cpp - Ops on packed codes and scales -------------------===//

#include "Verify.h"

using namespace mlir;
using namespace mx;

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

static ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

static Type getElement(Value value) {
  return cast<ShapedType>(value.getType()).getElementType();
}

/// The `format` of an op, in an error if it is not block-scaled.
static ScaledType getFormatOf(Operation *op, StringRef name, Type type) {
  auto format = dyn_cast<ScaledType>(type);
  if (!format)
    op->emitOpError() << "expected " << name
                      << " to be a block-scaled type such as !mx.mxfp4, but "
                         "found "
                      << type;
  return format;
}

/// Number and types of codes, scales and tensor scale.
static LogicalResult verifyPartTypes(Operation *op, StringRef what,
                                     ValueRange parts, ScaledType format) {
  unsigned expected = format.getHasTensorScale() ? 3 : 2;
  if (parts.size() != expected)
    return op->emitOpError()
           << "expected " << what << " to be " << expected
           << " values (codes, scale" << (expected == 3 ? ", tensor scale" : "")
           << ") for " << format << ", but found " << parts.size();
  if (!getElement(parts[0]).isInteger(8))
    return op->emitOpError()
           << "expected " << what << " codes of i8, but found "
           << getElement(parts[0]);
  if (getElement(parts[1]) != getScaleStorageType(format))
    return op->emitOpError() << "expected " << what << " scales of "
                             << getScaleStorageType(format) << " for " << format
                             << ", but found " << getElement(parts[1]);
  if (expected == 3 &&
      (!getShape(parts[2]).empty() || !getElement(parts[2]).isF32()))
    return op->emitOpError()
           << "expected " << what << " tensor scale to be one f32, but found "
           << parts[2].getType();
  return success();
}

/// Codes, scales and tensor scale as a packed tensor of `shape` has them.
static LogicalResult verifyPacked(Operation *op, StringRef what,
                                  ValueRange parts, ScaledType format,
                                  ArrayRef<int64_t> shape) {
  if (failed(verifyPartTypes(op, what, parts, format)))
    return failure();
  if (failed(verifyShape(op, (what + " codes").str(), parts[0],
                         getPackedCodesShape(format, shape),
                         " ([…, M, ceil(K/B), bytes per block])")) ||
      failed(verifyShape(op, (what + " scales").str(), parts[1],
                         getPackedScaleShape(format, shape),
                         ", one for each block")))
    return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// mx.packed.quantize
//===----------------------------------------------------------------------===//

SmallVector<QuantizerAttr> PackedQuantizeOp::getQuantizerAttrs() {
  return llvm::to_vector(getQuantizers().getAsRange<QuantizerAttr>());
}

static unsigned getNumInits(QuantizerAttr quantizer) {
  return quantizer.getFormat().getHasTensorScale() ? 3 : 2;
}

OperandRange PackedQuantizeOp::getInitsOf(unsigned i) {
  unsigned begin = 0;
  SmallVector<QuantizerAttr> quantizers = getQuantizerAttrs();
  for (unsigned j = 0; j < i; ++j)
    begin += getNumInits(quantizers[j]);
  return getInits().slice(begin, getNumInits(quantizers[i]));
}

/// The shape of what a quantizer packs.
static SmallVector<int64_t> getQuantizedShape(QuantizerAttr quantizer,
                                              ArrayRef<int64_t> source) {
  SmallVector<int64_t> shape(source);
  if (quantizer.getTranspose())
    std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  if (quantizer.getPadToGroup() && !ShapedType::isDynamic(shape.back()))
    shape.back() =
        llvm::alignTo(shape.back(), quantizer.getHadamard().getSize());
  return shape;
}

static LogicalResult verifyQuantizer(PackedQuantizeOp op, unsigned i) {
  QuantizerAttr quantizer = op.getQuantizerAttrs()[i];
  ArrayRef<int64_t> source = getShape(op.getInput());
  int64_t needed =
      quantizer.getTranspose() || quantizer.getFormat().getBlockRows() != 1 ? 2
                                                                            : 1;
  if (int64_t(source.size()) < needed)
    return op.emitOpError()
           << "expected an input of rank " << needed
           << " or more for quantizer " << i << ", but found " << source.size();
  if (quantizer.getFormat().isColumnWise())
    return op.emitOpError()
           << "expected quantizer " << i
           << " to store its blocks along the last axis, but found "
           << quantizer.getFormat() << "; use `transpose` and "
           << quantizer.getFormat().getTransposed();
  SmallVector<int64_t> shape = getQuantizedShape(quantizer, source);
  HadamardAttr hadamard = quantizer.getHadamard();
  if (hadamard && !ShapedType::isDynamic(shape.back()) &&
      shape.back() % hadamard.getSize() != 0)
    return op.emitOpError()
           << "expected a contraction axis that is a multiple of the Hadamard "
              "size "
           << hadamard.getSize() << ", but found " << shape.back()
           << "; add pad_to_group";
  return verifyPacked(op, ("quantizer " + Twine(i) + "'s").str(),
                      op.getInitsOf(i), quantizer.getFormat(), shape);
}

LogicalResult PackedQuantizeOp::verify() {
  SmallVector<QuantizerAttr> quantizers = getQuantizerAttrs();
  if (quantizers.empty() || quantizers.size() > 2)
    return emitOpError() << "expected one or two quantizers, but found "
                         << quantizers.size();
  unsigned numInits = 0;
  bool draws = false, twoLevel = false;
  for (QuantizerAttr quantizer : quantizers) {
    numInits += getNumInits(quantizer);
    HadamardAttr hadamard = quantizer.getHadamard();
    draws |= drawsBits(quantizer.getScaleRule(), quantizer.getRounding()) ||
             (hadamard && hadamard.getSigns() == Signs::Seed);
    twoLevel |= quantizer.getFormat().getHasTensorScale();
  }
  if (getInits().size() != numInits)
    return emitOpError() << "expected " << numInits
                         << " outs (codes, scale[, tensor scale] for each "
                            "quantizer), but found "
                         << getInits().size();
  for (unsigned i = 0; i < quantizers.size(); ++i)
    if (failed(verifyQuantizer(*this, i)))
      return failure();
  if (getTensorAmax() && !twoLevel)
    return emitOpError() << "expected no amax operand, since no quantizer has "
                            "a tensor scale";
  if (failed(verifyDestination(*this, getInits())) ||
      failed(verifySeed(*this, getSeed(), draws,
                        "stochastic rounding or seeded signs")))
    return failure();
  return verifyOrigin(*this, getOrigin(), getExtents(),
                      getShape(getInput()).size());
}

void PackedQuantizeOp::getEffects(Effects &effects) {
  getDestinationEffects(*this, effects);
}

LogicalResult
PackedQuantizeOp::reifyResultShapes(OpBuilder &builder,
                                    ReifiedRankedShapedTypeDims &reified) {
  return reifyInits(*this, builder, reified);
}

//===----------------------------------------------------------------------===//
// mx.packed.dequantize
//===----------------------------------------------------------------------===//

ScaledType PackedDequantizeOp::getScaledFormat() {
  return cast<ScaledType>(getFormat());
}

LogicalResult PackedDequantizeOp::verify() {
  ScaledType format = getFormatOf(*this, "format", getFormat());
  if (!format)
    return failure();
  SmallVector<int64_t> shape(getShape(getInit()));
  int64_t needed = getTranspose() || format.getBlockRows() != 1 ? 2 : 1;
  if (int64_t(shape.size()) < needed)
    return emitOpError() << "expected outs of rank " << needed
                         << " or more, but found " << shape.size();
  if (getTranspose())
    std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  SmallVector<Value> parts = {getCodes(), getScale()};
  if (getTensorScale())
    parts.push_back(getTensorScale());
  if (failed(verifyPacked(*this, "the operand's", parts, format, shape)))
    return failure();
  return verifyDestination(*this, getInit());
}

void PackedDequantizeOp::getEffects(Effects &effects) {
  getDestinationEffects(*this, effects);
}

LogicalResult
PackedDequantizeOp::reifyResultShapes(OpBuilder &builder,
                                      ReifiedRankedShapedTypeDims &reified) {
  return reifyInits(*this, builder, reified);
}

//===----------------------------------------------------------------------===//
// mx.packed.matmul
//===----------------------------------------------------------------------===//

ScaledType PackedMatmulOp::getAScaledFormat() {
  return getAFormat() ? cast<ScaledType>(*getAFormat()) : ScaledType();
}
ScaledType PackedMatmulOp::getBScaledFormat() {
  return getBFormat() ? cast<ScaledType>(*getBFormat()) : ScaledType();
}

/// The shape of a matrix of bytes in tiles of 16 or 128 rows of 4.
static SmallVector<int64_t> getTiledShape(ScaleLayout layout,
                                          ArrayRef<int64_t> linear) {
  int64_t rows = layout == ScaleLayout::Tile128x4 ? 128 : 16;
  SmallVector<int64_t> tiled(linear.drop_back(2));
  auto ceilDiv = [](int64_t extent, int64_t by) {
    return ShapedType::isDynamic(extent) ? extent : (extent + by - 1) / by;
  };
  tiled.push_back(ceilDiv(linear[linear.size() - 2], rows));
  tiled.push_back(ceilDiv(linear.back(), 4));
  tiled.push_back(4 * rows);
  return tiled;
}

/// Codes and scales in `layout`, of which there is one that products take.
static LogicalResult verifyTiles(PackedMatmulOp op, StringRef name,
                                 OperandRange parts, ScaledType format,
                                 ScaleLayout layout, int64_t rows) {
  if (layout != ScaleLayout::Tile16x4)
    return op.emitOpError()
           << "expected " << name << "_layout linear or tile_16x4, but found "
           << stringifyEnum(layout);
  int64_t bytes = format.getBlockCols() == ScaledType::kFull
                      ? 0
                      : getPackedCodesShape(format, {1, 1}).back();
  if (format.getBlockRows() != 1 || bytes == 0 || bytes % 4 != 0 ||
      !getScaleStorageType(format).isInteger(8))
    return op.emitOpError()
           << "expected " << name
           << " in tiles to have 8-bit scales and blocks of one row, of a "
              "multiple of 4 bytes, but found "
           << format << "; relayout it to linear";
  ArrayRef<int64_t> codes = getShape(parts[0]);
  if (codes.size() < 3)
    return op.emitOpError()
           << "expected " << name << " codes of rank 3 or more, but found "
           << codes.size();
  int64_t tiles = codes[codes.size() - 2];
  if (!ShapedType::isDynamic(tiles) && tiles * 4 % bytes != 0)
    return op.emitOpError()
           << "expected whole blocks of " << bytes << " bytes in the tiles of "
           << name << ", but found " << tiles << " tiles of 4 bytes";
  bool isDynamic = ShapedType::isDynamic(tiles);
  SmallVector<int64_t> matrix(codes.drop_back(3));
  matrix.push_back(rows);
  matrix.push_back(isDynamic ? tiles : tiles * 4);
  SmallVector<int64_t> codesShape = getTiledShape(layout, matrix);
  matrix.back() = isDynamic ? tiles : tiles * 4 / bytes;
  if (failed(verifyShape(op, (name + "'s codes").str(), parts[0], codesShape,
                         " ([…, ceil(N/16), J·bytes/4, 64])")) ||
      failed(verifyShape(op, (name + "'s scales").str(), parts[1],
                         getTiledShape(layout, matrix),
                         " ([…, ceil(N/16), ceil(J/4), 64])")))
    return failure();
  return success();
}

/// Checks one operand against the result; `rows` is M or N. K is dynamic here:
/// the operand `k` gives it.
static LogicalResult verifyOperand(PackedMatmulOp op, StringRef name,
                                   OperandRange parts,
                                   std::optional<Type> format,
                                   ScaleLayout layout, int64_t rows) {
  if (parts.empty())
    return op.emitOpError()
           << "expected operand " << name << ", but found nothing";
  if (!format) {
    if (layout != ScaleLayout::Linear)
      return op.emitOpError()
             << "expected " << name
             << "_layout linear for a float operand, but found "
             << stringifyEnum(layout);
    if (parts.size() != 1 ||
        !isa<Float32Type, BFloat16Type, Float16Type>(getElement(parts[0])))
      return op.emitOpError()
             << "expected " << name << " to be one tensor of f32, bf16 or f16 "
             << "without " << name << "_format, but found "
             << parts[0].getType() << (parts.size() > 1 ? " and more" : "");
    ArrayRef<int64_t> shape = getShape(parts[0]);
    if (shape.size() < 2 || !areCompatible(shape[shape.size() - 2], rows))
      return op.emitOpError() << "expected " << name << " of shape […, " << rows
                              << ", K], but found " << formatShape(shape);
    return success();
  }
  ScaledType scaled = getFormatOf(op, (name + Twine("_format")).str(), *format);
  if (!scaled)
    return failure();
  if (scaled.isColumnWise())
    return op.emitOpError() << "expected " << name
                            << "_format with blocks along the last axis, but "
                               "found "
                            << scaled << "; transpose the operand";
  if (failed(verifyPartTypes(op, (name + Twine("'s")).str(), parts, scaled)))
    return failure();
  if (layout != ScaleLayout::Linear)
    return verifyTiles(op, name, parts, scaled, layout, rows);
  ArrayRef<int64_t> codes = getShape(parts[0]);
  if (codes.size() < 3)
    return op.emitOpError()
           << "expected " << name << " codes of rank 3 or more, but found "
           << codes.size();
  SmallVector<int64_t> shape(codes.drop_back());
  shape[shape.size() - 2] = rows;
  shape.back() = ShapedType::kDynamic;
  return verifyPacked(op, (name + Twine("'s")).str(), parts, scaled, shape);
}

LogicalResult PackedMatmulOp::verify() {
  ArrayRef<int64_t> shape = getShape(getInit());
  if (shape.size() < 2)
    return emitOpError() << "expected outs of rank 2 or more, but found "
                         << shape.size();
  if (!getAFormat() && !getBFormat())
    return emitOpError() << "expected a_format or b_format, but found two "
                            "float operands; use linalg.matmul";
  if (failed(verifyOperand(*this, "a", getA(), getAFormat(), getALayout(),
                           shape[shape.size() - 2])) ||
      failed(verifyOperand(*this, "b", getB(), getBFormat(), getBLayout(),
                           shape.back())))
    return failure();
  if (getAcc() &&
      failed(verifyShape(*this, "acc", getAcc(), shape, " as the outs have")))
    return failure();
  if (getAcc() && getElement(getAcc()) != getElement(getInit()))
    return emitOpError() << "expected acc of " << getElement(getInit())
                         << " as the outs are, but found "
                         << getElement(getAcc());
  if (getAcc() && getAlpha().convertToFloat() != 1.0f)
    return emitOpError() << "expected alpha 1 with acc, but found "
                         << getAlpha().convertToFloat()
                         << "; add after the product instead";
  return verifyDestination(*this, getInit());
}

void PackedMatmulOp::getEffects(Effects &effects) {
  getDestinationEffects(*this, effects);
}

LogicalResult
PackedMatmulOp::reifyResultShapes(OpBuilder &builder,
                                  ReifiedRankedShapedTypeDims &reified) {
  return reifyInits(*this, builder, reified);
}

//===----------------------------------------------------------------------===//
// mx.packed.relayout
//===----------------------------------------------------------------------===//

LogicalResult PackedRelayoutOp::verify() {
  if (failed(verifyDestination(*this, getInit())))
    return failure();
  if (getFrom() == getTo())
    return verifyShape(*this, "outs", getInit(), getShape(getInput()),
                       " as the input has");
  bool toTiles = getTo() != ScaleLayout::Linear;
  if (toTiles && getFrom() != ScaleLayout::Linear)
    return emitOpError() << "expected one side to be linear, but found "
                         << stringifyEnum(getFrom()) << " to "
                         << stringifyEnum(getTo());
  Value linear = toTiles ? getInput() : getInit();
  Value tiled = toTiles ? getInit() : getInput();
  ScaleLayout layout = toTiles ? getTo() : getFrom();
  if (getShape(linear).size() < 2)
    return emitOpError() << "expected linear bytes of rank 2 or more, but "
                            "found "
                         << getShape(linear).size();
  return verifyShape(
      *this, "tiles", tiled, getTiledShape(layout, getShape(linear)),
      layout == ScaleLayout::Tile128x4 ? " ([…, ceil(R/128), ceil(C/4), 512])"
                                       : " ([…, ceil(R/16), ceil(C/4), 64])");
}

void PackedRelayoutOp::getEffects(Effects &effects) {
  getDestinationEffects(*this, effects);
}

LogicalResult
PackedRelayoutOp::reifyResultShapes(OpBuilder &builder,
                                    ReifiedRankedShapedTypeDims &reified) {
  return reifyInits(*this, builder, reified);
}

namespace {
/// A relayout that changes nothing, or that undoes the one before it.
struct FoldRelayout : OpRewritePattern<PackedRelayoutOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PackedRelayoutOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getResult())
      return rewriter.notifyMatchFailure(op, "works on buffers");
    if (op.getFrom() == op.getTo()) {
      rewriter.replaceOp(op, op.getInput());
      return success();
    }
    auto before = op.getInput().getDefiningOp<PackedRelayoutOp>();
    // Tiles back to tiles would lose what padding bytes of other origin hold.
    if (!before || before.getFrom() != op.getTo() ||
        before.getTo() != op.getFrom() || op.getTo() != ScaleLayout::Linear ||
        before.getInput().getType() != op.getResult().getType())
      return rewriter.notifyMatchFailure(op, "does not undo another one");
    rewriter.replaceOp(op, before.getInput());
    return success();
  }
};
} // namespace

void PackedRelayoutOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                   MLIRContext *context) {
  patterns.add<FoldRelayout>(context);
}
