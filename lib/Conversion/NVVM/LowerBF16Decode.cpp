//===- LowerBF16Decode.cpp - The launch of the bf16_decode kernel ---------===//

#include "LowerBF16Decode.h"

#include "LowerDecode.h"
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
  auto a = cast<ShapedType>(op.getA()[0].getType());
  setDecodeForm(form, op, a.getShape().back(), tileM);
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
  SmallVector<Value> operands = getDecodeOperands(
      host, form, shape, contiguous(op.getA()[0]), host.index(2 * form.cols),
      contiguous(op.getB()[0]), contiguous(op.getB()[1]), out);
  if (form.format.hasTensorScale)
    operands.push_back(host.address(op.getB()[2]));
  if (form.hasAcc)
    operands.push_back(host.address(contiguous(op.getAcc())));
  appendOperands(operands, host, form.epilogue);
  launchDecodeLoop(host, kernels, "multiply", form, operands);
  host.freeAll();
}

/// Whether all tiles of few rows have a cluster.
static Value hasFewTiles(HostCode &host, PackedMatmulOp op) {
  constexpr int64_t columns = decode::kTileN * decode::kCluster;
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
