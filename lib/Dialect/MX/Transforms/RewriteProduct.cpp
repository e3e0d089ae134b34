//===- RewriteProduct.cpp - One product in block-scaled form --------------===//
//
// The operands are brought to [batch…, rows, K] on floats, where row and K
// flatten the source's loops in its iterator order, row-major, alike for both
// operands; the result goes back the same way.
//
//===----------------------------------------------------------------------===//

#include "RewriteProduct.h"

#include "ClipMask.h"
#include "WeightAverage.h"

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mx/Dialect/MX/Transforms/Layout.h"
#include "mx/Interfaces/ProductOpInterface.h"

using namespace mlir;

namespace mx {
namespace {

RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Batch axes by themselves, then two groups of the given lengths.
SmallVector<ReassociationIndices> getGroups(size_t batch, size_t rows,
                                            size_t columns) {
  SmallVector<ReassociationIndices> groups;
  int64_t axis = 0;
  for (size_t i = 0; i < batch; ++i)
    groups.push_back({axis++});
  for (size_t length : {rows, columns}) {
    ReassociationIndices &group = groups.emplace_back();
    for (size_t i = 0; i < length; ++i)
      group.push_back(axis++);
  }
  return groups;
}

/// Builds one rewritten product.
class ProductBuilder {
public:
  ProductBuilder(RewriterBase &rewriter, const Contraction &contraction,
                 const ProductRewrite &rewrite)
      : b(rewriter), loc(contraction.op->getLoc()), contraction(contraction),
        rewrite(rewrite) {}

  Value build(SavedOperands *saved) {
    Value a = toMatrix(contraction.getLhs(), contraction.lhsMap, contraction.m);
    Value c = toMatrix(contraction.getRhs(), contraction.rhsMap, contraction.n);
    a = transform(a);
    Value left = quantize(
        a, rewrite.lhs, 2 * rewrite.number,
        toAverage(rewrite.lhsAverage, contraction.lhsMap, contraction.m));
    c = transform(c);
    Value right = quantize(
        c, rewrite.rhs, 2 * rewrite.number + 1,
        toAverage(rewrite.rhsAverage, contraction.rhsMap, contraction.n));
    if (saved)
      *saved = {save(a, left, rewrite.lhs, contraction.getLhs(),
                     contraction.lhsMap, contraction.m),
                save(c, right, rewrite.rhs, contraction.getRhs(),
                     contraction.rhsMap, contraction.n)};
    Value product = returnGradient(multiply(left, right));
    product = accumulateInto(toResult(product));
    if (auto op = dyn_cast<ProductOpInterface>(contraction.op))
      return op.finishProduct(b, product);
    return product;
  }

private:
  /// [batch…, rows…, k…] by transposition, then [batch…, rows, k].
  Value toMatrix(Value operand, AffineMap map, ArrayRef<unsigned> rows) {
    SmallVector<unsigned> loops(contraction.batch);
    llvm::append_range(loops, rows);
    llvm::append_range(loops, contraction.k);
    SmallVector<int64_t> permutation;
    for (unsigned loop : loops)
      permutation.push_back(*map.getResultPosition(b.getAffineDimExpr(loop)));
    Value matrix = transposeTo(b, loc, operand, permutation);
    if (rows.size() == 1 && contraction.k.size() == 1)
      return matrix;
    return tensor::CollapseShapeOp::create(
        b, loc, matrix,
        getGroups(contraction.batch.size(), rows.size(), contraction.k.size()));
  }

  SavedOperand save(Value matrix, Value quantized, OperandRecipeAttr recipe,
                    Value operand, AffineMap map, ArrayRef<unsigned> rows) {
    SavedOperand saved;
    saved.problem = recipe ? findProblemOfReturn(matrix)
                           : "the forward product keeps it float";
    if (!saved.problem.empty())
      return saved;
    if (recipe.getScaleRule() == ScaleRule::Quest) {
      saved.clipMask = createClipMask(b, loc, matrix, quantized);
      if (!saved.clipMask) {
        saved.problem =
            "clip masks need blocks of 32 along a K of whole blocks";
        return saved;
      }
    }
    saved.quantized = quantized;
    saved.layout = getLayout(getTensorType(operand), map, rows, contraction.k);
    saved.hadamard = rewrite.hadamard;
    return saved;
  }

  /// Why the forward transform cannot be taken back; nothing for one of a whole
  /// axis without signs, which is its own inverse.
  StringRef findProblemOfReturn(Value matrix) {
    HadamardAttr hadamard = rewrite.hadamard;
    if (!hadamard)
      return "";
    if (hadamard.getSigns() != Signs::None)
      return "the forward product's transform has signs";
    if (matrix.getDefiningOp<HadamardOp>()
            .getInput()
            .getDefiningOp<tensor::PadOp>())
      return "K is no multiple of the forward product's transform";
    if (!hasUnitBatch(getTensorType(matrix)) || contraction.k.size() != 1)
      return "the forward product has batch axes or several axes of K";
    return "";
  }

  /// Masks a gradient and takes back the transform of its axis.
  Value returnGradient(Value product) {
    const GradientReturn &owed = rewrite.gradientReturn;
    if (!owed)
      return product;
    RankedTensorType type = getTensorType(product);
    product = dropUnitBatch(b, loc, product);
    if (owed.onRows)
      product = transposeTo(b, loc, product, {1, 0});
    if (owed.clipMask)
      product = applyClipMask(b, loc, product, owed.clipMask);
    if (owed.hadamard)
      product = transform(product, owed.hadamard);
    if (owed.onRows)
      product = transposeTo(b, loc, product, {1, 0});
    product = restoreUnitBatch(b, loc, product, type);
    Type element = contraction.type.getElementType();
    if (element.isF32())
      return product;
    Value init = tensor::EmptyOp::create(
        b, loc, tensor::getMixedSizes(b, loc, product), element);
    return CastOp::create(
               b, loc, init.getType(), product, init, Value(), ValueRange(),
               ValueRange(), TypeAttr(),
               RoundingAttr::get(b.getContext(), Rounding::NearestEven),
               b.getI64IntegerAttr(0), b.getI64IntegerAttr(16))
        .getResult();
  }

  MatrixLayout getLayout(RankedTensorType type, AffineMap map,
                         ArrayRef<unsigned> rows, ArrayRef<unsigned> columns) {
    SmallVector<unsigned> loops(contraction.batch);
    llvm::append_range(loops, rows);
    llvm::append_range(loops, columns);
    MatrixLayout layout;
    SmallVector<int64_t> shape;
    for (unsigned loop : loops) {
      int64_t axis = *map.getResultPosition(b.getAffineDimExpr(loop));
      layout.permutation.push_back(axis);
      shape.push_back(type.getDimSize(axis));
      layout.sizes.push_back(ShapedType::isDynamic(shape.back())
                                 ? getExtent(loop)
                                 : OpFoldResult(b.getIndexAttr(shape.back())));
    }
    layout.type = RankedTensorType::get(shape, type.getElementType());
    layout.rows = rows.size();
    layout.columns = columns.size();
    return layout;
  }

  /// Zero-pads k to the Hadamard group and transforms it.
  Value transform(Value matrix) {
    if (!rewrite.hadamard)
      return matrix;
    return transform(padToGroup(b, loc, matrix, rewrite.hadamard.getSize()),
                     rewrite.hadamard);
  }

  Value transform(Value matrix, HadamardAttr hadamard) {
    Value init = tensor::EmptyOp::create(
        b, loc, tensor::getMixedSizes(b, loc, matrix), b.getF32Type());
    Value seed = hadamard.getSigns() == Signs::Seed ? rewrite.seed : Value();
    return HadamardOp::create(b, loc, init.getType(), matrix, init, seed,
                              hadamard, rewrite.number)
        .getResult();
  }

  Value toAverage(Value average, AffineMap map, ArrayRef<unsigned> rows) {
    return average ? toMatrix(average, map, rows) : Value();
  }

  Value quantize(Value matrix, OperandRecipeAttr recipe, int64_t stream,
                 Value average) {
    if (!recipe)
      return matrix;
    bool draws = drawsBits(recipe.getScaleRule(), recipe.getRounding());
    auto type = RankedTensorType::get(getTensorType(matrix).getShape(),
                                      recipe.getFormat());
    auto op = QuantizeOp::create(
        b, loc, type, matrix, /*tensor_amax=*/Value(),
        draws ? rewrite.seed : Value(), /*origin=*/ValueRange(),
        /*extents=*/ValueRange(),
        ScaleRuleAttr::get(b.getContext(), recipe.getScaleRule()),
        RoundingAttr::get(b.getContext(), average ? Rounding::TowardZero
                                                  : recipe.getRounding()),
        recipe.getPrescale(), b.getI64IntegerAttr(stream),
        b.getI64IntegerAttr(recipe.getRandomBits()),
        recipe.getScaleMinNormal() ? b.getUnitAttr() : UnitAttr());
    if (average)
      return roundByAverage(b, loc, matrix, average, op.getResult());
    return op.getResult();
  }

  Value multiply(Value a, Value c) {
    RankedTensorType aType = getTensorType(a), cType = getTensorType(c);
    SmallVector<int64_t> shape(aType.getShape().drop_back(2));
    for (auto [extent, other] : llvm::zip(shape, cType.getShape()))
      if (ShapedType::isDynamic(extent))
        extent = other;
    shape.push_back(aType.getDimSize(aType.getRank() - 2));
    shape.push_back(cType.getDimSize(cType.getRank() - 2));
    Type element = contraction.type.getElementType();
    if (rewrite.gradientReturn)
      element = b.getF32Type();
    auto type = RankedTensorType::get(shape, element);
    return MatmulOp::create(
        b, loc, type, a, c, /*acc=*/Value(), rewrite.alpha,
        AccumulateAttr::get(b.getContext(), rewrite.accumulate));
  }

  /// [batch…, M, N] to the source's result.
  Value toResult(Value product) {
    return getLayout(contraction.type, contraction.resultMap, contraction.m,
                     contraction.n)
        .restore(b, loc, product);
  }

  /// The extent of a loop, from an operand that has it.
  OpFoldResult getExtent(unsigned loop) {
    AffineExpr dim = b.getAffineDimExpr(loop);
    if (contraction.init)
      if (auto axis = contraction.resultMap.getResultPosition(dim))
        return tensor::getMixedSize(b, loc, contraction.init, *axis);
    if (auto axis = contraction.lhsMap.getResultPosition(dim))
      return tensor::getMixedSize(b, loc, contraction.getLhs(), *axis);
    auto axis = contraction.rhsMap.getResultPosition(dim);
    return tensor::getMixedSize(b, loc, contraction.getRhs(), *axis);
  }

  /// Adds what the source accumulates into, unless it is zero.
  Value accumulateInto(Value product) {
    Value init = contraction.init;
    if (!init)
      return product;
    Value initial = init;
    if (auto fill = init.getDefiningOp<linalg::FillOp>())
      initial = fill.value();
    if (matchPattern(initial, m_AnyZeroFloat()))
      return product;
    Value out =
        tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, init),
                                getTensorType(init).getElementType());
    return linalg::AddOp::create(b, loc, ValueRange{product, init},
                                 ValueRange{out})
        ->getResult(0);
  }

  RewriterBase &b;
  Location loc;
  const Contraction &contraction;
  const ProductRewrite &rewrite;
};

} // namespace

/// By expansion to one axis for each loop, then by transposition.
Value MatrixLayout::restore(OpBuilder &b, Location loc, Value matrix) const {
  auto expanded = RankedTensorType::get(type.getShape(),
                                        getTensorType(matrix).getElementType());
  size_t batch = type.getRank() - rows - columns;
  if (rows > 1 || columns > 1)
    matrix = tensor::ExpandShapeOp::create(
        b, loc, expanded, matrix, getGroups(batch, rows, columns), sizes);
  else if (matrix.getType() != expanded)
    matrix = tensor::CastOp::create(b, loc, expanded, matrix);
  return transposeTo(b, loc, matrix, invertPermutationVector(permutation));
}

Value SavedOperand::toFloat(OpBuilder &b, Location loc, Type element) const {
  auto matrix =
      RankedTensorType::get(getTensorType(quantized).getShape(), element);
  return layout.restore(b, loc,
                        DequantizeOp::create(b, loc, matrix, quantized));
}

void rewriteProduct(RewriterBase &rewriter, const Contraction &contraction,
                    const ProductRewrite &rewrite, SavedOperands *saved) {
  rewriter.setInsertionPoint(contraction.op);
  Value result = ProductBuilder(rewriter, contraction, rewrite).build(saved);
  rewriter.replaceOp(contraction.op, result);
}

} // namespace mx
