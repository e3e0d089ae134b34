//===- LowerBlockScale.cpp - The launch of mma_block_scale ----------------===//

#include "LowerBlockScale.h"

#include "FindEpilogue.h"
#include "LowerFold.h"
#include "ResultForm.h"
#include "mx/Conversion/NVVM/Families.h"
#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// Blocks that fill a GPU.
static constexpr int64_t kEnoughBlocks = 128;

/// Tiles of 64 rows where 128 would be too many rows, or too few tiles.
static int chooseRowTiles(PackedMatmulOp op) {
  auto out = cast<ShapedType>(op.getInit().getType());
  if (!out.hasStaticShape())
    return 4;
  int64_t n = out.getShape().back();
  int64_t m = getBatch(op, /*isB=*/true).empty()
                  ? ShapedType::getNumElements(out.getShape().drop_back())
                  : out.getShape().drop_back().back();
  if (m == 0 || n == 0)
    return 4;
  int64_t items = out.getNumElements() / (m * n);
  int64_t blocks = items * llvm::divideCeil(m, 128) *
                   llvm::divideCeil(n, block_scale::kTileN);
  return m <= 64 || blocks < kEnoughBlocks ? 2 : 4;
}

block_scale::Form mx::nvvm::getBlockScaleForm(PackedMatmulOp op) {
  auto describe = [](ScaledType format, Value codes) {
    auto type = cast<ShapedType>(codes.getType());
    int64_t blocks = type.getDimSize(type.getRank() - 2);
    return block_scale::Operand{getScaledFormat(format),
                                ShapedType::isDynamic(blocks) ? -1 : blocks};
  };
  block_scale::Form form;
  form.a = describe(op.getAScaledFormat(), op.getA()[0]);
  form.b = describe(op.getBScaledFormat(), op.getB()[0]);
  auto out = cast<ShapedType>(op.getInit().getType());
  form.type = out.getElementType();
  form.hasAcc = static_cast<bool>(op.getAcc());
  form.evenN = isLastMultipleOf(out, 2);
  form.alpha = op.getAlpha().convertToFloat();
  form.rowTiles = chooseRowTiles(op);
  return form;
}

/// How many blocks a row has tells two kernels apart where it is known.
static std::string getModuleName(PackedMatmulOp op,
                                 const block_scale::Form &form) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << "mx_block_scale_" << nameFormat(op.getAScaledFormat()) << "_"
     << nameFormat(op.getBScaledFormat()) << "_" << form.type;
  for (const block_scale::Operand *operand : {&form.a, &form.b})
    if (operand->blocks >= 0)
      os << "_" << operand->blocks;
  if (form.evenN)
    os << "_even";
  if (form.hasAcc)
    os << "_acc";
  os << "_" << form.getTileM() << nameAlpha(form.alpha)
     << nameEpilogue(form.epilogue) << nameResultForm(form.quantizer);
  return name;
}

void mx::nvvm::lowerBlockScale(HostCode &host, PackedMatmulOp op,
                               const Epilogue &epilogue,
                               PackedQuantizeOp quantize, const Chip &chip) {
  block_scale::Form form = getBlockScaleForm(op);
  setEpilogue(form, epilogue);
  if (quantize)
    form.quantizer = getResultForm(quantize, chip);
  FoldShape shape(host, op);
  gpu::GPUModuleOp kernels = host.getKernels(
      getModuleName(op, form), [&](OpBuilder &b, gpu::GPUModuleOp module) {
        block_scale::buildProduct(b, module, form);
      });
  Value out = quantize ? quantize.getInitsOf(0)[0]
                       : host.makeContiguousOutput(op.getInit());
  SmallVector<Value> operands, counts, tensorScales;
  for (OperandRange values : {op.getA(), op.getB()}) {
    Value codes = host.makeContiguous(values[0]);
    operands.append(
        {host.address(codes), host.address(host.makeContiguous(values[1]))});
    int64_t rank = cast<MemRefType>(codes.getType()).getRank();
    counts.push_back(host.toI32(host.size(codes, rank - 2)));
    if (values.size() > 2)
      tensorScales.push_back(host.address(values[2]));
  }
  operands.append({host.address(out), host.toI32(shape.m), host.toI32(shape.n),
                   host.toI32(op.getK())});
  llvm::append_range(operands, counts);
  llvm::append_range(operands, tensorScales);
  if (form.hasAcc)
    operands.push_back(host.address(host.makeContiguous(op.getAcc())));
  appendOperands(operands, host, form.epilogue);
  if (quantize)
    appendOperands(operands, host, quantize);
  Value tiles = host.multiply(host.ceilDiv(shape.m, form.getTileM()),
                              host.ceilDiv(shape.n, block_scale::kTileN));
  host.launch(kernels, "product", host.multiply(shape.items, tiles),
              block_scale::kThreads, operands, form.getSharedBytes());
  host.freeAll();
}
