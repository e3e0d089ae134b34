//===- ShareQuantizations.cpp - One quantisation for equal ones -----------===//
//
// mx-share-quantizations: streams tell apart what draws random bits. What draws
// none is the same whatever its number, and is done once: an activation of
// three projections, its transform, its casts.
//
//===----------------------------------------------------------------------===//

#include "IdleStreams.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXSHAREQUANTIZATIONS
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

struct ShareQuantizations : impl::MXShareQuantizationsBase<ShareQuantizations> {
  void runOnOperation() final {
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    // What reads the results of equal ops is equal once these are one.
    while (unifyStreams())
      eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }

private:
  /// Gives each op that draws nothing the stream of the first equal one.
  bool unifyStreams() {
    DenseMap<Value, SmallVector<Operation *, 1>> firsts; // by input
    bool changed = false;
    getOperation()->walk([&](Operation *op) {
      if (!hasIdleStream(op))
        return;
      SmallVector<Operation *, 1> &known = firsts[op->getOperand(0)];
      auto *first = llvm::find_if(known, [&](Operation *other) {
        return isEqualButForStream(op, other, std::equal_to<Value>());
      });
      if (first == known.end()) {
        known.push_back(op);
        return;
      }
      Attribute stream = (*first)->getAttr(getStreamName(op));
      if (op->getAttr(getStreamName(op)) == stream)
        return;
      op->setAttr(getStreamName(op), stream);
      changed = true;
    });
    return changed;
  }
};

} // namespace
} // namespace mx
