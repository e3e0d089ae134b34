//===- Pack.cpp - From block-scaled tensors to packed bytes ---------------===//
//
// mx-pack: a 1:N type conversion of `tensor<… x !mx.scaled>` into codes, scales,
// a tensor scale and a logical extent, through functions, calls and control
// flow, before bufferization. What stands before a quantisation is fused into
// it afterwards (PackFusion.cpp).
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Dialect/MX/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/ControlFlow/Transforms/StructuralTypeConversions.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXPACK
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

ScaledType getScaledElement(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? dyn_cast<ScaledType>(tensor.getElementType()) : ScaledType();
}

/// The axis that blocks of columns divide, in the logical tensor.
int64_t getBlockedAxis(RankedTensorType type) {
  bool columnWise = getScaledElement(type).isColumnWise();
  return type.getRank() - (columnWise ? 2 : 1);
}

/// The types that a scaled tensor becomes.
void appendPackedTypes(RankedTensorType type, SmallVectorImpl<Type> &types) {
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

struct PackTypeConverter : TypeConverter {
  PackTypeConverter() {
    addConversion([](Type type) { return type; });
    addConversion([](RankedTensorType type, SmallVectorImpl<Type> &types)
                      -> std::optional<LogicalResult> {
      if (!getScaledElement(type))
        return std::nullopt;
      appendPackedTypes(type, types);
      return success();
    });
  }
};

/// The parts of one packed value.
struct Packed {
  Value codes, scale, tensorScale, extent;

  Packed(ValueRange parts, RankedTensorType type) {
    codes = parts[0];
    scale = parts[1];
    if (getScaledElement(type).getHasTensorScale())
      tensorScale = parts[2];
    if (type.isDynamicDim(getBlockedAxis(type)))
      extent = parts.back();
  }
};

//===----------------------------------------------------------------------===//
// Shapes of packed values
//===----------------------------------------------------------------------===//

/// ceil(extent / block) as an index value or attribute.
OpFoldResult ceilDiv(OpBuilder &b, Location loc, OpFoldResult extent,
                     int64_t block) {
  if (block == ScaledType::kFull)
    return b.getIndexAttr(1);
  AffineExpr d0 = b.getAffineDimExpr(0);
  return affine::makeComposedFoldedAffineApply(b, loc, d0.ceilDiv(block),
                                               {extent});
}

/// Bytes of the codes of `full` blocks: ceil(K·bits / 8), or K·bytes.
OpFoldResult packedBytes(OpBuilder &b, Location loc, OpFoldResult k,
                         contract::FloatFormat element) {
  AffineExpr d0 = b.getAffineDimExpr(0);
  int64_t bits = element.bits();
  AffineExpr bytes = bits == 4 || bits == 6 ? (d0 * bits).ceilDiv(8)
                                            : d0 * (bits <= 8 ? 1 : 2);
  return affine::makeComposedFoldedAffineApply(b, loc, bytes, {k});
}

/// Empty tensors for the packed form of a tensor of `sizes`.
SmallVector<Value> createInits(OpBuilder &b, Location loc, ScaledType format,
                               SmallVector<OpFoldResult> sizes) {
  if (format.isColumnWise()) {
    std::swap(sizes[sizes.size() - 1], sizes[sizes.size() - 2]);
    format = format.getTransposed();
  }
  contract::ScaledFormat layout = getScaledFormat(format);
  OpFoldResult k = sizes.back();
  SmallVector<OpFoldResult> codes(sizes), scale(sizes);
  codes.back() = scale.back() = ceilDiv(b, loc, k, format.getBlockCols());
  codes.push_back(format.getBlockCols() == ScaledType::kFull
                      ? packedBytes(b, loc, k, layout.element)
                      : OpFoldResult(b.getIndexAttr(layout.bytesPerBlock(0))));
  if (scale.size() > 1) {
    OpFoldResult &rows = scale[scale.size() - 2];
    rows = ceilDiv(b, loc, rows, format.getBlockRows());
  }
  SmallVector<Value> inits;
  inits.push_back(tensor::EmptyOp::create(b, loc, codes, b.getI8Type()));
  inits.push_back(
      tensor::EmptyOp::create(b, loc, scale, getScaleStorageType(format)));
  if (format.getHasTensorScale())
    inits.push_back(tensor::EmptyOp::create(b, loc, ArrayRef<OpFoldResult>(),
                                            b.getF32Type()));
  return inits;
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

QuantizerAttr getQuantizer(QuantizeOp op) {
  ScaledType format = op.getFormat();
  bool transpose = format.isColumnWise();
  return QuantizerAttr::get(
      op.getContext(), transpose ? format.getTransposed() : format,
      op.getEffectiveScaleRule(), op.getRounding(),
      Builder(op).getF32FloatAttr(op.getPrescale().convertToFloat()),
      op.getRandomBits(), op.getScaleMinNormal(), op.getStream(), transpose,
      /*padToGroup=*/false, /*hadamard=*/nullptr, /*signStream=*/0);
}

/// The logical extent that goes with a packed value, if its axis is dynamic.
void appendExtent(OpBuilder &b, Location loc, RankedTensorType type,
                  Value source, SmallVectorImpl<Value> &parts) {
  int64_t axis = getBlockedAxis(type);
  if (type.isDynamicDim(axis))
    parts.push_back(tensor::DimOp::create(b, loc, source, axis));
}

struct PackQuantize : OpConversionPattern<QuantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(QuantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    SmallVector<Value> inits =
        createInits(rewriter, loc, op.getFormat(),
                    tensor::getMixedSizes(rewriter, loc, input));
    auto quantizer = cast<Attribute>(getQuantizer(op));
    auto packed = PackedQuantizeOp::create(
        rewriter, loc, ValueRange(inits).getTypes(), input,
        adaptor.getTensorAmax(), adaptor.getSeed(), adaptor.getOrigin(),
        adaptor.getExtents(), inits, rewriter.getArrayAttr(quantizer));
    SmallVector<Value> parts(packed.getResults());
    appendExtent(rewriter, loc, op.getResult().getType(), input, parts);
    rewriter.replaceOpWithMultiple(op, {parts});
    return success();
  }
};

/// The sizes of the logical tensor behind a packed value.
SmallVector<OpFoldResult> getLogicalSizes(OpBuilder &b, Location loc,
                                          RankedTensorType type,
                                          const Packed &packed) {
  SmallVector<OpFoldResult> sizes;
  int64_t rank = type.getRank(), blocked = getBlockedAxis(type);
  bool swapped = blocked != rank - 1;
  for (int64_t axis = 0; axis < rank; ++axis) {
    if (!type.isDynamicDim(axis)) {
      sizes.push_back(b.getIndexAttr(type.getDimSize(axis)));
      continue;
    }
    if (axis == blocked) {
      sizes.push_back(packed.extent);
      continue;
    }
    int64_t stored = swapped && axis == rank - 1 ? rank - 2 : axis;
    sizes.push_back(
        tensor::DimOp::create(b, loc, packed.codes, stored).getResult());
  }
  return sizes;
}

struct PackDequantize : OpConversionPattern<DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(DequantizeOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = op.getInput().getType();
    ScaledType format = getScaledElement(type);
    bool transpose = format.isColumnWise();
    Packed packed(adaptor.getInput(), type);
    auto resultType = op.getResult().getType();
    Value init = tensor::EmptyOp::create(
        rewriter, loc, getLogicalSizes(rewriter, loc, type, packed),
        resultType.getElementType());
    rewriter.replaceOpWithNewOp<PackedDequantizeOp>(
        op, resultType, packed.codes, packed.scale, packed.tensorScale, init,
        TypeAttr::get(transpose ? format.getTransposed() : format),
        transpose ? rewriter.getUnitAttr() : UnitAttr());
    return success();
  }
};

/// One operand of a product in packed form.
struct PackedOperand {
  SmallVector<Value> values;
  TypeAttr format;
  SmallVector<OpFoldResult> sizes;

  PackedOperand(OpBuilder &b, Location loc, Value source, ValueRange parts) {
    auto type = cast<RankedTensorType>(source.getType());
    ScaledType scaled = getScaledElement(type);
    if (!scaled) {
      values.push_back(parts.front());
      sizes = tensor::getMixedSizes(b, loc, parts.front());
      return;
    }
    Packed packed(parts, type);
    values = {packed.codes, packed.scale};
    if (packed.tensorScale)
      values.push_back(packed.tensorScale);
    format = TypeAttr::get(scaled);
    sizes = getLogicalSizes(b, loc, type, packed);
  }
};

struct PackMatmul : OpConversionPattern<MatmulOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MatmulOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    PackedOperand a(rewriter, loc, op.getA(), adaptor.getA());
    PackedOperand b(rewriter, loc, op.getB(), adaptor.getB());
    auto resultType = op.getResult().getType();
    SmallVector<OpFoldResult> sizes =
        getResultSizes(rewriter, loc, op, a, b);
    Value init = tensor::EmptyOp::create(rewriter, loc, sizes,
                                         resultType.getElementType());
    Value k = getValueOrCreateConstantIndexOp(rewriter, loc, a.sizes.back());
    Value acc = op.getAcc() ? adaptor.getAcc().front() : Value();
    rewriter.replaceOpWithNewOp<PackedMatmulOp>(
        op, resultType, a.values, b.values, k, acc, init, a.format, b.format,
        op.getAlphaAttr(), op.getAccumulateAttr());
    return success();
  }

  /// [batch…, M, N]; a dynamic batch extent is the larger of the operands'.
  static SmallVector<OpFoldResult>
  getResultSizes(OpBuilder &b, Location loc, MatmulOp op,
                 const PackedOperand &lhs, const PackedOperand &rhs) {
    auto type = op.getResult().getType();
    int64_t rank = type.getRank();
    SmallVector<OpFoldResult> sizes;
    auto batchSize = [&](ArrayRef<OpFoldResult> from, int64_t axis) {
      int64_t index = axis - (rank - int64_t(from.size()));
      return index < 0 ? OpFoldResult(b.getIndexAttr(1)) : from[index];
    };
    for (int64_t axis = 0; axis < rank - 2; ++axis) {
      if (!type.isDynamicDim(axis)) {
        sizes.push_back(b.getIndexAttr(type.getDimSize(axis)));
        continue;
      }
      AffineMap both = AffineMap::getMultiDimIdentityMap(2, b.getContext());
      sizes.push_back(affine::makeComposedFoldedAffineMax(
          b, loc, both, {batchSize(lhs.sizes, axis), batchSize(rhs.sizes, axis)}));
    }
    sizes.push_back(lhs.sizes[lhs.sizes.size() - 2]);
    sizes.push_back(rhs.sizes[rhs.sizes.size() - 2]);
    return sizes;
  }
};

/// [32] and [32, 1] store the same bytes; a tile moves.
struct PackTranspose : OpConversionPattern<TransposeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(TransposeOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ScaledType format = getScaledElement(op.getInput().getType());
    if (!format.isColumnWise() && !format.getTransposed().isColumnWise())
      return rewriter.notifyMatchFailure(op, "a tile's bytes would move");
    rewriter.replaceOpWithMultiple(op, {adaptor.getInput()});
    return success();
  }
};

struct PackSelect : OpConversionPattern<arith::SelectOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(arith::SelectOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Value> parts;
    for (auto [yes, no] :
         llvm::zip(adaptor.getTrueValue(), adaptor.getFalseValue()))
      parts.push_back(arith::SelectOp::create(
          rewriter, op.getLoc(), adaptor.getCondition().front(), yes, no));
    rewriter.replaceOpWithMultiple(op, {parts});
    return success();
  }
};

struct PackEmpty : OpConversionPattern<tensor::EmptyOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(tensor::EmptyOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    SmallVector<OpFoldResult> sizes = op.getMixedSizes();
    SmallVector<Value> parts = createInits(rewriter, op.getLoc(),
                                           getScaledElement(type), sizes);
    int64_t axis = getBlockedAxis(type);
    if (type.isDynamicDim(axis))
      parts.push_back(getValueOrCreateConstantIndexOp(rewriter, op.getLoc(),
                                                      sizes[axis]));
    rewriter.replaceOpWithMultiple(op, {parts});
    return success();
  }
};

struct PackDim : OpConversionPattern<tensor::DimOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(tensor::DimOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    std::optional<int64_t> axis = op.getConstantIndex();
    if (!axis)
      return rewriter.notifyMatchFailure(op, "the axis is not constant");
    auto type = cast<RankedTensorType>(op.getSource().getType());
    Packed packed(adaptor.getSource(), type);
    SmallVector<OpFoldResult> sizes =
        getLogicalSizes(rewriter, op.getLoc(), type, packed);
    rewriter.replaceOp(op, getValueOrCreateConstantIndexOp(
                               rewriter, op.getLoc(), sizes[*axis]));
    return success();
  }
};

struct Pack : impl::MXPackBase<Pack> {
  void runOnOperation() final {
    PackTypeConverter converter;
    ConversionTarget target(getContext());
    RewritePatternSet patterns(&getContext());
    target.markUnknownOpDynamicallyLegal(
        [&](Operation *op) { return converter.isLegal(op); });
    target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp function) {
      return converter.isSignatureLegal(function.getFunctionType()) &&
             converter.isLegal(&function.getBody());
    });
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                   converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    populateCallOpTypeConversionPattern(patterns, converter);
    scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                         target);
    cf::populateCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                       target);
    patterns.add<PackQuantize, PackDequantize, PackMatmul, PackTranspose,
                 PackSelect, PackEmpty, PackDim>(converter, &getContext());
    if (failed(applyFullConversion(getOperation(), target,
                                   std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mx
