//===- LowerReference.cpp - Packed ops to linalg and arith ----------------===//
//
// mx-lower-reference: the semantics of the packed level as ordinary IR on
// tensors, for any MLIR back end. Slow is fine, wrong is not.
//
//===----------------------------------------------------------------------===//

#include "Reference/Lowerings.h"
#include "Reference/Philox.h"

#include "mx/Conversion/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXLOWERREFERENCE
#include "mx/Conversion/Passes.h.inc"

namespace {

/// Replaces a destination-style op on tensors by what `emit` makes.
template <typename OpTy, typename Emit>
struct TensorPattern : OpRewritePattern<OpTy> {
  TensorPattern(MLIRContext *context, Emit emit)
      : OpRewritePattern<OpTy>(context), emit(emit) {}

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const final {
    if (op->getNumResults() == 0)
      return rewriter.notifyMatchFailure(op, "works on buffers");
    if (op->hasAttr(MXDialect::kScheduleAttrName))
      return rewriter.notifyMatchFailure(op, "has kernels of its own");
    rewriter.replaceOp(op, emit(Emitter{rewriter, op.getLoc()}, op));
    return success();
  }

  Emit emit;
};

template <typename OpTy, typename Emit>
void add(RewritePatternSet &patterns, Emit emit) {
  patterns.add(
      std::make_unique<TensorPattern<OpTy, Emit>>(patterns.getContext(), emit));
}

struct LowerReference : impl::MXLowerReferenceBase<LowerReference> {
  void runOnOperation() final {
    RewritePatternSet patterns(&getContext());
    add<PackedQuantizeOp>(patterns, reference::emitQuantize);
    add<PackedDequantizeOp>(patterns, reference::emitDequantize);
    add<PackedMatmulOp>(patterns, reference::emitMatmul);
    add<PackedRelayoutOp>(patterns, reference::emitRelayout);
    add<CastOp>(patterns, reference::emitCast);
    add<HadamardOp>(patterns, [](Emitter e, HadamardOp op) {
      return reference::emitHadamard(e, op.getInput(), op.getTransform(),
                                     op.getSeed(), op.getSignStream(),
                                     op.getInit());
    });
    add<AmaxOp>(patterns, [](Emitter e, AmaxOp op) {
      return reference::emitAmax(e, op.getInput());
    });
    add<DeriveSeedOp>(patterns, [](Emitter e, DeriveSeedOp op) {
      return reference::deriveSeed(Int(e, op.getSeed()), Int(e, op.getId()))
          .get();
    });
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
} // namespace mx
