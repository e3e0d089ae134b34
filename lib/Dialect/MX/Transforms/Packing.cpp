//===- Packing.cpp - Types and shapes of packed values --------------------===//
//
// `tensor<… x !mx.scaled>` becomes codes, scale[, tensor scale] and, where the
// blocked axis is dynamic, an index that holds its logical extent: the number
// of blocks alone does not say where the last one ends.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

namespace mx {

ScaledType getScaledElement(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? dyn_cast<ScaledType>(tensor.getElementType()) : ScaledType();
}

MiniFloatType getMiniFloatElement(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? dyn_cast<MiniFloatType>(shaped.getElementType())
                : MiniFloatType();
}

int64_t getBlockedAxis(RankedTensorType type) {
  bool columnWise = getScaledElement(type).isColumnWise();
  return type.getRank() - (columnWise ? 2 : 1);
}

ScaledType getStoredFormat(ScaledType format) {
  return format.isColumnWise() ? format.getTransposed() : format;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static void appendPackedTypes(RankedTensorType type,
                              SmallVectorImpl<Type> &types) {
  ScaledType format = getScaledElement(type);
  MLIRContext *context = type.getContext();
  types.push_back(
      RankedTensorType::get(getPackedCodesShape(format, type.getShape()),
                            IntegerType::get(context, 8)));
  types.push_back(
      RankedTensorType::get(getPackedScaleShape(format, type.getShape()),
                            getScaleStorageType(format)));
  if (format.getHasTensorScale())
    types.push_back(RankedTensorType::get({}, Float32Type::get(context)));
  if (type.isDynamicDim(getBlockedAxis(type)))
    types.push_back(IndexType::get(context));
}

PackTypeConverter::PackTypeConverter() {
  addConversion([](Type type) { return type; });
  addConversion(
      [](MiniFloatType type) -> Type { return getCodeStorageType(type); });
  addConversion([](ShapedType type) -> std::optional<Type> {
    MiniFloatType element = getMiniFloatElement(type);
    if (!element)
      return std::nullopt;
    return type.clone(getCodeStorageType(element));
  });
  addConversion(
      [](RankedTensorType type,
         SmallVectorImpl<Type> &types) -> std::optional<LogicalResult> {
        if (!getScaledElement(type))
          return std::nullopt;
        appendPackedTypes(type, types);
        return success();
      });
}

Packed::Packed(ValueRange parts, RankedTensorType type) {
  codes = parts[0];
  scale = parts[1];
  if (getScaledElement(type).getHasTensorScale())
    tensorScale = parts[2];
  if (type.isDynamicDim(getBlockedAxis(type)))
    extent = parts.back();
}

SmallVector<Value> Packed::getParts() const {
  SmallVector<Value> parts = {codes, scale};
  for (Value part : {tensorScale, extent})
    if (part)
      parts.push_back(part);
  return parts;
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

Value asValue(OpBuilder &b, Location loc, OpFoldResult extent) {
  return getValueOrCreateConstantIndexOp(b, loc, extent);
}

OpFoldResult ceilDiv(OpBuilder &b, Location loc, OpFoldResult extent,
                     int64_t block) {
  if (block == ScaledType::kFull)
    return b.getIndexAttr(1);
  AffineExpr d0 = b.getAffineDimExpr(0);
  return affine::makeComposedFoldedAffineApply(b, loc, d0.ceilDiv(block),
                                               {extent});
}

/// Bytes of a `full` block of K codes: ceil(K·bits / 8), or K·bytes.
static OpFoldResult getFullBlockBytes(OpBuilder &b, Location loc,
                                      OpFoldResult k,
                                      contract::FloatFormat element) {
  AffineExpr d0 = b.getAffineDimExpr(0);
  int64_t bits = element.bits();
  AffineExpr bytes = bits == 4 || bits == 6 ? (d0 * bits).ceilDiv(8)
                                            : d0 * (bits <= 8 ? 1 : 2);
  return affine::makeComposedFoldedAffineApply(b, loc, bytes, {k});
}

Value createEmpty(OpBuilder &b, Location loc, RankedTensorType type,
                  ArrayRef<OpFoldResult> sizes) {
  SmallVector<Value> dynamic;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    if (type.isDynamicDim(axis))
      dynamic.push_back(asValue(b, loc, sizes[axis]));
  return tensor::EmptyOp::create(b, loc, type, dynamic);
}

SmallVector<Value> createInits(OpBuilder &b, Location loc,
                               RankedTensorType type,
                               ArrayRef<OpFoldResult> sizes) {
  ScaledType format = getScaledElement(type);
  SmallVector<OpFoldResult> codes(sizes);
  if (format.isColumnWise())
    std::swap(codes[codes.size() - 1], codes[codes.size() - 2]);
  ScaledType stored = getStoredFormat(format);
  SmallVector<Type> types;
  appendPackedTypes(type, types);
  OpFoldResult k = codes.back();
  codes.back() = ceilDiv(b, loc, k, stored.getBlockCols());
  SmallVector<OpFoldResult> scale(codes);
  if (scale.size() > 1) {
    OpFoldResult &rows = scale[scale.size() - 2];
    rows = ceilDiv(b, loc, rows, stored.getBlockRows());
  }
  auto codesType = cast<RankedTensorType>(types[0]);
  bool dynamicBytes = codesType.isDynamicDim(codesType.getRank() - 1);
  codes.push_back(
      dynamicBytes
          ? getFullBlockBytes(b, loc, k, mx::getScaledFormat(format).element)
          : b.getIndexAttr(codesType.getShape().back()));
  SmallVector<Value> inits = {
      createEmpty(b, loc, codesType, codes),
      createEmpty(b, loc, cast<RankedTensorType>(types[1]), scale)};
  if (format.getHasTensorScale())
    inits.push_back(createEmpty(b, loc, cast<RankedTensorType>(types[2]), {}));
  return inits;
}

Packed createPackedEmpty(OpBuilder &b, Location loc, RankedTensorType type,
                         ArrayRef<OpFoldResult> sizes) {
  SmallVector<Value> parts = createInits(b, loc, type, sizes);
  int64_t axis = getBlockedAxis(type);
  if (type.isDynamicDim(axis))
    parts.push_back(asValue(b, loc, sizes[axis]));
  return Packed(parts, type);
}

SmallVector<OpFoldResult> getLogicalSizes(OpBuilder &b, Location loc,
                                          RankedTensorType type,
                                          const Packed &packed) {
  SmallVector<OpFoldResult> sizes;
  int64_t rank = type.getRank(), blocked = getBlockedAxis(type);
  for (int64_t axis = 0; axis < rank; ++axis) {
    if (!type.isDynamicDim(axis)) {
      sizes.push_back(b.getIndexAttr(type.getDimSize(axis)));
      continue;
    }
    if (axis == blocked) {
      sizes.push_back(packed.extent);
      continue;
    }
    // Where the transpose is stored, the rows of the bytes are the last axis.
    bool swapped = blocked != rank - 1 && axis == rank - 1;
    sizes.push_back(
        tensor::DimOp::create(b, loc, packed.codes, swapped ? rank - 2 : axis)
            .getResult());
  }
  return sizes;
}

} // namespace mx
