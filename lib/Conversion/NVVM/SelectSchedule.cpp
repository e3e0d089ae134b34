//===- SelectSchedule.cpp - A kernel family for each packed op ------------===//
//
// mx-select-schedule: sets `mx.schedule` where a family takes the op, and lays
// the axes of products of floats as families take them.
//
//===----------------------------------------------------------------------===//

#include "AbsorbTranspose.h"
#include "ChipOption.h"
#include "FloatProduct.h"
#include "RowScales.h"
#include "mx/Conversion/NVVM/Families.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"

#include "mx/Conversion/Passes.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXSELECTSCHEDULE
#include "mx/Conversion/Passes.h.inc"

namespace {

struct SelectSchedule : impl::MXSelectScheduleBase<SelectSchedule> {
  using Base::Base;

  void runOnOperation() final {
    const nvvm::Chip *info = nvvm::findChipOrError(getOperation(), chip);
    if (!info)
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    SmallVector<Operation *> all;
    getOperation()->walk([&](Operation *op) {
      auto packed = dyn_cast<PackedMatmulOp>(op);
      if (packed ? packed.isLinear() : isProductLike(op))
        all.push_back(op);
    });
    for (Operation *op : all)
      nvvm::absorbTranspose(rewriter, op);
    SmallVector<linalg::LinalgOp> products;
    getOperation()->walk([&](linalg::LinalgOp op) { products.push_back(op); });
    for (linalg::LinalgOp op : products)
      select(nvvm::groupAxes(rewriter, op), *info);
    SmallVector<PackedMatmulOp> packed;
    // No family takes tiles; the reference lowering does.
    getOperation()->walk([&](PackedMatmulOp op) {
      if (op.isLinear())
        packed.push_back(op);
    });
    for (PackedMatmulOp op : packed) {
      select(op, *info);
      // What no family takes keeps its tiles.
      if (op->hasAttr(MXDialect::kScheduleAttrName))
        nvvm::repeatTileScales(rewriter, op);
    }
    getOperation()->walk([&](PackedQuantizeOp op) { select(op, *info); });
    getOperation()->walk([&](PackedDequantizeOp op) { select(op, *info); });
    getOperation()->walk([&](PackedRelayoutOp op) { select(op, *info); });
    getOperation()->walk([&](HadamardOp op) { select(op, *info); });
  }

private:
  template <typename OpTy> void select(OpTy op, const nvvm::Chip &info) {
    for (const nvvm::Verdict &verdict : nvvm::judge(op, info))
      if (verdict.schedule && !op->hasAttr(MXDialect::kScheduleAttrName))
        op->setAttr(MXDialect::kScheduleAttrName, verdict.schedule);
  }
};

} // namespace
} // namespace mx
