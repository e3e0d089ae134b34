//===- LowerS8Fold.cpp - Launches of the s8_fold kernels ------------------===//

#include "Lowerings.h"

#include "../../Target/NVVM/Kernels/S8Fold.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

/// One operand of a product as the integer units take it.
struct Expanded {
  Value codes, scales;           ///< contiguous, as packed
  Value bytes, factors, misfits; ///< what the kernel expand writes
  Value rows, rowsPerItem, blocks;
};

Expanded expand(HostCode &host, gpu::GPUModuleOp kernels, OperandRange parts,
                Value items) {
  Expanded e;
  e.codes = host.makeContiguous(parts[0]);
  e.scales = host.makeContiguous(parts[1]);
  int64_t rank = cast<MemRefType>(e.codes.getType()).getRank();
  e.rowsPerItem = host.size(e.codes, rank - 3);
  e.blocks = host.size(e.codes, rank - 2);
  e.rows = host.multiply(items, e.rowsPerItem);
  Value cols = host.multiply(e.blocks, host.index(32));
  e.bytes = host.allocate(host.b.getI8Type(), host.multiply(e.rows, cols));
  // A tile past the last row still reads a factor.
  e.factors =
      host.allocate(host.b.getF32Type(), host.add(e.rows, s8_fold::kTileN));
  e.misfits = host.allocate(host.b.getI32Type(), host.add(e.rows, 1));
  host.clear(e.misfits, 4);
  constexpr int64_t rowsPerBlock = s8_fold::kExpandThreads / 32;
  host.launch(kernels, "expand", host.ceilDiv(e.rows, rowsPerBlock),
              s8_fold::kExpandThreads,
              {host.address(e.codes), host.address(e.scales),
               host.address(e.bytes), host.address(e.factors),
               host.address(e.misfits), host.toI32(e.rows),
               host.toI32(e.blocks)});
  return e;
}

Value mapOperand(HostCode &host, const Expanded &e, Value items,
                 int64_t boxRows) {
  Value cols = host.multiply(e.blocks, host.index(32));
  return host.mapBytes(e.bytes, {items, e.rowsPerItem, cols},
                       {boxRows, s8_fold::kTileK});
}

std::string getModuleName(const s8_fold::Result &result) {
  std::string type;
  llvm::raw_string_ostream(type) << result.type;
  std::string name = "mx_s8_fold_" + type;
  if (result.evenN)
    name += "_even";
  if (result.alpha != 1)
    name += "_alpha_" +
            llvm::utohexstr(llvm::bit_cast<uint32_t>(result.alpha), true);
  return name;
}

void launchMultiply(HostCode &host, gpu::GPUModuleOp kernels, const Expanded &a,
                    const Expanded &b, Value out, Value items) {
  Value cols = host.multiply(a.blocks, host.index(32));
  SmallVector<Value> operands = {
      mapOperand(host, a, items, s8_fold::kTileM),
      mapOperand(host, b, items, s8_fold::kTileN / s8_fold::kCluster),
      host.address(a.factors),
      host.address(b.factors),
      host.address(out),
      host.toI32(a.rowsPerItem),
      host.toI32(b.rowsPerItem),
      host.toI32(cols),
      host.toI32(items)};
  host.launch(kernels, "multiply",
              host.countBlocks(/*perMultiprocessor=*/1, s8_fold::kCluster),
              s8_fold::kMultiplyThreads, operands,
              s8_fold::kMultiplySharedBytes, s8_fold::kCluster);
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
  auto type = cast<MemRefType>(op.getInit().getType());
  int64_t rank = type.getRank();
  int64_t n = type.getDimSize(rank - 1);
  s8_fold::Result result{type.getElementType(), op.getAlpha().convertToFloat(),
                         !ShapedType::isDynamic(n) && n % 2 == 0};
  gpu::GPUModuleOp kernels = host.getKernels(
      getModuleName(result), [&](OpBuilder &b, gpu::GPUModuleOp module) {
        s8_fold::buildExpand(b, module);
        s8_fold::buildMultiply(b, module, result);
        s8_fold::buildRepair(b, module, result);
      });
  Value items = host.sizes(op.getInit(), 0, rank - 2);
  Expanded a = expand(host, kernels, op.getA(), items);
  Expanded b = expand(host, kernels, op.getB(), items);
  Value out = host.makeContiguousOutput(op.getInit());
  launchMultiply(host, kernels, a, b, out, items);
  launchRepair(host, kernels, a, b, out);
  host.freeAll();
}
