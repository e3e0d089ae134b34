//===- FuseAddends.cpp - Sums after products as their acc -----------------===//

#include "FuseAddends.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Elementwise.h"

using namespace mlir;
using namespace mx;

/// Whether r + acc is all that follows the product's sum, in f32.
static bool takesAddend(PackedMatmulOp product) {
  auto hasTensorScale = [](ScaledType format) {
    return format && format.getHasTensorScale();
  };
  return product && !product.getAcc() && product.getResult() &&
         product.getResult().hasOneUse() &&
         product.getAlpha().convertToFloat() == 1.0f &&
         getElementTypeOrSelf(product.getResult()).isF32() &&
         !hasTensorScale(product.getAScaledFormat()) &&
         !hasTensorScale(product.getBScaledFormat());
}

namespace {
struct FuseAddend : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSum(op) || op->getNumResults() != 1)
      return failure();
    for (unsigned i : {0, 1}) {
      auto product = op.getInputs()[i].getDefiningOp<PackedMatmulOp>();
      Value addend = op.getInputs()[1 - i];
      if (!takesAddend(product) || product->getBlock() != op->getBlock() ||
          addend.getType() != product.getResult().getType())
        continue;
      auto fused = rewriter.clone(*product.getOperation()); // after the addend
      cast<PackedMatmulOp>(fused).getAccMutable().assign(addend);
      rewriter.replaceOp(op, fused->getResults());
      rewriter.eraseOp(product);
      return success();
    }
    return failure();
  }
};

struct FuseAddends : PassWrapper<FuseAddends, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseAddends)

  StringRef getArgument() const override { return "mx-fuse-addends"; }
  StringRef getDescription() const override {
    return "sums after products become their acc";
  }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseAddend>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

std::unique_ptr<Pass> mx::createFuseAddendsPass() {
  return std::make_unique<FuseAddends>();
}
