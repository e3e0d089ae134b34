//===- LowerNVVM.cpp - Scheduled packed ops to kernels --------------------===//
//
// mx-lower-nvvm: packed ops on memrefs with a schedule become kernels and their
// launches.
//
//===----------------------------------------------------------------------===//

#include "ChipOption.h"
#include "Lowerings.h"

#include "mx/Conversion/Passes.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXLOWERNVVM
#include "mx/Conversion/Passes.h.inc"

namespace {

struct LowerNVVM : impl::MXLowerNVVMBase<LowerNVVM> {
  using Base::Base;

  void runOnOperation() final {
    const nvvm::Chip *info = nvvm::findChipOrError(getOperation(), chip);
    if (!info)
      return signalPassFailure();
    getOperation().walk([&](Operation *op) {
      auto schedule =
          op->getAttrOfType<ScheduleAttr>(MXDialect::kScheduleAttrName);
      if (schedule && failed(lower(op, schedule, *info)))
        signalPassFailure();
    });
  }

private:
  static LogicalResult lower(Operation *op, ScheduleAttr schedule,
                             const nvvm::Chip &chip) {
    if (llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>))
      return op->emitOpError(
          "expected buffers; run 'one-shot-bufferize' before 'mx-lower-nvvm'");
    OpBuilder b(op->getContext());
    nvvm::HostCode host(b, op);
    auto matmul = dyn_cast<PackedMatmulOp>(op);
    auto quantize = dyn_cast<PackedQuantizeOp>(op);
    if (matmul && schedule.getFamily() == "s8_fold")
      nvvm::lowerS8Fold(host, matmul);
    else if (matmul && schedule.getFamily() == "bf16_fold")
      nvvm::lowerBF16Fold(host, matmul);
    else if (quantize && schedule.getFamily() == "quantize")
      nvvm::lowerQuantize(host, quantize, chip);
    else
      return op->emitOpError()
             << "has no kernel family '" << schedule.getFamily()
             << "'; expected s8_fold or bf16_fold on mx.packed.matmul, or "
                "quantize on mx.packed.quantize";
    op->erase();
    return success();
  }
};

} // namespace
} // namespace mx
