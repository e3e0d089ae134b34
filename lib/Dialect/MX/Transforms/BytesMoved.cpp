//===- BytesMoved.cpp - What products read and write ----------------------===//

#include "mx/Dialect/MX/Transforms/BytesMoved.h"

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mx {

int64_t getStoredBytes(RankedTensorType type) {
  auto count = [](ArrayRef<int64_t> shape) {
    return ShapedType::isDynamicShape(shape)
               ? 0
               : ShapedType::getNumElements(shape);
  };
  Type element = type.getElementType();
  auto format = dyn_cast<ScaledType>(element);
  if (!format)
    return count(type.getShape()) *
           llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  Type scale = getScaleStorageType(format);
  return count(getPackedCodesShape(format, type.getShape())) +
         count(getPackedScaleShape(format, type.getShape())) *
             (scale.getIntOrFloatBitWidth() / 8) +
         (format.getHasTensorScale() ? 4 : 0);
}

static MovedBytes *findKind(Operation *op, BytesMoved &moved) {
  if (isa<MatmulOp, PackedMatmulOp>(op))
    return &moved.products;
  if (isa<QuantizeOp, DequantizeOp, AmaxOp, HadamardOp, CastOp,
          PackedQuantizeOp, PackedDequantizeOp, PackedRelayoutOp>(op))
    return &moved.preparations;
  if (isa<TransposeOp, linalg::TransposeOp>(op))
    return &moved.transposes;
  std::string whyNot;
  if (isProductLike(op) && succeeded(getContraction(op, whyNot)))
    return &moved.products;
  return nullptr;
}

static void addBytes(Operation *op, MovedBytes &kind) {
  bool isStatic = true;
  auto getBytes = [&](Type type) -> int64_t {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return 0;
    isStatic &= tensor.hasStaticShape();
    return getStoredBytes(tensor);
  };
  int64_t reads = 0, writes = 0;
  auto destination = dyn_cast<DestinationStyleOpInterface>(op);
  for (OpOperand &operand : op->getOpOperands())
    if (!destination || !destination.isDpsInit(&operand))
      reads += getBytes(operand.get().getType());
  for (Type type : op->getResultTypes())
    writes += getBytes(type);
  ++kind.ops;
  if (!isStatic) {
    ++kind.uncounted;
    return;
  }
  kind.reads += reads;
  kind.writes += writes;
}

BytesMoved countBytesMoved(Operation *root) {
  BytesMoved moved;
  root->walk([&](Operation *op) {
    if (MovedBytes *kind = findKind(op, moved))
      addBytes(op, *kind);
  });
  return moved;
}

} // namespace mx
