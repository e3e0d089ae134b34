//===- LowerBF16Decode.cpp - The launch of the bf16_decode kernel ---------===//

#include "LowerBF16Decode.h"

#include "LowerFold.h"
#include "RowScales.h"
#include "mx/Conversion/NVVM/Families.h"
#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

bf16_decode::Form mx::nvvm::getBF16DecodeForm(PackedMatmulOp op,
                                              int64_t tileM) {
  bf16_decode::Form form;
  form.format = getScaledFormat(getRowFormat(op.getBScaledFormat()));
  auto out = cast<ShapedType>(op.getInit().getType());
  form.type = out.getElementType();
  form.alpha = op.getAlpha().convertToFloat();
  form.cols = cast<ShapedType>(op.getA()[0].getType()).getShape().back();
  form.tileM = tileM;
  int64_t n = out.getShape().back();
  form.evenN = !ShapedType::isDynamic(n) && n % 2 == 0;
  form.alignedN = !ShapedType::isDynamic(n) && n % 8 == 0;
  form.hasAcc = static_cast<bool>(op.getAcc());
  return form;
}

static std::string describe(const bf16_decode::Form &form, ScaledType format) {
  std::string name;
  llvm::raw_string_ostream os(name);
  os << "mx_bf16_decode_" << nameFormat(format) << "_" << form.type << "_"
     << form.tileM << "x" << form.cols;
  if (form.evenN)
    os << (form.storesQuads() ? "_aligned" : "_even");
  if (form.hasAcc)
    os << "_acc";
  os << nameAlpha(form.alpha) << nameEpilogue(form.epilogue);
  return name;
}

static void launchDecode(HostCode &host, PackedMatmulOp op, int64_t tileM,
                         const Epilogue &epilogue) {
  bf16_decode::Form form = getBF16DecodeForm(op, tileM);
  setEpilogue(form, epilogue);
  gpu::GPUModuleOp kernels =
      host.getKernels(describe(form, op.getBScaledFormat()),
                      [&](OpBuilder &b, gpu::GPUModuleOp module) {
                        bf16_decode::buildMultiply(b, module, form);
                      });
  FoldShape shape(host, op);
  Value out = host.makeContiguousOutput(op.getInit());
  auto contiguous = [&](Value buffer) { return host.makeContiguous(buffer); };
  Value one = host.index(1);
  SmallVector<Value> operands = {
      host.mapBytes(
          contiguous(op.getA()[0]), {one, shape.m, host.index(2 * form.cols)},
          {form.tileM / bf16_decode::kCluster, bf16_decode::kStepBytes}),
      host.mapBytes(contiguous(op.getB()[0]),
                    {one, shape.n, host.index(form.cols / 2)},
                    {bf16_decode::kTileN, bf16_decode::kTileBytes}),
      host.address(contiguous(op.getB()[1])),
      host.address(out),
      host.toI32(shape.m),
      host.toI32(shape.n)};
  if (form.format.hasTensorScale)
    operands.push_back(host.address(op.getB()[2]));
  if (form.hasAcc)
    operands.push_back(host.address(contiguous(op.getAcc())));
  appendOperands(operands, host, form.epilogue);
  host.launch(kernels, "multiply",
              host.countBlocks(/*perMultiprocessor=*/1, bf16_decode::kCluster),
              bf16_decode::kThreads, operands, form.getSharedBytes(),
              bf16_decode::kCluster);
  host.freeAll();
}

/// Whether all tiles of few rows have a cluster.
static Value hasFewTiles(HostCode &host, PackedMatmulOp op) {
  constexpr int64_t columns = bf16_decode::kTileN * bf16_decode::kCluster;
  FoldShape shape(host, op);
  Value tiles = host.multiply(host.ceilDiv(shape.m, kFewDecodeRows),
                              host.ceilDiv(shape.n, columns));
  return arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::ule,
                               tiles, host.index(fold::kClusters));
}

void mx::nvvm::lowerBF16Decode(HostCode &host, PackedMatmulOp op,
                               ScheduleAttr schedule,
                               const Epilogue &epilogue) {
  int64_t rows = schedule.getTile()[0];
  int64_t n = cast<MemRefType>(op.getInit().getType()).getShape().back();
  bool isKnown = getTokens(op) >= 0 && !ShapedType::isDynamic(n);
  if (isKnown || rows != kManyDecodeRows)
    return launchDecode(host, op, rows, epilogue);
  auto branch = scf::IfOp::create(host.b, host.loc, hasFewTiles(host, op),
                                  /*withElseRegion=*/true);
  host.b.setInsertionPointToStart(branch.thenBlock());
  launchDecode(host, op, kFewDecodeRows, epilogue);
  host.b.setInsertionPointToStart(branch.elseBlock());
  launchDecode(host, op, kManyDecodeRows, epilogue);
}
