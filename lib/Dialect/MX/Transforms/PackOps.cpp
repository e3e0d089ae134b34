//===- PackOps.cpp - Quantise, dequantise and multiply packed values ------===//
//
// mx.quantize, mx.dequantize, mx.matmul and mx.amax. What feeds a quantisation
// is folded into it afterwards (PackFusion.cpp).
//
//===----------------------------------------------------------------------===//

#include "Packing.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace mx {
namespace {

/// A [B, 1] format is that of the transposed source.
QuantizerAttr getQuantizer(QuantizeOp op) {
  ScaledType format = op.getFormat();
  return QuantizerAttr::get(
      op.getContext(), getStoredFormat(format), op.getEffectiveScaleRule(),
      op.getRounding(),
      Builder(op).getF32FloatAttr(op.getPrescale().convertToFloat()),
      op.getRandomBits(), op.getScaleMinNormal(), op.getStream(),
      /*transpose=*/format.isColumnWise(), /*padToGroup=*/false,
      /*hadamard=*/nullptr, /*signStream=*/0);
}

struct PackQuantize : OpConversionPattern<QuantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(QuantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    RankedTensorType type = op.getResult().getType();
    Packed packed = createPackedEmpty(
        rewriter, loc, type, tensor::getMixedSizes(rewriter, loc, input));
    SmallVector<Value> inits = packed.getParts();
    if (packed.extent)
      inits.pop_back();
    auto quantizer = cast<Attribute>(getQuantizer(op));
    auto quantize = PackedQuantizeOp::create(
        rewriter, loc, ValueRange(inits).getTypes(), input,
        adaptor.getTensorAmax(), adaptor.getSeed(), adaptor.getOrigin(),
        adaptor.getExtents(), inits, rewriter.getArrayAttr(quantizer));
    SmallVector<Value> parts(quantize.getResults());
    if (packed.extent)
      parts.push_back(packed.extent);
    rewriter.replaceOpWithMultiple(op, {parts});
    return success();
  }
};

struct PackDequantize : OpConversionPattern<DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(DequantizeOp op, OneToNOpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    RankedTensorType type = op.getInput().getType();
    RankedTensorType resultType = op.getResult().getType();
    ScaledType format = getScaledElement(type);
    Packed packed(adaptor.getInput(), type);
    Value init = createEmpty(rewriter, loc, resultType,
                             getLogicalSizes(rewriter, loc, type, packed));
    rewriter.replaceOpWithNewOp<PackedDequantizeOp>(
        op, resultType, packed.codes, packed.scale, packed.tensorScale, init,
        TypeAttr::get(getStoredFormat(format)),
        format.isColumnWise() ? rewriter.getUnitAttr() : UnitAttr());
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
    RankedTensorType type = op.getResult().getType();
    Value init = createEmpty(rewriter, loc, type,
                             getResultSizes(rewriter, loc, op, a, b));
    bool staticB = isa<Attribute>(b.sizes.back());
    Value k = asValue(rewriter, loc, (staticB ? b : a).sizes.back());
    Value acc = op.getAcc() ? adaptor.getAcc().front() : Value();
    rewriter.replaceOpWithNewOp<PackedMatmulOp>(
        op, type, a.values, b.values, k, acc, init, a.format, b.format,
        op.getAlphaAttr(), op.getAccumulateAttr(), ScaleLayoutAttr(),
        ScaleLayoutAttr());
    return success();
  }

  /// [batch…, M, N]; a dynamic batch extent is the larger of the operands'.
  static SmallVector<OpFoldResult> getResultSizes(OpBuilder &b, Location loc,
                                                  MatmulOp op,
                                                  const PackedOperand &lhs,
                                                  const PackedOperand &rhs) {
    RankedTensorType type = op.getResult().getType();
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
      OpFoldResult left = batchSize(lhs.sizes, axis);
      OpFoldResult right = batchSize(rhs.sizes, axis);
      AffineMap both = AffineMap::getMultiDimIdentityMap(2, b.getContext());
      // Equal to 1 or to the other: the larger is the result's. A single
      // dynamic extent against a 1 needs no maximum.
      if (isConstantIntValue(left, 1))
        sizes.push_back(right);
      else if (isConstantIntValue(right, 1))
        sizes.push_back(left);
      else
        sizes.push_back(
            affine::makeComposedFoldedAffineMax(b, loc, both, {left, right}));
    }
    sizes.push_back(lhs.sizes[lhs.sizes.size() - 2]);
    sizes.push_back(rhs.sizes[rhs.sizes.size() - 2]);
    return sizes;
  }
};

/// max over the bits of |x|, which order like the magnitudes; Inf and NaN,
/// whose bits are the largest, count as 0. Integers, so that no target's float
/// maximum, fast-math flag or flush-to-zero can change it.
struct PackAmax : OpConversionPattern<AmaxOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(AmaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    int64_t rank = op.getInput().getType().getRank();
    Type f32 = rewriter.getF32Type(), i32 = rewriter.getI32Type();
    Value zero = arith::ConstantOp::create(rewriter, loc,
                                           rewriter.getF32FloatAttr(0.0f));
    Value empty =
        tensor::EmptyOp::create(rewriter, loc, ArrayRef<OpFoldResult>(), f32);
    Value init =
        linalg::FillOp::create(rewriter, loc, zero, empty).getResult(0);
    MLIRContext *context = op.getContext();
    AffineMap all = AffineMap::getMultiDimIdentityMap(rank, context);
    AffineMap scalar = AffineMap::get(rank, 0, context);
    SmallVector<utils::IteratorType> loops(rank,
                                           utils::IteratorType::reduction);
    auto reduce = linalg::GenericOp::create(
        rewriter, loc, init.getType(), input, init, ArrayRef{all, scalar},
        loops, [&](OpBuilder &b, Location loc, ValueRange args) {
          auto constant = [&](int64_t value) -> Value {
            return arith::ConstantOp::create(b, loc,
                                             b.getI32IntegerAttr(value));
          };
          Value wide = args[0];
          if (wide.getType() != f32)
            wide = arith::ExtFOp::create(b, loc, f32, wide);
          Value bits = arith::BitcastOp::create(b, loc, i32, wide);
          Value magnitude =
              arith::AndIOp::create(b, loc, bits, constant(0x7fffffff));
          Value finite =
              arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                    magnitude, constant(0x7f800000));
          Value counted =
              arith::SelectOp::create(b, loc, finite, magnitude, constant(0));
          Value sofar = arith::BitcastOp::create(b, loc, i32, args[1]);
          Value larger = arith::MaxUIOp::create(b, loc, sofar, counted);
          Value result = arith::BitcastOp::create(b, loc, f32, larger);
          linalg::YieldOp::create(b, loc, result);
        });
    rewriter.replaceOp(op, reduce.getResults());
    return success();
  }
};

} // namespace

void populatePackOps(const PackTypeConverter &converter,
                     RewritePatternSet &patterns) {
  patterns.add<PackQuantize, PackDequantize, PackMatmul, PackAmax>(
      converter, patterns.getContext());
}

} // namespace mx
