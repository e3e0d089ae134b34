//===- LowerSpare.cpp - bf16_fold beside s8_fold --------------------------===//

#include "LowerFold.h"

#include "../../Target/NVVM/Kernels/BF16Fold.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

void mx::nvvm::launchSpare(HostCode &host, PackedMatmulOp op,
                           const FoldShape &shape, const SpareOperand &a,
                           const SpareOperand &b, Value choice, Value out) {
  fold::Form form = getForm(fold::Units::BF16, op, a.folded, b.folded);
  form.choice = Choice::Floats;
  bf16_fold::Expansion expansion{getScaledFormat(op.getAScaledFormat()),
                                 /*otherIsRaw=*/false, form.choice};
  gpu::GPUModuleOp kernels = host.getKernels(
      "mx_bf16_fold" + describeForm(form),
      [&](OpBuilder &builder, gpu::GPUModuleOp module) {
        bf16_fold::buildExpand(builder, module, "expand", expansion);
        fold::buildMultiply(builder, module, form);
      });
  constexpr int64_t rowsPerBlock = bf16_fold::kThreads / 32;
  for (const SpareOperand *o : {&a, &b}) {
    SmallVector<Value> operands = {
        host.address(o->codes),          host.address(o->scales),
        host.address(o->folded.rows),    host.toI32(o->allRows),
        host.toI32(o->blocks),           host.toI32(op.getK()),
        host.address(o->folded.factors), host.address(choice)};
    host.launch(kernels, "expand", host.ceilDiv(o->allRows, rowsPerBlock),
                bf16_fold::kThreads, operands);
  }
  launchMultiply(host, kernels, form, shape, a.folded, b.folded, out,
                 /*acc=*/Value(), /*bandOperands=*/{}, choice);
}
