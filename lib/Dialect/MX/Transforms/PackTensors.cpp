//===- PackTensors.cpp - Tensor ops on packed values ----------------------===//
//
// empty, dim, cast, extract_slice, insert_slice, concat and pad of scaled
// tensors become the same on codes and scales. mx-verify-quantized has made
// sure that no slice divides a block.
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace mx {
namespace {

/// A pattern on one op whose `type` is that of a scaled tensor.
template <typename OpTy> struct ScaledPattern : OpConversionPattern<OpTy> {
  using OpConversionPattern<OpTy>::OpConversionPattern;
  using Adaptor = typename OpConversionPattern<OpTy>::OneToNOpAdaptor;

  LogicalResult
  matchAndRewrite(OpTy op, Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const final {
    auto type = dyn_cast<RankedTensorType>(getScaledValueType(op));
    if (!type || !getScaledElement(type))
      return rewriter.notifyMatchFailure(op, "not a block-scaled tensor");
    return rewrite(op, type, adaptor, rewriter);
  }

  static Type getScaledValueType(OpTy op) {
    return op->getNumOperands() && isa<tensor::DimOp>(op.getOperation())
               ? op->getOperand(0).getType()
               : op->getResult(0).getType();
  }

  virtual LogicalResult rewrite(OpTy op, RankedTensorType type, Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const = 0;
};

struct PackEmpty : ScaledPattern<tensor::EmptyOp> {
  using ScaledPattern::ScaledPattern;
  LogicalResult rewrite(tensor::EmptyOp op, RankedTensorType type, Adaptor,
                        ConversionPatternRewriter &rewriter) const final {
    Packed packed =
        createPackedEmpty(rewriter, op.getLoc(), type, op.getMixedSizes());
    rewriter.replaceOpWithMultiple(op, {packed.getParts()});
    return success();
  }
};

struct PackDim : ScaledPattern<tensor::DimOp> {
  using ScaledPattern::ScaledPattern;
  LogicalResult rewrite(tensor::DimOp op, RankedTensorType type,
                        Adaptor adaptor,
                        ConversionPatternRewriter &rewriter) const final {
    std::optional<int64_t> axis = op.getConstantIndex();
    if (!axis || *axis < 0 || *axis >= type.getRank())
      return rewriter.notifyMatchFailure(op, "the axis is not a constant");
    Packed packed(adaptor.getSource(), type);
    SmallVector<OpFoldResult> sizes =
        getLogicalSizes(rewriter, op.getLoc(), type, packed);
    rewriter.replaceOp(op, asValue(rewriter, op.getLoc(), sizes[*axis]));
    return success();
  }
};

SmallVector<Type> getPartTypes(const TypeConverter *converter, Type type) {
  SmallVector<Type> types;
  (void)converter->convertType(type, types);
  return types;
}

struct PackCast : ScaledPattern<tensor::CastOp> {
  using ScaledPattern::ScaledPattern;
  LogicalResult rewrite(tensor::CastOp op, RankedTensorType type,
                        Adaptor adaptor,
                        ConversionPatternRewriter &rewriter) const final {
    Location loc = op.getLoc();
    auto sourceType = cast<RankedTensorType>(op.getSource().getType());
    Packed source(adaptor.getSource(), sourceType), result = source;
    SmallVector<Type> types = getPartTypes(getTypeConverter(), type);
    result.codes =
        tensor::CastOp::create(rewriter, loc, types[0], source.codes);
    result.scale =
        tensor::CastOp::create(rewriter, loc, types[1], source.scale);
    result.extent = Value();
    int64_t axis = getBlockedAxis(type);
    if (type.isDynamicDim(axis))
      result.extent =
          asValue(rewriter, loc,
                  getLogicalSizes(rewriter, loc, sourceType, source)[axis]);
    rewriter.replaceOpWithMultiple(op, {result.getParts()});
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// A block-aligned region of a scaled tensor, on its codes and on its scales.
struct PackedRegion {
  SmallVector<OpFoldResult> codesOffsets, codesSizes;
  SmallVector<OpFoldResult> scaleOffsets, scaleSizes;
  SmallVector<OpFoldResult> codesStrides, scaleStrides;

  /// `type` and `codes` are those of the whole tensor.
  PackedRegion(OpBuilder &b, Location loc, RankedTensorType type, Value codes,
               SmallVector<OpFoldResult> offsets,
               SmallVector<OpFoldResult> sizes) {
    ScaledType format = getScaledElement(type);
    size_t last = offsets.size() - 1;
    if (format.isColumnWise()) {
      std::swap(offsets[last], offsets[last - 1]);
      std::swap(sizes[last], sizes[last - 1]);
    }
    format = getStoredFormat(format);
    divide(b, loc, offsets[last], sizes[last], format.getBlockCols());
    codesOffsets = offsets;
    codesSizes = sizes;
    codesOffsets.push_back(b.getIndexAttr(0));
    codesSizes.push_back(tensor::getMixedSize(b, loc, codes, last + 1));
    if (last > 0)
      divide(b, loc, offsets[last - 1], sizes[last - 1], format.getBlockRows());
    scaleOffsets = offsets;
    scaleSizes = sizes;
    codesStrides.assign(codesOffsets.size(), b.getIndexAttr(1));
    scaleStrides.assign(scaleOffsets.size(), b.getIndexAttr(1));
  }

private:
  /// From elements to blocks.
  static void divide(OpBuilder &b, Location loc, OpFoldResult &offset,
                     OpFoldResult &size, int64_t block) {
    size = ceilDiv(b, loc, size, block);
    offset = block == ScaledType::kFull ? OpFoldResult(b.getIndexAttr(0))
                                        : ceilDiv(b, loc, offset, block);
  }
};

struct PackExtractSlice : ScaledPattern<tensor::ExtractSliceOp> {
  using ScaledPattern::ScaledPattern;
  LogicalResult rewrite(tensor::ExtractSliceOp op, RankedTensorType type,
                        Adaptor adaptor,
                        ConversionPatternRewriter &rewriter) const final {
    Location loc = op.getLoc();
    RankedTensorType sourceType = op.getSourceType();
    Packed source(adaptor.getSource(), sourceType), result = source;
    PackedRegion region(rewriter, loc, sourceType, source.codes,
                        op.getMixedOffsets(), op.getMixedSizes());
    SmallVector<Type> types = getPartTypes(getTypeConverter(), type);
    result.codes = tensor::ExtractSliceOp::create(
        rewriter, loc, cast<RankedTensorType>(types[0]), source.codes,
        region.codesOffsets, region.codesSizes, region.codesStrides);
    result.scale = tensor::ExtractSliceOp::create(
        rewriter, loc, cast<RankedTensorType>(types[1]), source.scale,
        region.scaleOffsets, region.scaleSizes, region.scaleStrides);
    result.extent = Value();
    if (type.isDynamicDim(getBlockedAxis(type)))
      result.extent = asValue(rewriter, loc,
                              op.getMixedSizes()[getBlockedAxis(sourceType)]);
    rewriter.replaceOpWithMultiple(op, {result.getParts()});
    return success();
  }
};

/// Writes `source` into the region of `dest`. Parts of one tensor share its
/// tensor scale, so the written part's is the whole's.
Packed insertRegion(OpBuilder &b, Location loc, const Packed &source,
                    const Packed &dest, const PackedRegion &region) {
  Packed result = dest;
  result.codes = tensor::InsertSliceOp::create(
      b, loc, source.codes, dest.codes, region.codesOffsets, region.codesSizes,
      region.codesStrides);
  result.scale = tensor::InsertSliceOp::create(
      b, loc, source.scale, dest.scale, region.scaleOffsets, region.scaleSizes,
      region.scaleStrides);
  result.tensorScale = source.tensorScale;
  return result;
}

struct PackInsertSlice : ScaledPattern<tensor::InsertSliceOp> {
  using ScaledPattern::ScaledPattern;
  LogicalResult rewrite(tensor::InsertSliceOp op, RankedTensorType type,
                        Adaptor adaptor,
                        ConversionPatternRewriter &rewriter) const final {
    Packed source(adaptor.getSource(), op.getSourceType());
    Packed dest(adaptor.getDest(), type);
    PackedRegion region(rewriter, op.getLoc(), type, dest.codes,
                        op.getMixedOffsets(), op.getMixedSizes());
    Packed result = insertRegion(rewriter, op.getLoc(), source, dest, region);
    rewriter.replaceOpWithMultiple(op, {result.getParts()});
    return success();
  }
};

struct PackParallelInsertSlice
    : OpConversionPattern<tensor::ParallelInsertSliceOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(tensor::ParallelInsertSliceOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = op.getDestType();
    if (!getScaledElement(type))
      return rewriter.notifyMatchFailure(op, "not a block-scaled tensor");
    Location loc = op.getLoc();
    Packed source(adaptor.getSource(), op.getSourceType());
    Packed dest(adaptor.getDest(), type);
    // The region of the terminator holds nothing but insertions.
    rewriter.setInsertionPoint(op->getParentOp());
    PackedRegion region(rewriter, loc, type, dest.codes, op.getMixedOffsets(),
                        op.getMixedSizes());
    rewriter.setInsertionPoint(op);
    tensor::ParallelInsertSliceOp::create(
        rewriter, loc, source.codes, dest.codes, region.codesOffsets,
        region.codesSizes, region.codesStrides);
    tensor::ParallelInsertSliceOp::create(
        rewriter, loc, source.scale, dest.scale, region.scaleOffsets,
        region.scaleSizes, region.scaleStrides);
    if (source.tensorScale)
      tensor::ParallelInsertSliceOp::create(
          rewriter, loc, source.tensorScale, dest.tensorScale,
          ArrayRef<OpFoldResult>(), ArrayRef<OpFoldResult>(),
          ArrayRef<OpFoldResult>());
    rewriter.eraseOp(op);
    return success();
  }
};

struct PackConcat : ScaledPattern<tensor::ConcatOp> {
  using ScaledPattern::ScaledPattern;
  LogicalResult rewrite(tensor::ConcatOp op, RankedTensorType type,
                        Adaptor adaptor,
                        ConversionPatternRewriter &rewriter) const final {
    Location loc = op.getLoc();
    int64_t axis = op.getDim(), rank = type.getRank();
    SmallVector<Packed> inputs;
    SmallVector<OpFoldResult> sizes;
    OpFoldResult total = rewriter.getIndexAttr(0);
    SmallVector<OpFoldResult> starts;
    AffineExpr d0, d1;
    bindDims(op.getContext(), d0, d1);
    for (auto [input, parts] : llvm::zip(op.getInputs(), adaptor.getInputs())) {
      auto inputType = cast<RankedTensorType>(input.getType());
      inputs.emplace_back(parts, inputType);
      sizes = getLogicalSizes(rewriter, loc, inputType, inputs.back());
      starts.push_back(total);
      total = affine::makeComposedFoldedAffineApply(rewriter, loc, d0 + d1,
                                                    {total, sizes[axis]});
    }
    sizes[axis] = total;
    Packed result = createPackedEmpty(rewriter, loc, type, sizes);
    for (auto [input, packed, start] :
         llvm::zip(op.getInputs(), inputs, starts)) {
      SmallVector<OpFoldResult> offsets(rank, rewriter.getIndexAttr(0));
      offsets[axis] = start;
      PackedRegion region(
          rewriter, loc, type, result.codes, offsets,
          getLogicalSizes(rewriter, loc,
                          cast<RankedTensorType>(input.getType()), packed));
      result = insertRegion(rewriter, loc, packed, result, region);
    }
    rewriter.replaceOpWithMultiple(op, {result.getParts()});
    return success();
  }
};

/// Pads codes and scales with zero bytes: blocks of zeros.
struct PackPad : ScaledPattern<tensor::PadOp> {
  using ScaledPattern::ScaledPattern;
  LogicalResult rewrite(tensor::PadOp op, RankedTensorType type,
                        Adaptor adaptor,
                        ConversionPatternRewriter &rewriter) const final {
    Location loc = op.getLoc();
    RankedTensorType sourceType = op.getSourceType();
    Packed source(adaptor.getSource(), sourceType);
    SmallVector<OpFoldResult> inner =
        getLogicalSizes(rewriter, loc, sourceType, source);
    SmallVector<OpFoldResult> low = op.getMixedLowPad(), outer;
    AffineExpr d0, d1, d2;
    bindDims(op.getContext(), d0, d1, d2);
    for (auto [before, size, after] :
         llvm::zip(low, inner, op.getMixedHighPad()))
      outer.push_back(affine::makeComposedFoldedAffineApply(
          rewriter, loc, d0 + d1 + d2, {before, size, after}));
    Packed result = createPackedEmpty(rewriter, loc, type, outer);
    for (Value *part : {&result.codes, &result.scale}) {
      auto partType = cast<RankedTensorType>(part->getType());
      Value zero = arith::ConstantOp::create(
          rewriter, loc, rewriter.getZeroAttr(partType.getElementType()));
      *part = linalg::FillOp::create(rewriter, loc, zero, *part).getResult(0);
    }
    PackedRegion region(rewriter, loc, type, result.codes, low, inner);
    result = insertRegion(rewriter, loc, source, result, region);
    rewriter.replaceOpWithMultiple(op, {result.getParts()});
    return success();
  }
};

} // namespace

void populatePackTensors(const PackTypeConverter &converter,
                         RewritePatternSet &patterns) {
  patterns.add<PackEmpty, PackDim, PackCast, PackExtractSlice, PackInsertSlice,
               PackParallelInsertSlice, PackConcat, PackPad>(
      converter, patterns.getContext());
}

} // namespace mx
