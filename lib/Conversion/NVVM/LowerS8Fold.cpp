//===- LowerS8Fold.cpp - Launches of the s8_fold kernels ------------------===//

#include "LowerFold.h"

#include "../../Target/NVVM/Kernels/S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

/// One operand of a product as the integer units take it.
struct Expanded : FoldedOperand {
  Value codes, scales, misfits; ///< contiguous, as packed; what did not fit
  Value allRows, blocks;
};

Expanded prepare(HostCode &host, OperandRange parts, Value items, Value rows) {
  Expanded e;
  e.codes = host.makeContiguous(parts[0]);
  e.scales = host.makeContiguous(parts[1]);
  int64_t rank = cast<MemRefType>(e.codes.getType()).getRank();
  e.blocks = host.size(e.codes, rank - 2);
  e.rowsPerItem = rows;
  e.allRows = host.multiply(items, rows);
  e.rowBytes = host.multiply(e.blocks, host.index(32));
  e.rows =
      host.allocate(host.b.getI8Type(), host.multiply(e.allRows, e.rowBytes));
  e.factors = allocateFactors(host, e.allRows);
  e.misfits = host.allocate(host.b.getI32Type(), host.add(e.allRows, 1));
  return e;
}

void launchExpand(HostCode &host, gpu::GPUModuleOp kernels, const Expanded &e) {
  host.clear(e.misfits, 4);
  constexpr int64_t rowsPerBlock = s8_fold::kExpandThreads / 32;
  host.launch(kernels, "expand", host.ceilDiv(e.allRows, rowsPerBlock),
              s8_fold::kExpandThreads,
              {host.address(e.codes), host.address(e.scales),
               host.address(e.rows), host.address(e.factors),
               host.address(e.misfits), host.toI32(e.allRows),
               host.toI32(e.blocks)});
}

void launchRepair(HostCode &host, gpu::GPUModuleOp kernels, const Expanded &a,
                  const Expanded &b, Value out) {
  SmallVector<Value> operands;
  for (Value buffer :
       {a.codes, a.scales, b.codes, b.scales, a.misfits, b.misfits, out})
    operands.push_back(host.address(buffer));
  for (Value size : {a.rowsPerItem, b.rowsPerItem, a.blocks})
    operands.push_back(host.toI32(size));
  host.launch(kernels, "repair", host.countBlocks(/*perMultiprocessor=*/4, 1),
              s8_fold::kRepairThreads, operands);
}

} // namespace

void mx::nvvm::lowerS8Fold(HostCode &host, PackedMatmulOp op) {
  FoldShape shape(host, op);
  Expanded a = prepare(host, op.getA(), shape.items, shape.m);
  Expanded b = prepare(host, op.getB(), shape.items, shape.n);
  fold::Form form = getForm(fold::Units::S8, op, a, b);
  gpu::GPUModuleOp kernels =
      host.getKernels("mx_s8_fold" + describeForm(form),
                      [&](OpBuilder &builder, gpu::GPUModuleOp module) {
                        s8_fold::buildExpand(builder, module);
                        fold::buildMultiply(builder, module, form);
                        s8_fold::buildRepair(builder, module, form);
                      });
  launchExpand(host, kernels, a);
  launchExpand(host, kernels, b);
  Value out = host.makeContiguousOutput(op.getInit());
  launchMultiply(host, kernels, op, form, shape, a, b, out);
  launchRepair(host, kernels, a, b, out);
  host.freeAll();
}
