//===- FuseElementwise.cpp - Chains of elementwise ops as one -------------===//

#include "FuseElementwise.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"

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

/// Of a row's value that is read in each of its columns, say.
static bool hasFunction(linalg::GenericOp op) {
  return llvm::any_of(op.getBody()->without_terminator(), [](Operation &inner) {
    return isa<math::MathDialect>(inner.getDialect());
  });
}

/// A kernel's arguments have 4096 bytes of room, a matrix takes 56.
constexpr int64_t kMaxInputs = 24;

static bool mayFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || isProductLike(consumer) ||
      consumer->hasAttr(MXDialect::kScheduleAttrName) ||
      producer.getNumDpsInputs() + consumer.getNumDpsInputs() > kMaxInputs)
    return false;
  if (!producer->hasOneUse())
    return isCheap(producer);
  return producer.getNumLoops() == consumer.getNumLoops() ||
         !hasFunction(producer);
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
      signalPassFailure();
  }
};
} // namespace

std::unique_ptr<Pass> mx::createFuseElementwisePass() {
  return std::make_unique<FuseElementwise>();
}
