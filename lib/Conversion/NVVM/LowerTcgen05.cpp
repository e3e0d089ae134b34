//===- LowerTcgen05.cpp - Launches of the tcgen05 kernels -----------------===//

#include "LowerTcgen05.h"

#include "FindEpilogue.h"
#include "LowerFold.h"
#include "LowerRelayout.h"
#include "ResultForm.h"
#include "RowScales.h"

#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

/// One operand of a product.
class Operand {
public:
  Operand(HostCode &host, const contract::ScaledFormat &format, StringRef name,
          OperandRange parts, Value items, Value rows, int words)
      : host(host), name(name), items(items), rowCount(rows), words(words) {
    codes = host.makeContiguous(parts[0]);
    scales = host.makeContiguous(parts[1]);
    if (format.hasTensorScale)
      tensorScale = parts[2];
    auto type = cast<MemRefType>(codes.getType());
    int64_t axis = type.getRank() - 2, blockBytes = type.getShape().back();
    blocks = host.size(codes, axis);
    bytes = host.multiply(blocks, host.index(blockBytes));
    bool isWhole = type.isDynamicDim(axis)
                       ? blockBytes % 16 == 0
                       : type.getDimSize(axis) * blockBytes % 16 == 0;
    isPadded = words != 4 || !isWhole;
    rowBytes =
        isPadded ? host.multiply(host.ceilDiv(bytes, 4 * words), host.index(16))
                 : bytes;
  }

  void build(OpBuilder &b, gpu::GPUModuleOp module) const {
    if (isPadded)
      tcgen05::buildPad(b, module, name, words);
  }

  /// Different for different kernels.
  std::string describe() const { return isPadded ? "_padded" : "_raw"; }

  Value getRowBytes() const { return rowBytes; }
  Value getTensorScale() const { return tensorScale; }

  /// The codes as a tensor map, with padding where the unit wants some.
  Value mapCodes(gpu::GPUModuleOp kernels, int64_t boxRows) {
    Value from = isPadded ? pad(kernels) : codes;
    return host.mapBytes(from, {items, rowCount, rowBytes},
                         {boxRows, tcgen05::kTileBytes});
  }

  /// The scales in tiles, as a tensor map of boxes of `boxAtoms` along K; what
  /// is behind the last is 0.
  Value mapScales(int64_t boxAtoms) {
    TiledScales tiled(host, items, rowCount, blocks);
    Value room = host.allocate(host.b.getI8Type(), tiled.countBytes());
    tiled.fill(scales, room);
    Value lines = host.multiply(tiled.tilesK, host.index(tcgen05::kAtomLines));
    return host.mapBytes(room,
                         {host.multiply(items, tiled.tilesM), lines,
                          host.index(tcgen05::kTileBytes)},
                         {boxAtoms * tcgen05::kAtomLines, tcgen05::kTileBytes},
                         /*isSwizzled=*/false);
  }

private:
  Value pad(gpu::GPUModuleOp kernels) {
    Value allBytes = host.multiply(host.multiply(items, rowCount), rowBytes);
    Value room = host.allocate(host.b.getI8Type(), allBytes);
    auto countWords = [&](Value size) { return host.ceilDiv(size, 4); };
    Value count = countWords(allBytes);
    host.launch(kernels, ("pad_" + name).str(),
                host.ceilDiv(count, tcgen05::kPadThreads), tcgen05::kPadThreads,
                {host.address(codes), host.address(room),
                 host.toI32(countWords(bytes)),
                 host.toI32(countWords(rowBytes)), host.toI32(count)});
    return room;
  }

  HostCode &host;
  StringRef name;
  Value items, rowCount, codes, scales, tensorScale, blocks, bytes, rowBytes;
  int words;
  bool isPadded;
};

} // namespace

tcgen05::Form mx::nvvm::getTensorForm(PackedMatmulOp op) {
  tcgen05::Form form;
  form.a = getScaledFormat(getRowFormat(op.getAScaledFormat()));
  form.b = getScaledFormat(getRowFormat(op.getBScaledFormat()));
  auto type = cast<ShapedType>(op.getInit().getType());
  form.type = type.getElementType();
  form.alpha = op.getAlpha().convertToFloat();
  form.evenN = isLastMultipleOf(type, 2);
  form.hasAcc = static_cast<bool>(op.getAcc());
  return form;
}

std::string mx::nvvm::applySchedule(tcgen05::Form &form,
                                    ScheduleAttr schedule) {
  ArrayRef<int64_t> tile = schedule.getTile();
  bool isTile = tile.size() == 3 && tile[0] % tcgen05::kTileM == 0 &&
                tile[2] == tcgen05::kTileBytes;
  form.group = isTile ? static_cast<int>(tile[0] / tcgen05::kTileM) : 0;
  form.columns = isTile ? static_cast<int>(tile[1]) : 0;
  form.cluster = static_cast<int>(schedule.getCluster());
  form.stages = static_cast<int>(schedule.getStages());
  return form.findScheduleProblem();
}

static std::string describe(PackedMatmulOp op, const tcgen05::Form &form) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << "mx_tcgen05_" << nameFormat(op.getAScaledFormat()) << "_"
     << nameFormat(op.getBScaledFormat()) << "_" << form.type;
  if (form.evenN)
    os << "_even";
  if (form.hasAcc)
    os << "_acc";
  if (form.group > 1)
    os << "_pair" << form.columns;
  else if (form.cluster > 1)
    os << "_cluster" << form.cluster;
  if (form.stages != form.getMostStages())
    os << "_stages" << form.stages;
  os << nameAlpha(form.alpha) << nameEpilogue(form.epilogue)
     << nameResultForm(form.quantizer);
  return name;
}

void mx::nvvm::lowerTcgen05(HostCode &host, PackedMatmulOp op,
                            const Epilogue &epilogue, PackedQuantizeOp quantize,
                            const Chip &chip) {
  FoldShape shape(host, op);
  tcgen05::Form form = getTensorForm(op);
  setEpilogue(form, epilogue);
  applySchedule(form,
                op->getAttrOfType<ScheduleAttr>(MXDialect::kScheduleAttrName));
  if (quantize)
    form.quantizer = getResultForm(quantize, chip);
  Operand a(host, form.a, "a", op.getA(), shape.items, shape.m,
            form.getWords(form.a));
  Operand b(host, form.b, "b", op.getB(), shape.items, shape.n,
            form.getWords(form.b));
  gpu::GPUModuleOp kernels =
      host.getKernels(describe(op, form) + a.describe() + b.describe(),
                      [&](OpBuilder &builder, gpu::GPUModuleOp module) {
                        a.build(builder, module);
                        b.build(builder, module);
                        tcgen05::buildMultiply(builder, module, form);
                      });
  Value steps = host.ceilDiv(a.getRowBytes(), tcgen05::kTileBytes);
  Value out = quantize ? quantize.getInitsOf(0)[0]
                       : host.makeContiguousOutput(op.getInit());
  SmallVector<Value> operands = {
      a.mapCodes(kernels, tcgen05::kTileM),
      b.mapCodes(kernels, form.columns / form.cluster),
      a.mapScales(form.getStageAtoms()),
      b.mapScales(form.getStageAtoms()),
      host.address(out),
      host.toI32(shape.m),
      host.toI32(shape.n),
      host.toI32(steps),
      host.toI32(shape.items)};
  for (Value tensorScale : {a.getTensorScale(), b.getTensorScale()})
    if (tensorScale)
      operands.push_back(host.address(tensorScale));
  if (form.hasAcc)
    operands.push_back(host.address(host.makeContiguous(op.getAcc())));
  appendOperands(operands, host, form.epilogue);
  if (quantize)
    appendOperands(operands, host, quantize);
  host.launch(kernels, "multiply",
              host.countBlocks(/*perMultiprocessor=*/1, form.cluster),
              tcgen05::kThreads, operands, form.getSharedBytes(), form.cluster);
  host.freeAll();
}
