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
    SmallVector<Operation *> scheduled;
    getOperation().walk([&](Operation *op) {
      if (getSchedule(op))
        scheduled.push_back(op);
    });
    bool isLegal = true;
    for (Operation *op : scheduled)
      isLegal &= succeeded(check(op, *info));
    if (!isLegal)
      return signalPassFailure();
    // All are found while what buffers are read by is still to be seen.
    DenseSet<Operation *> taken;
    SmallVector<Fused> all;
    for (Operation *op : scheduled) {
      Fused fused{op, findEpilogue(op), nullptr};
      if (fused.epilogue && !taken.insert(fused.epilogue.op).second)
        fused.epilogue = {};
      fused.quantize = findQuantization(fused, *info);
      taken.insert(fused.quantize);
      all.push_back(fused);
    }
    for (const Fused &fused : all)
      if (!taken.contains(fused.op))
        lower(fused, *info);
  }

private:
  /// An op, and what the kernels of a product compute besides.
  struct Fused {
    Operation *op;
    nvvm::Epilogue epilogue;
    PackedQuantizeOp quantize; ///< of its result, or null
  };

  static ScheduleAttr getSchedule(Operation *op) {
    return op->getAttrOfType<ScheduleAttr>(MXDialect::kScheduleAttrName);
  }

  static nvvm::Epilogue findEpilogue(Operation *op) {
    if (auto matmul = dyn_cast<PackedMatmulOp>(op)) {
      bool isStoredTwice = getSchedule(op).getFamily() == "s8_fold";
      return nvvm::findEpilogue(op, matmul.getInit(), isStoredTwice);
    }
    auto product = dyn_cast<linalg::LinalgOp>(op);
    return product ? nvvm::findEpilogue(product) : nvvm::Epilogue();
  }

  static PackedQuantizeOp findQuantization(const Fused &fused,
                                           const nvvm::Chip &chip) {
    StringRef family = getSchedule(fused.op).getFamily();
    bool canQuantize = family == "tcgen05" || family == "mma_block_scale";
    return canQuantize ? nvvm::findQuantization(fused.op, fused.epilogue, chip)
                       : nullptr;
  }

  static void lower(const Fused &fused, const nvvm::Chip &chip) {
    Operation *op = fused.op;
    const nvvm::Epilogue &epilogue = fused.epilogue;
    OpBuilder b(op->getContext());
    nvvm::HostCode host(b, op);
    if (fused.quantize)
      startAt(host, fused.quantize, op, epilogue);
    else if (epilogue)
      startAt(host, epilogue.op, op, epilogue);
    if (auto matmul = dyn_cast<PackedMatmulOp>(op))
      lowerMatmul(host, matmul, fused, chip);
    else if (auto quantize = dyn_cast<PackedQuantizeOp>(op))
      nvvm::lowerQuantize(host, quantize, chip);
    else if (auto dequantize = dyn_cast<PackedDequantizeOp>(op))
      nvvm::lowerDequantize(host, dequantize);
    else if (auto relayout = dyn_cast<PackedRelayoutOp>(op))
      nvvm::lowerRelayout(host, relayout);
    else if (auto hadamard = dyn_cast<HadamardOp>(op))
      nvvm::lowerHadamard(host, hadamard);
    else
      nvvm::lowerFloatProduct(host, cast<linalg::LinalgOp>(op), getSchedule(op),
                              epilogue);
    removeOps(op, epilogue, fused.quantize);
  }

  static void lowerMatmul(nvvm::HostCode &host, PackedMatmulOp op,
                          const Fused &fused, const nvvm::Chip &chip) {
    const nvvm::Epilogue &epilogue = fused.epilogue;
    if (linalg::GenericOp generic = epilogue.op)
      op.getInitMutable().assign(generic.getDpsInits()[0]);
    if (nvvm::mayHaveFewRows(op, chip))
      nvvm::lowerFewRows(host, op, chip, epilogue);
    if (nvvm::mayDecodeFewRows(op, chip))
      nvvm::lowerDecodeOfFewRows(host, op, epilogue);
    StringRef family = getSchedule(op).getFamily();
    if (family == "gemv")
      nvvm::lowerGemv(host, op, chip, epilogue);
    else if (family == "tcgen05")
      nvvm::lowerTcgen05(host, op, epilogue, fused.quantize, chip);
    else if (family == "mma_block_scale")
      nvvm::lowerBlockScale(host, op, epilogue, fused.quantize, chip);
    else if (family == "s8_fold")
      nvvm::lowerS8Fold(host, op, epilogue);
    else if (family == "bf16_decode")
      nvvm::lowerBF16Decode(host, op, getSchedule(op), epilogue);
    else
      nvvm::lowerBF16Fold(host, op, epilogue);
  }

  static LogicalResult check(Operation *op, const nvvm::Chip &chip) {
    if (llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>))
      return op->emitOpError(
          "expected buffers; run 'one-shot-bufferize' before 'mx-lower-nvvm'");
    auto matmul = dyn_cast<PackedMatmulOp>(op);
    auto quantize = dyn_cast<PackedQuantizeOp>(op);
    auto dequantize = dyn_cast<PackedDequantizeOp>(op);
    auto relayout = dyn_cast<PackedRelayoutOp>(op);
    auto hadamard = dyn_cast<HadamardOp>(op);
    auto product = dyn_cast<linalg::LinalgOp>(op);
    SmallVector<nvvm::Verdict> verdicts;
    if (matmul || quantize)
      verdicts = matmul ? judge(matmul, chip) : judge(quantize, chip);
    else if (dequantize)
      verdicts = judge(dequantize, chip);
    else if (relayout)
      verdicts = judge(relayout, chip);
    else if (hadamard)
      verdicts = judge(hadamard, chip);
    else if (product)
      verdicts = nvvm::judge(product, chip);
    if (verdicts.empty())
      return op->emitOpError(
          "takes no schedule; expected one on mx.packed.matmul, "
          "mx.packed.quantize, mx.packed.dequantize, mx.packed.relayout, "
          "mx.hadamard or a linalg op that is a product of matrices");
    ScheduleAttr schedule = getSchedule(op);
    if (failed(check(op, schedule.getFamily(), verdicts)))
      return failure();
    if (std::string problem = nvvm::findProblemOfSchedule(op, schedule);
        !problem.empty())
      return op->emitOpError() << "cannot take " << schedule << ": " << problem;
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
