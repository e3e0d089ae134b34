//===- LowerSeeds.cpp - Derived seeds as integer operations ---------------===//
//
// mx.derive_seed works on scalars, so that every target takes the same
// arithmetic.
//
//===----------------------------------------------------------------------===//

#include "Reference/Philox.h"

#include "mx/Conversion/Patterns.h"
#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace mx {
namespace {

struct LowerDeriveSeed : OpRewritePattern<DeriveSeedOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DeriveSeedOp op,
                                PatternRewriter &rewriter) const override {
    Emitter emitter{rewriter, op.getLoc()};
    rewriter.replaceOp(op, reference::deriveSeed(Int(emitter, op.getSeed()),
                                                 Int(emitter, op.getId()))
                               .get());
    return success();
  }
};

} // namespace

void populateLowerSeedPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerDeriveSeed>(patterns.getContext());
}

} // namespace mx
