//===- LowerNVVM.cpp - Scheduled packed ops to kernels --------------------===//
//
// mx-lower-nvvm: packed ops on memrefs with a schedule become kernels and their
// launches.
//
//===----------------------------------------------------------------------===//

#include "ChipOption.h"
#include "Lowerings.h"
#include "mx/Conversion/NVVM/Families.h"

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
    // A product takes the op that rounds it along.
    SmallVector<Operation *> scheduled;
    getOperation().walk([&](Operation *op) {
      if (op->hasAttrOfType<ScheduleAttr>(MXDialect::kScheduleAttrName))
        scheduled.push_back(op);
    });
    for (Operation *op : scheduled)
      if (failed(lower(
              op, op->getAttrOfType<ScheduleAttr>(MXDialect::kScheduleAttrName),
              *info)))
        signalPassFailure();
  }

private:
  static LogicalResult lower(Operation *op, ScheduleAttr schedule,
                             const nvvm::Chip &chip) {
    if (llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>))
      return op->emitOpError(
          "expected buffers; run 'one-shot-bufferize' before 'mx-lower-nvvm'");
    auto matmul = dyn_cast<PackedMatmulOp>(op);
    auto quantize = dyn_cast<PackedQuantizeOp>(op);
    auto hadamard = dyn_cast<HadamardOp>(op);
    auto product = dyn_cast<linalg::LinalgOp>(op);
    SmallVector<nvvm::Verdict> verdicts;
    if (matmul || quantize)
      verdicts = matmul ? judge(matmul, chip) : judge(quantize, chip);
    else if (hadamard)
      verdicts = judge(hadamard, chip);
    else if (product)
      verdicts = nvvm::judge(product, chip);
    if (verdicts.empty())
      return op->emitOpError(
          "takes no schedule; expected one on mx.packed.matmul, "
          "mx.packed.quantize, mx.hadamard or a linalg op that is a product of "
          "matrices");
    StringRef family = schedule.getFamily();
    if (failed(check(op, family, verdicts)))
      return failure();
    if (std::string problem = nvvm::findProblemOfSchedule(op, schedule);
        !problem.empty())
      return op->emitOpError() << "cannot take " << schedule << ": " << problem;
    OpBuilder b(op->getContext());
    nvvm::HostCode host(b, op);
    if (product)
      nvvm::lowerFloatProduct(host, product, schedule);
    else if (hadamard)
      nvvm::lowerHadamard(host, hadamard);
    else if (family == "gemv")
      nvvm::lowerGemv(host, matmul, chip);
    else if (family == "tcgen05")
      nvvm::lowerTcgen05(host, matmul);
    else if (family == "mma_block_scale")
      nvvm::lowerBlockScale(host, matmul);
    else if (family == "s8_fold")
      nvvm::lowerS8Fold(host, matmul);
    else if (family == "bf16_fold")
      nvvm::lowerBF16Fold(host, matmul);
    else
      nvvm::lowerQuantize(host, quantize, chip);
    op->erase();
    return success();
  }

  /// A schedule that the user set may name what cannot be.
  static LogicalResult check(Operation *op, StringRef family,
                             ArrayRef<nvvm::Verdict> verdicts) {
    for (const nvvm::Verdict &verdict : verdicts) {
      if (verdict.family != family)
        continue;
      if (verdict.problem.empty())
        return success();
      return op->emitOpError() << "cannot take kernel family '" << family
                               << "': " << verdict.problem;
    }
    InFlightDiagnostic diag = op->emitOpError() << "has no kernel family '"
                                                << family << "'; expected ";
    llvm::interleave(
        verdicts, diag, [&](const nvvm::Verdict &v) { diag << v.family; },
        ", ");
    return diag;
  }
};

} // namespace
} // namespace mx
