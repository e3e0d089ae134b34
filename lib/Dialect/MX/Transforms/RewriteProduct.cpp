//===- RewriteProduct.cpp - One product in block-scaled form --------------===//
//
// The operands are brought to [batch…, rows, K] on floats, where row and K
// flatten the source's loops in its iterator order, row-major, alike for both
// operands; the result goes back the same way.
//
//===----------------------------------------------------------------------===//

#include "RewriteProduct.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mx/Interfaces/ProductOpInterface.h"

using namespace mlir;

namespace mx {
namespace {

RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

Value transposeTo(OpBuilder &b, Location loc, Value value,
                  ArrayRef<int64_t> permutation) {
  if (isIdentityPermutation(permutation))
    return value;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, value);
  SmallVector<OpFoldResult> permuted;
  for (int64_t axis : permutation)
    permuted.push_back(sizes[axis]);
  Value init = tensor::EmptyOp::create(b, loc, permuted,
                                       getTensorType(value).getElementType());
  return linalg::TransposeOp::create(b, loc, value, init, permutation)
      ->getResult(0);
}

/// Builds one rewritten product.
class ProductBuilder {
public:
  ProductBuilder(RewriterBase &rewriter, const Contraction &contraction,
                 const ProductRewrite &rewrite)
      : b(rewriter), loc(contraction.op->getLoc()), contraction(contraction),
        rewrite(rewrite) {}

  Value build(QuantizedOperands *saved) {
    Value a = toMatrix(contraction.getLhs(), contraction.lhsMap, contraction.m);
    Value c = toMatrix(contraction.getRhs(), contraction.rhsMap, contraction.n);
    a = quantize(transform(a), rewrite.lhs, 2 * rewrite.number);
    c = quantize(transform(c), rewrite.rhs, 2 * rewrite.number + 1);
    if (saved)
      *saved = {toOperand(a, rewrite.lhs, contraction.getLhs(),
                          contraction.lhsMap, contraction.m),
                toOperand(c, rewrite.rhs, contraction.getRhs(),
                          contraction.rhsMap, contraction.n)};
    Value product = accumulateInto(toResult(multiply(a, c)));
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
        b, loc, matrix, getGroups(rows.size(), contraction.k.size()));
  }

  /// The way back of toMatrix for a quantised operand.
  Value toOperand(Value quantized, OperandRecipeAttr recipe, Value operand,
                  AffineMap map, ArrayRef<unsigned> rows) {
    if (!recipe || rewrite.hadamard)
      return {};
    Type element = getTensorType(operand).getElementType();
    Value matrix = DequantizeOp::create(
        b, loc,
        RankedTensorType::get(getTensorType(quantized).getShape(), element),
        quantized);
    SmallVector<unsigned> loops(contraction.batch);
    llvm::append_range(loops, rows);
    llvm::append_range(loops, contraction.k);
    return fromMatrix(matrix, getTensorType(operand), map, loops, rows.size(),
                      contraction.k.size());
  }

  /// Batch axes by themselves, then two groups of the given lengths.
  SmallVector<ReassociationIndices> getGroups(size_t first, size_t second) {
    SmallVector<ReassociationIndices> groups;
    int64_t axis = 0;
    for (size_t i = 0; i < contraction.batch.size(); ++i)
      groups.push_back({axis++});
    for (size_t length : {first, second}) {
      ReassociationIndices &group = groups.emplace_back();
      for (size_t i = 0; i < length; ++i)
        group.push_back(axis++);
    }
    return groups;
  }

  /// Zero-pads k to the Hadamard group and transforms it.
  Value transform(Value matrix) {
    if (!rewrite.hadamard)
      return matrix;
    matrix = padToGroup(matrix, rewrite.hadamard.getSize());
    Value init = tensor::EmptyOp::create(
        b, loc, tensor::getMixedSizes(b, loc, matrix), b.getF32Type());
    Value seed =
        rewrite.hadamard.getSigns() == Signs::Seed ? rewrite.seed : Value();
    return HadamardOp::create(b, loc, init.getType(), matrix, init, seed,
                              rewrite.hadamard, rewrite.number)
        .getResult();
  }

  Value padToGroup(Value matrix, int64_t group) {
    RankedTensorType type = getTensorType(matrix);
    int64_t rank = type.getRank(), k = type.getShape().back();
    if (!ShapedType::isDynamic(k) && k % group == 0)
      return matrix;
    OpFoldResult size = tensor::getMixedSize(b, loc, matrix, rank - 1);
    AffineExpr d0 = b.getAffineDimExpr(0);
    SmallVector<OpFoldResult> low(rank, b.getIndexAttr(0)), high(low);
    high.back() = affine::makeComposedFoldedAffineApply(
        b, loc, d0.ceilDiv(group) * group - d0, {size});
    SmallVector<int64_t> shape(type.getShape());
    if (!ShapedType::isDynamic(k))
      shape.back() = llvm::alignTo(k, group);
    Value zero =
        arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
    return tensor::PadOp::create(
        b, loc, RankedTensorType::get(shape, type.getElementType()), matrix,
        low, high, zero);
  }

  Value quantize(Value matrix, OperandRecipeAttr recipe, int64_t stream) {
    if (!recipe)
      return matrix;
    bool stochastic = recipe.getRounding() == Rounding::Stochastic;
    auto type = RankedTensorType::get(getTensorType(matrix).getShape(),
                                      recipe.getFormat());
    auto op = QuantizeOp::create(
        b, loc, type, matrix, /*tensor_amax=*/Value(),
        stochastic ? rewrite.seed : Value(), /*origin=*/ValueRange(),
        /*extents=*/ValueRange(),
        ScaleRuleAttr::get(b.getContext(), recipe.getScaleRule()),
        RoundingAttr::get(b.getContext(), recipe.getRounding()),
        recipe.getPrescale(), b.getI64IntegerAttr(stream),
        b.getI64IntegerAttr(recipe.getRandomBits()),
        recipe.getScaleMinNormal() ? b.getUnitAttr() : UnitAttr());
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
    auto type = RankedTensorType::get(shape, contraction.type.getElementType());
    return MatmulOp::create(
        b, loc, type, a, c, /*acc=*/Value(), rewrite.alpha,
        AccumulateAttr::get(b.getContext(), rewrite.accumulate));
  }

  /// [batch…, M, N] to the source's result.
  Value toResult(Value product) {
    SmallVector<unsigned> loops(contraction.batch);
    llvm::append_range(loops, contraction.m);
    llvm::append_range(loops, contraction.n);
    return fromMatrix(product, contraction.type, contraction.resultMap, loops,
                      contraction.m.size(), contraction.n.size());
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

  /// [batch…, rows, columns] to one axis for each of `loops`, by expansion, and
  /// to `like`, the layout that `map` gives, by transposition.
  Value fromMatrix(Value matrix, RankedTensorType like, AffineMap map,
                   ArrayRef<unsigned> loops, size_t rows, size_t columns) {
    SmallVector<int64_t> position, shape;
    SmallVector<OpFoldResult> sizes;
    for (unsigned loop : loops) {
      int64_t axis = *map.getResultPosition(b.getAffineDimExpr(loop));
      position.push_back(axis);
      shape.push_back(like.getDimSize(axis));
      sizes.push_back(ShapedType::isDynamic(shape.back())
                          ? getExtent(loop)
                          : OpFoldResult(b.getIndexAttr(shape.back())));
    }
    auto type = RankedTensorType::get(shape, like.getElementType());
    if (rows > 1 || columns > 1)
      matrix = tensor::ExpandShapeOp::create(b, loc, type, matrix,
                                             getGroups(rows, columns), sizes);
    else if (matrix.getType() != type)
      matrix = tensor::CastOp::create(b, loc, type, matrix);
    return transposeTo(b, loc, matrix, invertPermutationVector(position));
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

void rewriteProduct(RewriterBase &rewriter, const Contraction &contraction,
                    const ProductRewrite &rewrite, QuantizedOperands *saved) {
  rewriter.setInsertionPoint(contraction.op);
  Value result = ProductBuilder(rewriter, contraction, rewrite).build(saved);
  rewriter.replaceOp(contraction.op, result);
}

} // namespace mx
