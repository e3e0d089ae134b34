//===- PackAssemble.cpp - The doors between bytes and scaled tensors ------===//
//
// mx.assemble and mx.disassemble: packed bytes pass as they are, codes that
// stand one an element are packed or unpacked (PackCodes.cpp). mx.transpose:
// [B] and [B, 1] share their bytes, so only tiles move theirs.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace mx {

Value castElements(OpBuilder &b, Location loc, Value tensor, Type to) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Type from = type.getElementType();
  if (from == to)
    return tensor;
  Value init = createEmpty(b, loc, type.clone(to),
                           tensor::getMixedSizes(b, loc, tensor));
  AffineMap map = b.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  unsigned width = to.getIntOrFloatBitWidth();
  Type bits = b.getIntegerType(width);
  auto generic = linalg::GenericOp::create(
      b, loc, init.getType(), tensor, init, ArrayRef{map, map}, loops,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        Value value = args[0];
        unsigned fromWidth = from.getIntOrFloatBitWidth();
        if (!isa<IntegerType>(from))
          value = arith::BitcastOp::create(b, loc, b.getIntegerType(fromWidth),
                                           value);
        if (fromWidth > width)
          value = arith::TruncIOp::create(b, loc, bits, value);
        if (fromWidth < width)
          value = arith::ExtUIOp::create(b, loc, bits, value);
        if (bits != to)
          value = arith::BitcastOp::create(b, loc, to, value);
        linalg::YieldOp::create(b, loc, value);
      });
  return generic.getResult(0);
}

Value transposeLastTwo(OpBuilder &b, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> permutation =
      llvm::to_vector(llvm::seq<int64_t>(type.getRank()));
  std::swap(permutation[permutation.size() - 1],
            permutation[permutation.size() - 2]);
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, tensor);
  std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  std::swap(sizes[sizes.size() - 1], sizes[sizes.size() - 2]);
  Value init = createEmpty(
      b, loc, RankedTensorType::get(shape, type.getElementType()), sizes);
  return linalg::TransposeOp::create(b, loc, tensor, init, permutation)
      ->getResult(0);
}

/// The tensor whose last axis the blocks divide: the transpose for [B, 1].
static RankedTensorType getStoredType(RankedTensorType type) {
  ScaledType format = getScaledElement(type);
  SmallVector<int64_t> shape(type.getShape());
  if (format.isColumnWise())
    std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  return RankedTensorType::get(shape, getStoredFormat(format));
}

namespace {

struct PackAssemble : OpConversionPattern<AssembleOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(AssembleOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = op.getResult().getType();
    ScaledType format = getScaledElement(type);
    Packed packed;
    packed.codes = adaptor.getCodes().front();
    auto codesType = cast<RankedTensorType>(packed.codes.getType());
    OpFoldResult extent;
    if (op.getK())
      extent = adaptor.getK().front();
    if (codesType.getRank() == type.getRank()) {
      if (format.isColumnWise())
        packed.codes = transposeLastTwo(rewriter, loc, packed.codes);
      RankedTensorType stored = getStoredType(type);
      SmallVector<OpFoldResult> sizes =
          tensor::getMixedSizes(rewriter, loc, packed.codes);
      extent = sizes.back();
      packed.codes = castElements(rewriter, loc, packed.codes,
                                  getCodeStorageType(format.getElement()));
      packed.codes = packCodes(rewriter, loc, stored, sizes, packed.codes);
    }
    packed.scale = castElements(rewriter, loc, adaptor.getScale().front(),
                                getScaleStorageType(format));
    if (op.getTensorScale())
      packed.tensorScale = adaptor.getTensorScale().front();
    if (type.isDynamicDim(getBlockedAxis(type))) {
      if (!extent)
        return rewriter.notifyMatchFailure(op, "the extent is missing");
      packed.extent = asValue(rewriter, loc, extent);
    }
    SmallVector<Value> parts = packed.getParts();
    SmallVector<Type> types;
    (void)getTypeConverter()->convertType(type, types);
    for (auto [part, partType] : llvm::zip(parts, types))
      if (part.getType() != partType)
        part = tensor::CastOp::create(rewriter, loc, partType, part);
    rewriter.replaceOpWithMultiple(op, {parts});
    return success();
  }
};

struct PackDisassemble : OpConversionPattern<DisassembleOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(DisassembleOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = op.getInput().getType();
    Packed packed(adaptor.getInput(), type);
    auto codesType = cast<RankedTensorType>(
        getTypeConverter()->convertType(op.getCodes().getType()));
    auto scaleType = cast<RankedTensorType>(
        getTypeConverter()->convertType(op.getScale().getType()));
    Value codes = packed.codes;
    if (codesType.getRank() == type.getRank()) {
      SmallVector<OpFoldResult> sizes =
          getLogicalSizes(rewriter, loc, type, packed);
      if (getScaledElement(type).isColumnWise())
        std::swap(sizes[sizes.size() - 1], sizes[sizes.size() - 2]);
      codes = unpackCodes(rewriter, loc, getStoredType(type), sizes, codes);
      if (getScaledElement(type).isColumnWise())
        codes = transposeLastTwo(rewriter, loc, codes);
      codes = castElements(rewriter, loc, codes, codesType.getElementType());
    }
    Value scale =
        castElements(rewriter, loc, packed.scale, scaleType.getElementType());
    auto match = [&](Value value, Type wanted) -> Value {
      if (value.getType() == wanted)
        return value;
      return tensor::CastOp::create(rewriter, loc, wanted, value);
    };
    SmallVector<Value> results = {match(codes, codesType),
                                  match(scale, scaleType)};
    if (op.getTensorScale())
      results.push_back(packed.tensorScale);
    rewriter.replaceOp(op, results);
    return success();
  }
};

struct PackTranspose : OpConversionPattern<TransposeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(TransposeOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = op.getInput().getType();
    ScaledType format = getScaledElement(type);
    if (format.isColumnWise() || format.getTransposed().isColumnWise()) {
      rewriter.replaceOpWithMultiple(op, {adaptor.getInput()});
      return success();
    }
    Location loc = op.getLoc();
    Packed packed(adaptor.getInput(), type), result = packed;
    RankedTensorType resultType = op.getResult().getType();
    SmallVector<OpFoldResult> sizes =
        getLogicalSizes(rewriter, loc, type, packed);
    Value codes = unpackCodes(rewriter, loc, type, sizes, packed.codes);
    codes = transposeLastTwo(rewriter, loc, codes);
    std::swap(sizes[sizes.size() - 1], sizes[sizes.size() - 2]);
    result.codes = packCodes(rewriter, loc, resultType, sizes, codes);
    result.scale = transposeLastTwo(rewriter, loc, packed.scale);
    result.extent = Value();
    if (ShapedType::isDynamic(resultType.getShape().back()))
      result.extent = asValue(rewriter, loc, sizes.back());
    rewriter.replaceOpWithMultiple(op, {result.getParts()});
    return success();
  }
};

} // namespace

void populatePackAssemble(const PackTypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<PackAssemble, PackDisassemble, PackTranspose>(
      converter, patterns.getContext());
}

} // namespace mx
