//===- RaiseShapes.cpp - Loops that only move elements --------------------===//

#include "RaiseShapes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mx/Dialect/MX/Transforms/Elementwise.h"

using namespace mlir;
using namespace mx;

namespace {

/// Tensors one after another along an axis, read from a body like
///     if i < 4 then %a[i] else if i < 6 then %b[i - 4] else %c[i - 6].
class ConcatBody {
public:
  explicit ConcatBody(linalg::GenericOp op) : op(op) {}

  bool match() {
    auto type = dyn_cast<RankedTensorType>(op.getResult(0).getType());
    Value yielded = op.getBody()->getTerminator()->getOperand(0);
    return type && type.hasStaticShape() && matchChoice(yielded, 0) &&
           pieces.size() > 1 && start == type.getDimSize(axis);
  }

  int64_t axis = -1;
  SmallVector<Value> pieces;

private:
  /// The element where the axis' index is at least `from`.
  bool matchChoice(Value value, int64_t from) {
    auto choice = value.getDefiningOp<scf::IfOp>();
    if (!choice)
      return matchPiece(value, from);
    auto test = choice.getCondition().getDefiningOp<arith::CmpIOp>();
    if (!test || test.getPredicate() != arith::CmpIPredicate::ult)
      return false;
    auto index = test.getLhs().getDefiningOp<linalg::IndexOp>();
    std::optional<int64_t> end = getConstantIntValue(test.getRhs());
    if (!index || !end || !isAxis(index))
      return false;
    return matchPiece(choice.thenYield().getOperand(0), from) &&
           start == *end && matchChoice(choice.elseYield().getOperand(0), *end);
  }

  bool isAxis(linalg::IndexOp index) {
    if (axis < 0)
      axis = index.getDim();
    return axis == int64_t(index.getDim());
  }

  bool matchPiece(Value value, int64_t from) {
    auto extract = value.getDefiningOp<tensor::ExtractOp>();
    if (!extract || from != start)
      return false;
    RankedTensorType type = extract.getTensor().getType();
    Operation *source = extract.getTensor().getDefiningOp();
    if (axis < 0 || axis >= type.getRank() || !type.hasStaticShape() ||
        (source && op->isAncestor(source)) ||
        extract.getIndices().size() != op.getNumLoops())
      return false;
    for (auto [dim, index] : llvm::enumerate(extract.getIndices()))
      if (!isIndex(index, dim, int64_t(dim) == axis ? from : 0))
        return false;
    SmallVector<int64_t> extents = op.getStaticLoopRanges();
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (dim != axis && type.getDimSize(dim) != extents[dim])
        return false;
    pieces.push_back(extract.getTensor());
    start += type.getDimSize(axis);
    return true;
  }

  /// Whether a value is the index of a loop less a constant.
  static bool isIndex(Value value, int64_t dim, int64_t less) {
    if (auto difference = value.getDefiningOp<arith::SubIOp>()) {
      if (getConstantIntValue(difference.getRhs()) != less)
        return false;
      value = difference.getLhs();
    } else if (less != 0) {
      return false;
    }
    auto index = value.getDefiningOp<linalg::IndexOp>();
    return index && int64_t(index.getDim()) == dim;
  }

  linalg::GenericOp op;
  int64_t start = 0; ///< where the next piece begins
};

bool hasIdentityResult(linalg::GenericOp op) {
  return op.hasPureTensorSemantics() && op.getNumResults() == 1 &&
         op.getNumReductionLoops() == 0 &&
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity();
}

struct RaiseConcat : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getNumDpsInputs() != 0 || !hasIdentityResult(op))
      return failure();
    ConcatBody body(op);
    if (!body.match())
      return failure();
    rewriter.replaceOpWithNewOp<tensor::ConcatOp>(op, body.axis, body.pieces);
    return success();
  }
};

/// A tensor among zeros along one axis, as what a slice's gradient is.
struct Island {
  Value tensor;
  int64_t axis, start, end;

  static std::optional<Island> get(tensor::PadOp pad) {
    Value padding = pad.getConstantPaddingValue();
    RankedTensorType from = pad.getSourceType();
    if (!padding || !matchPattern(padding, m_PosZeroFloat()) ||
        !from.hasStaticShape() || !pad.getResultType().hasStaticShape() ||
        !pad.getLow().empty() || !pad.getHigh().empty())
      return std::nullopt;
    Island island{pad.getSource(), -1, 0, 0};
    for (int64_t axis = 0; axis < from.getRank(); ++axis) {
      int64_t low = pad.getStaticLow()[axis];
      if (low == 0 && pad.getStaticHigh()[axis] == 0)
        continue;
      if (island.axis >= 0 || low < 0 || pad.getStaticHigh()[axis] < 0)
        return std::nullopt;
      island = {pad.getSource(), axis, low, low + from.getDimSize(axis)};
    }
    return island.axis < 0 ? std::nullopt : std::optional(island);
  }
};

/// What a sum adds, where each is an island.
bool collectIslands(linalg::GenericOp sum, SmallVectorImpl<Island> &islands) {
  for (Value operand : sum.getDpsInputs()) {
    if (auto pad = operand.getDefiningOp<tensor::PadOp>()) {
      std::optional<Island> island = Island::get(pad);
      if (!island)
        return false;
      islands.push_back(*island);
      continue;
    }
    auto inner = operand.getDefiningOp<linalg::GenericOp>();
    if (!inner || !isSum(inner) || !inner->hasOneUse() ||
        !collectIslands(inner, islands))
      return false;
  }
  return true;
}

/// x + 0, which is +0 where x is -0: what a sum makes of an island.
Value addZero(PatternRewriter &rewriter, Location loc, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  Value room = tensor::EmptyOp::create(rewriter, loc, type.getShape(),
                                       type.getElementType());
  AffineMap map = rewriter.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             rewriter, loc, type, x, room, ArrayRef{map, map}, loops,
             [](OpBuilder &b, Location loc, ValueRange elements) {
               Value zero = arith::ConstantOp::create(
                   b, loc, b.getZeroAttr(elements[0].getType()));
               linalg::YieldOp::create(
                   b, loc,
                   arith::AddFOp::create(b, loc, elements[0], zero)
                       .getResult());
             })
      .getResult(0);
}

struct RaiseSumOfIslands : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Island> islands;
    if (!op.hasPureTensorSemantics() || !isSum(op) ||
        !collectIslands(op, islands))
      return failure();
    llvm::sort(islands, [](const Island &a, const Island &b) {
      return a.start < b.start;
    });
    int64_t axis = islands[0].axis, end = 0;
    for (const Island &island : islands) {
      if (island.axis != axis || island.start != end)
        return failure();
      end = island.end;
    }
    if (end !=
        cast<RankedTensorType>(op.getResult(0).getType()).getDimSize(axis))
      return failure();
    SmallVector<Value> pieces;
    for (const Island &island : islands)
      pieces.push_back(addZero(rewriter, op.getLoc(), island.tensor));
    rewriter.replaceOpWithNewOp<tensor::ConcatOp>(op, axis, pieces);
    return success();
  }
};

struct RaiseExpandShape : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getNumDpsInputs() != 1 || !hasIdentityResult(op) ||
        op.getBody()->getTerminator()->getOperand(0) !=
            op.getRegionInputArgs()[0])
      return failure();
    auto from = dyn_cast<RankedTensorType>(op.getDpsInputs()[0].getType());
    auto to = cast<RankedTensorType>(op.getResult(0).getType());
    AffineMap map = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
    if (!from || !from.hasStaticShape() || !to.hasStaticShape() ||
        from.getRank() == 0 || from.getRank() >= to.getRank() ||
        !map.isProjectedPermutation())
      return failure();
    // Axes of one element join the axis before, or the first one.
    SmallVector<ReassociationIndices> groups(from.getRank());
    int64_t next = 0;
    for (int64_t dim = 0; dim < to.getRank(); ++dim) {
      bool isNext =
          next < from.getRank() && map.getDimPosition(next) == unsigned(dim);
      if (!isNext && to.getDimSize(dim) != 1)
        return failure();
      next += isNext;
      groups[std::max<int64_t>(next - 1, 0)].push_back(dim);
    }
    if (next != from.getRank())
      return failure();
    rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(
        op, to, op.getDpsInputs()[0], groups);
    return success();
  }
};

struct RaiseShapes : PassWrapper<RaiseShapes, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RaiseShapes)

  StringRef getArgument() const override { return "mx-raise-shapes"; }
  StringRef getDescription() const override {
    return "loops that only move elements to tensor.concat and expand_shape";
  }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RaiseConcat, RaiseSumOfIslands, RaiseExpandShape>(
        &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

std::unique_ptr<Pass> mx::createRaiseShapesPass() {
  return std::make_unique<RaiseShapes>();
}
