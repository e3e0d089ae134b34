//===- FuseElementwise.cpp - Chains of elementwise ops as one -------------===//

#include "FuseElementwise.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"
#include "mx/Dialect/MX/Transforms/Elementwise.h"

using namespace mlir;
using namespace mx;

/// Whether elements are only spread along further axes, or cast: computing them
/// again costs nothing.
static bool isCheap(linalg::GenericOp op) {
  auto keepsOrder = [](AffineMap map) {
    unsigned next = 0;
    return llvm::all_of(map.getResults(), [&](AffineExpr axis) {
      auto dim = dyn_cast<AffineDimExpr>(axis);
      bool isLater = !dim || dim.getPosition() >= next;
      if (dim)
        next = dim.getPosition() + 1;
      return isLater;
    });
  };
  return llvm::all_of(op.getIndexingMapsArray(), keepsOrder) &&
         llvm::all_of(op.getBody()->without_terminator(),
                      llvm::IsaPred<arith::ExtFOp, arith::TruncFOp>);
}

/// Elements of a shape, unknown extents taken for kSomeExtent.
static int64_t countElements(ArrayRef<int64_t> shape) {
  constexpr int64_t kSomeExtent = 1024;
  int64_t elements = 1;
  for (int64_t extent : shape)
    elements *= ShapedType::isDynamic(extent) ? kSomeExtent : extent;
  return elements;
}

/// Whether a consumer would call a function more often than its producer does:
/// that of a row's value for each column, say.
static bool spreadsFunction(linalg::GenericOp producer,
                            linalg::GenericOp consumer) {
  return countElements(producer.getStaticLoopRanges()) <
             countElements(consumer.getStaticLoopRanges()) &&
         llvm::any_of(
             producer.getBody()->without_terminator(),
             [](Operation &inner) {
               return isa<math::MathDialect>(inner.getDialect());
             });
}

/// A kernel's arguments have 4096 bytes of room, a matrix takes 56.
constexpr int64_t kMaxInputs = 24;
/// Ops of a body that is worth running again for what is not kept in memory.
constexpr int64_t kMaxRepeatedOps = 96;

static int64_t countBytes(ValueRange values) {
  int64_t bytes = 0;
  for (Value value : values) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type)
      continue;
    Type element = type.getElementType();
    int64_t bits =
        element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 64;
    bytes += countElements(type.getShape()) * llvm::divideCeil(bits, 8);
  }
  return bytes;
}

static bool isProduct(Operation *op) {
  return op && (isProductLike(op) || op->hasAttr(MXDialect::kScheduleAttrName));
}

/// Whether an op makes one result, element by element, of that of a product
/// which nothing else reads: the product's kernel computes it.
static bool isEpilogue(linalg::GenericOp op) {
  return llvm::any_of(op->getOpOperands(), [&](OpOperand &operand) {
    Operation *product = operand.get().getDefiningOp();
    return product && isReadElementwise(operand) &&
           (isProductLike(product) || isa<PackedMatmulOp>(product)) &&
           llvm::all_of(product->getUsers(),
                        [&](Operation *user) { return user == op; });
  });
}

/// Whether an op is an epilogue, and would be none within the one that reads
/// it.
static bool wouldLoseProduct(linalg::GenericOp producer, OpOperand &operand) {
  return isEpilogue(producer) &&
         !(producer->hasOneUse() && isReadElementwise(operand));
}

/// Whether every op that reads a result may compute it instead, and reads no
/// more for that than the result: it is never in memory then.
static bool isWorthRepeating(linalg::GenericOp producer) {
  return producer.getNumResults() == 1 &&
         llvm::range_size(producer.getBody()->without_terminator()) <=
             kMaxRepeatedOps &&
         4 * countBytes(producer.getDpsInputs()) <=
             5 * countBytes(producer.getResults()) &&
         llvm::all_of(producer->getUsers(), [&](Operation *user) {
           auto consumer = dyn_cast<linalg::GenericOp>(user);
           return consumer && !isProduct(consumer) &&
                  !spreadsFunction(producer, consumer);
         });
}

static bool mayFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || isProduct(consumer) ||
      wouldLoseProduct(producer, *operand) ||
      producer.getNumDpsInputs() + consumer.getNumDpsInputs() > kMaxInputs)
    return false;
  if (!producer->hasOneUse())
    return isCheap(producer) || isWorthRepeating(producer);
  return !spreadsFunction(producer, consumer);
}

/// Whether a producer that more ops read may be part of one of them, which is
/// before all others and has the same loops: then its result is not read there.
static bool mayJoin(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = cast<linalg::GenericOp>(operand->getOwner());
  auto isPlain = [](linalg::GenericOp op) {
    return !isProduct(op) && op.getNumReductionLoops() == 0 &&
           llvm::all_of(op->getResults(), [&](OpResult result) {
             return op.getIndexingMapMatchingResult(result).isIdentity();
           });
  };
  if (!producer || producer->getBlock() != consumer->getBlock() ||
      !isPlain(producer) || !isPlain(consumer) || isEpilogue(producer) ||
      isEpilogue(consumer) ||
      !consumer.getMatchingIndexingMap(operand).isIdentity() ||
      producer.getNumDpsInputs() + consumer.getNumDpsInputs() > kMaxInputs)
    return false;
  return llvm::all_of(producer->getUsers(), [&](Operation *user) {
    Operation *outer = consumer->getBlock()->findAncestorOpInBlock(*user);
    return outer && !outer->isBeforeInBlock(consumer);
  });
}

/// The op that makes what both made; null where there is none.
static linalg::GenericOp joinProducer(RewriterBase &rewriter,
                                      linalg::GenericOp consumer,
                                      DenseSet<Operation *> &joined) {
  for (OpOperand *operand : consumer.getDpsInputOperands()) {
    if (!isa<RankedTensorType>(operand->get().getType()) ||
        !linalg::areElementwiseOpsFusable(operand) || !mayJoin(operand))
      continue;
    Operation *producer = operand->get().getDefiningOp();
    rewriter.setInsertionPoint(consumer);
    FailureOr<linalg::ElementwiseOpFusionResult> fused =
        linalg::fuseElementwiseOps(rewriter, operand);
    if (failed(fused))
      continue;
    for (auto [old, made] : fused->replacements)
      rewriter.replaceAllUsesExcept(old, made, fused->fusedOp);
    joined.insert(producer);
    rewriter.eraseOp(consumer);
    rewriter.eraseOp(producer);
    return cast<linalg::GenericOp>(fused->fusedOp);
  }
  return nullptr;
}

static void joinProducers(func::FuncOp function) {
  IRRewriter rewriter(function.getContext());
  SmallVector<linalg::GenericOp> ops;
  function.walk([&](linalg::GenericOp op) { ops.push_back(op); });
  DenseSet<Operation *> joined;
  for (linalg::GenericOp op : llvm::reverse(ops)) {
    if (joined.contains(op))
      continue;
    while (linalg::GenericOp made = joinProducer(rewriter, op, joined))
      op = made;
  }
}

/// A tensor of its own for each result: a product can write where its rounding
/// would, as no earlier value is there.
static void separateResults(func::FuncOp function) {
  SmallVector<tensor::EmptyOp> rooms;
  function.walk([&](tensor::EmptyOp room) { rooms.push_back(room); });
  for (tensor::EmptyOp room : rooms) {
    OpBuilder b(room);
    for (OpOperand &use : llvm::make_early_inc_range(room->getUses()))
      if (!room->hasOneUse())
        use.set(b.clone(*room)->getResult(0));
  }
}

namespace {
struct FuseElementwise
    : PassWrapper<FuseElementwise, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseElementwise)

  StringRef getArgument() const override { return "mx-fuse-elementwise"; }
  StringRef getDescription() const override {
    return "fuse chains of elementwise ops";
  }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, mayFuse);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, &getContext());
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal();
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      return signalPassFailure();
    joinProducers(getOperation());
    separateResults(getOperation());
  }
};
} // namespace

std::unique_ptr<Pass> mx::createFuseElementwisePass() {
  return std::make_unique<FuseElementwise>();
}
