//===- LowerBF16Rows.cpp - The launch of the rows kernel ------------------===//

#include "LowerBF16Rows.h"

#include "../../Target/NVVM/Kernels/BF16Fold.h"
#include "../../Target/NVVM/Kernels/BF16Rows.h"
#include "LowerFold.h"
#include "RowScales.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

ScaledType mx::nvvm::getPackedRows(PackedMatmulOp op) {
  return getRowFormat(op.getAScaledFormat());
}

/// The static extent of the blocks of a row, or kDynamic.
static int64_t countBlocks(ValueRange operand) {
  auto codes = cast<ShapedType>(operand[0].getType());
  return codes.getShape()[codes.getRank() - 2];
}

std::string mx::nvvm::findProblemOfBF16Rows(PackedMatmulOp op) {
  ScaledType packed = getPackedRows(op);
  auto a = cast<ShapedType>(op.getA()[0].getType());
  if (!op.getBScaledFormat() || (!packed && !a.getElementType().isBF16()))
    return "a must be bf16 or packed, and b packed";
  if (!packed)
    return a.isDynamicDim(a.getRank() - 1) ? "K must be static" : "";
  contract::ScaledFormat format = getScaledFormat(packed);
  if (std::string problem = bf16_fold::findProblem(format); !problem.empty())
    return "a: " + problem;
  int64_t blocks = countBlocks(op.getA()), ofB = countBlocks(op.getB());
  if (ShapedType::isDynamic(blocks) || ShapedType::isDynamic(ofB))
    return "K must be static";
  contract::ScaledFormat weights =
      getScaledFormat(getRowFormat(op.getBScaledFormat()));
  if (blocks == 0 || ofB != weights.numBlocks(blocks * format.blockCols))
    return "the blocks of a row of a and of b do not end alike";
  return "";
}

int64_t mx::nvvm::countBF16Columns(PackedMatmulOp op) {
  if (ScaledType packed = getPackedRows(op))
    return countBlocks(op.getA()) * packed.getBlockCols();
  return cast<ShapedType>(op.getA()[0].getType()).getShape().back();
}

std::string mx::nvvm::nameBF16Rows(bool hasFactors, bool hasTensorScale) {
  return std::string(hasFactors ? "_factors" : "") +
         (hasTensorScale ? "_scaled" : "");
}

BF16Rows mx::nvvm::makeBF16Rows(HostCode &host, PackedMatmulOp op) {
  OperandRange a = op.getA();
  if (!op.getAScaledFormat())
    return {host.makeContiguous(a[0]), Value(), Value()};
  bf16_rows::Form form{getScaledFormat(op.getAScaledFormat()), countBlocks(a)};
  std::string name = "mx_bf16_" + nameFormat(op.getAScaledFormat()) + "_" +
                     std::to_string(form.getCols());
  gpu::GPUModuleOp kernels =
      host.getKernels(name, [&](OpBuilder &b, gpu::GPUModuleOp module) {
        bf16_rows::build(b, module, form);
      });
  int64_t rank = cast<MemRefType>(a[0].getType()).getRank();
  Value count = host.sizes(a[0], 0, rank - 2);
  BF16Rows made;
  made.rows = host.allocate(host.b.getBF16Type(),
                            host.multiply(count, host.index(form.getCols())));
  SmallVector<Value> operands = {host.address(host.makeContiguous(a[0])),
                                 host.address(host.makeContiguous(a[1])),
                                 host.address(made.rows),
                                 host.toI32(op.getK())};
  if (form.hasFactors()) {
    made.factors = allocateFactors(host, count);
    operands.push_back(host.address(made.factors));
  }
  if (form.format.hasTensorScale)
    made.tensorScale = a[2];
  host.launch(kernels, "rows", count, bf16_rows::kThreads, operands,
              bf16_rows::kSharedBytes);
  return made;
}
