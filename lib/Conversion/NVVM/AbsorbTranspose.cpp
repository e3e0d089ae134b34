//===- AbsorbTranspose.cpp - Products written transposed ------------------===//

#include "AbsorbTranspose.h"

#include "FloatProduct.h"
#include "mx/Dialect/MX/IR/MX.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// The one reader of a value, if it copies it with the last two axes swapped.
static linalg::LinalgOp findSwap(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  int64_t rank = type.getRank();
  if (!value.hasOneUse() || rank < 2 || !type.hasStaticShape())
    return nullptr;
  auto user = dyn_cast<linalg::LinalgOp>(*value.user_begin());
  if (!user || user->getNumResults() != 1 || user.getNumDpsInputs() != 1 ||
      user.getNumLoops() != rank || user.getNumReductionLoops() != 0)
    return nullptr;
  Block *body = user.getBlock();
  if (!llvm::hasSingleElement(*body) ||
      body->getTerminator()->getOperand(0) != body->getArgument(0) ||
      getElementTypeOrSelf(user->getResult(0).getType()) !=
          type.getElementType())
    return nullptr;
  SmallVector<AffineMap> maps = user.getIndexingMapsArray();
  if (!maps[0].isPermutation() || !maps[1].isPermutation())
    return nullptr;
  // From the axes of the result to those of the value.
  AffineMap map = maps[0].compose(inversePermutation(maps[1]));
  SmallVector<int64_t> swapped = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(swapped[rank - 2], swapped[rank - 1]);
  MLIRContext *context = value.getContext();
  return map == AffineMap::getPermutationMap(swapped, context)
             ? user
             : linalg::LinalgOp();
}

static Value createRoom(RewriterBase &rewriter, Location loc, Value like) {
  auto type = cast<RankedTensorType>(like.getType());
  return tensor::EmptyOp::create(rewriter, loc, type.getShape(),
                                 type.getElementType());
}

static Value swap(RewriterBase &rewriter, PackedMatmulOp op, Value like) {
  // Two tensor scales are multiplied in, and rounded, one after the other.
  bool hasTwoScales = op.getA().size() == 3 && op.getB().size() == 3;
  if (op.getAcc() || hasTwoScales)
    return nullptr;
  // Equal batches of both operands, or none.
  auto getRank = [](OperandRange values, ScaledType format) {
    return cast<ShapedType>(values[0].getType()).getRank() - (format ? 1 : 0);
  };
  if (getRank(op.getA(), op.getAScaledFormat()) !=
      getRank(op.getB(), op.getBScaledFormat()))
    return nullptr;
  Value room = createRoom(rewriter, op.getLoc(), like);
  auto made = PackedMatmulOp::create(
      rewriter, op.getLoc(), like.getType(), op.getB(), op.getA(), op.getK(),
      /*acc=*/Value(), room, op.getBFormatAttr(), op.getAFormatAttr(),
      op.getAlpha(), op.getAccumulate());
  return made.getResult();
}

static Value swap(RewriterBase &rewriter, linalg::LinalgOp op, Value like) {
  auto fill = op.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
  if (!fill || !getFloatProduct(op))
    return nullptr;
  Value room = createRoom(rewriter, op.getLoc(), like);
  Value init =
      linalg::FillOp::create(rewriter, op.getLoc(), fill.getInputs(), room)
          .getResult(0);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<AffineExpr> axes(maps[2].getResults());
  std::swap(axes[axes.size() - 2], axes.back());
  maps[2] = AffineMap::get(maps[2].getNumDims(), 0, axes, op.getContext());
  auto made = linalg::GenericOp::create(
      rewriter, op.getLoc(), TypeRange(like.getType()), op.getDpsInputs(), init,
      maps, op.getIteratorTypesArray());
  IRMapping mapping;
  op->getRegion(0).cloneInto(&made.getRegion(), mapping);
  if (getFloatProduct(made))
    return made.getResult(0);
  rewriter.eraseOp(made);
  return nullptr;
}

bool mx::nvvm::absorbTranspose(RewriterBase &rewriter, Operation *op) {
  constexpr int64_t kFewElements = int64_t(1) << 16;
  if (op->getNumResults() != 1 || op->hasAttr(MXDialect::kScheduleAttrName))
    return false;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  // Few rows have kernels of their own.
  constexpr int64_t kFewRows = 64;
  if (!type || !type.hasStaticShape() || type.getRank() < 2 ||
      type.getNumElements() < kFewElements ||
      type.getShape().drop_front(type.getRank() - 2).front() <= kFewRows)
    return false;
  linalg::LinalgOp reader = findSwap(op->getResult(0));
  if (!reader)
    return false;
  rewriter.setInsertionPoint(op);
  Value swapped;
  if (auto packed = dyn_cast<PackedMatmulOp>(op))
    swapped = swap(rewriter, packed, reader->getResult(0));
  else if (auto product = dyn_cast<linalg::LinalgOp>(op);
           product && getFloatProduct(product))
    swapped = swap(rewriter, product, reader->getResult(0));
  if (!swapped)
    return false;
  rewriter.replaceOp(reader, swapped);
  rewriter.eraseOp(op);
  return true;
}
