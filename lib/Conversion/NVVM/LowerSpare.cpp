//===- LowerSpare.cpp - Floats that stand ready beside s8_fold ------------===//

#include "LowerFold.h"

#include "../../Target/NVVM/Kernels/BF16Fold.h"
#include "../../Target/NVVM/Kernels/E5M2Fold.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

/// The product by one kind of units.
class Spare {
public:
  Spare(HostCode &host, PackedMatmulOp op, fold::Units units, Choice choice,
        const Epilogue &epilogue)
      : host(host), op(op), units(units), choice(choice), epilogue(epilogue) {}

  void launch(const FoldShape &shape, const SpareOperand &a,
              const SpareOperand &b, Value chosen, Value out) {
    FoldedOperand foldedA = fold(a), foldedB = fold(b);
    fold::Form form = getForm(units, op, foldedA, foldedB, epilogue);
    form.choice = choice;
    bool isBF16 = units == fold::Units::BF16;
    gpu::GPUModuleOp kernels = host.getKernels(
        (isBF16 ? "mx_bf16_fold" : "mx_e5m2_fold") + describeForm(form),
        [&](OpBuilder &builder, gpu::GPUModuleOp module) {
          buildExpand(builder, module);
          fold::buildMultiply(builder, module, form);
        });
    for (const SpareOperand *operand : {&a, &b})
      launchExpand(kernels, *operand, chosen);
    launchMultiply(host, kernels, form, shape, foldedA, foldedB, out,
                   /*acc=*/Value(), /*bandOperands=*/{}, chosen);
  }

private:
  FoldedOperand fold(const SpareOperand &operand) {
    FoldedOperand folded = operand.folded;
    if (units == fold::Units::BF16)
      folded.rowBytes = host.multiply(folded.rowBytes, host.index(2));
    return folded;
  }

  void buildExpand(OpBuilder &b, gpu::GPUModuleOp module) {
    if (units == fold::Units::E5M2)
      return e5m2_fold::buildExpand(b, module);
    bf16_fold::Expansion expansion{getScaledFormat(op.getAScaledFormat()),
                                   /*otherIsRaw=*/false, choice};
    bf16_fold::buildExpand(b, module, "expand", expansion);
  }

  void launchExpand(gpu::GPUModuleOp kernels, const SpareOperand &operand,
                    Value chosen) {
    SmallVector<Value> operands = {
        host.address(operand.codes), host.address(operand.scales),
        host.address(operand.folded.rows), host.toI32(operand.allRows),
        host.toI32(operand.blocks)};
    if (units == fold::Units::BF16)
      operands.push_back(host.toI32(op.getK()));
    operands.append(
        {host.address(operand.folded.factors), host.address(chosen)});
    constexpr int threads = bf16_fold::kThreads;
    static_assert(threads == e5m2_fold::kThreads);
    host.launch(kernels, "expand", host.ceilDiv(operand.allRows, threads / 32),
                threads, operands);
  }

  HostCode &host;
  PackedMatmulOp op;
  fold::Units units;
  Choice choice;
  const Epilogue &epilogue;
};

} // namespace

void mx::nvvm::launchSpare(HostCode &host, PackedMatmulOp op,
                           const FoldShape &shape, const SpareOperand &a,
                           const SpareOperand &b, Value choice, Value out,
                           const Epilogue &epilogue) {
  Spare(host, op, fold::Units::E5M2, Choice::E5M2, epilogue)
      .launch(shape, a, b, choice, out);
  Spare(host, op, fold::Units::BF16, Choice::BF16, epilogue)
      .launch(shape, a, b, choice, out);
}
