//===- LowerSpare.cpp - Floats that stand ready beside s8_fold ------------===//

#include "LowerFold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

void mx::nvvm::launchSpare(HostCode &host, PackedMatmulOp op,
                           const FoldShape &shape, const FoldedOperand &a,
                           const FoldedOperand &b, Value choice, Value out,
                           const Epilogue &epilogue) {
  bool isFast = op.getAccumulate() == Accumulate::Fast;
  auto launch = [&](StringRef family, fold::Units units, Choice own,
                    const FoldedOperand &a, const FoldedOperand &b) {
    fold::Form form = getForm(units, op, a, b, epilogue);
    form.choice = own;
    if (units == fold::Units::E5M2 && isFast)
      form.unitSums = 128;
    gpu::GPUModuleOp kernels =
        host.getKernels((family + describeForm(form)).str(),
                        [&](OpBuilder &builder, gpu::GPUModuleOp module) {
                          fold::buildMultiply(builder, module, form);
                        });
    launchMultiply(host, kernels, form, shape, a, b, out, /*acc=*/Value(),
                   /*bandOperands=*/{}, choice);
  };
  auto widen = [&](FoldedOperand operand) {
    operand.rowBytes = host.multiply(operand.rowBytes, host.index(2));
    return operand;
  };
  launch("mx_e5m2_fold", fold::Units::E5M2, Choice::E5M2, a, b);
  launch("mx_bf16_fold", fold::Units::BF16, Choice::BF16, widen(a), widen(b));
}
