//===- SelectSchedule.cpp - A kernel family for each packed op ------------===//
//
// mx-select-schedule: sets `mx.schedule` where a family takes the op, and lays
// the axes of products of floats as families take them.
//
//===----------------------------------------------------------------------===//

#include "ChipOption.h"
#include "FloatProduct.h"
#include "mx/Conversion/NVVM/Families.h"

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
    SmallVector<linalg::LinalgOp> products;
    getOperation()->walk([&](linalg::LinalgOp op) { products.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : products)
      select(nvvm::groupAxes(rewriter, op), *info);
    getOperation()->walk([&](PackedMatmulOp op) { select(op, *info); });
    getOperation()->walk([&](PackedQuantizeOp op) { select(op, *info); });
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
