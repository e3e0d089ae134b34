//===- LowerDecode.cpp - Launches of loops that decode weights ------------===//

#include "LowerDecode.h"

#include "mx/Conversion/NVVM/Families.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

/// Weights of a cluster.
static constexpr int64_t kColumns = decode::kTileN * decode::kCluster;

int64_t mx::nvvm::chooseDecodeRows(PackedMatmulOp op) {
  int64_t m = getTokens(op);
  int64_t n = cast<ShapedType>(op.getInit().getType()).getShape().back();
  if (m < 0 || ShapedType::isDynamic(n))
    return kManyDecodeRows;
  int64_t tiles =
      llvm::divideCeil(m, kFewDecodeRows) * llvm::divideCeil(n, kColumns);
  return tiles <= fold::kClusters ? kFewDecodeRows : kManyDecodeRows;
}

Value mx::nvvm::countDecodeTiles(HostCode &host, const FoldShape &shape,
                                 int64_t rows) {
  return host.multiply(host.ceilDiv(shape.m, rows),
                       host.ceilDiv(shape.n, kColumns));
}

void mx::nvvm::setDecodeForm(decode::Form &form, PackedMatmulOp op,
                             int64_t cols, int64_t tileM) {
  auto out = cast<ShapedType>(op.getInit().getType());
  form.type = out.getElementType();
  form.alpha = op.getAlpha().convertToFloat();
  form.cols = cols;
  form.codeBytes = cols * form.codeBits / 8;
  form.tileM = tileM;
  form.evenN = isLastMultipleOf(out, 2);
  form.alignedN = isLastMultipleOf(out, 8);
  form.hasAcc = static_cast<bool>(op.getAcc());
}

SmallVector<Value> mx::nvvm::getDecodeOperands(HostCode &host,
                                               const decode::Form &form,
                                               const FoldShape &shape, Value x,
                                               Value rowBytes, Value codes,
                                               Value scales, Value out) {
  Value one = host.index(1);
  return {host.mapBytes(x, {one, shape.m, rowBytes},
                        {form.tileM / decode::kCluster, decode::kStepBytes}),
          host.mapBytes(codes, {one, shape.n, host.index(form.codeBytes)},
                        {decode::kTileN, decode::kTileBytes}),
          host.address(scales),
          host.address(out),
          host.toI32(shape.m),
          host.toI32(shape.n)};
}

void mx::nvvm::launchDecodeLoop(HostCode &host, gpu::GPUModuleOp kernels,
                                StringRef name, const decode::Form &form,
                                ValueRange operands) {
  host.launch(kernels, name,
              host.countBlocks(/*perMultiprocessor=*/1, decode::kCluster),
              decode::kThreads, operands, form.getSharedBytes(),
              decode::kCluster);
}
