//===- SavedReport.cpp - Bytes kept for the backward products -------------===//

#include "SavedReport.h"

#include "SavedOperands.h"

#include "mx/Dialect/MX/Transforms/BytesMoved.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mx {

SavedReport::Kept &SavedReport::getKept(Value value) {
  Operation *op = value.getParentRegion()->getParentOp();
  if (!isa<FunctionOpInterface>(op))
    op = op->getParentOfType<FunctionOpInterface>();
  return kept[op];
}

/// Whether mx-share-quantizations makes one of two values: equal chains of ops
/// that draw no random bits, whatever their streams.
static bool isShared(Value a, Value b) {
  Operation *left = a.getDefiningOp(), *right = b.getDefiningOp();
  if (a == b || !left || !right)
    return a == b;
  auto areShared = [](Value a, Value b) { return success(isShared(a, b)); };
  if (auto first = dyn_cast<QuantizeOp>(left)) {
    auto second = dyn_cast<QuantizeOp>(right);
    return second && !first.getSeed() && !second.getSeed() &&
           first.getType() == second.getType() &&
           first.getEffectiveScaleRule() == second.getEffectiveScaleRule() &&
           isShared(first.getInput(), second.getInput());
  }
  if (auto first = dyn_cast<HadamardOp>(left)) {
    auto second = dyn_cast<HadamardOp>(right);
    return second && !first.getSeed() && !second.getSeed() &&
           first.getTransform() == second.getTransform() &&
           isShared(first.getInput(), second.getInput());
  }
  return isMemoryEffectFree(left) &&
         OperationEquivalence::isEquivalentTo(
             left, right, areShared, /*markEquivalent=*/nullptr,
             OperationEquivalence::IgnoreLocations);
}

void SavedReport::addOperand(Value operand) {
  Value value = operand;
  while (true) {
    value = getViewedSource(value);
    auto dequantize = value.getDefiningOp<DequantizeOp>();
    if (!dequantize)
      break;
    value = dequantize.getInput();
  }
  auto &operands = getKept(operand).operands;
  if (llvm::none_of(operands,
                    [&](Value other) { return isShared(value, other); }))
    operands.insert(value);
}

void SavedReport::addMask(Value mask) { getKept(mask).masks.insert(mask); }

void SavedReport::emit() const {
  for (const auto &[op, values] : kept) {
    int64_t operands = 0, masks = 0, bf16 = 0;
    for (Value value : values.operands) {
      auto type = cast<RankedTensorType>(value.getType());
      operands += getStoredBytes(type);
      bf16 += getStoredBytes(RankedTensorType::get(
          type.getShape(), BFloat16Type::get(op->getContext())));
    }
    for (Value value : values.masks)
      masks += getStoredBytes(cast<RankedTensorType>(value.getType()));
    InFlightDiagnostic remark = emitRemark(op->getLoc());
    remark << "kept for the backward products: " << operands
           << " bytes of operands";
    if (masks)
      remark << " and " << masks << " of clip masks";
    remark << "; in bf16 the operands would be " << bf16 << " bytes";
    if (bf16)
      remark << llvm::formatv(" (ratio {0:F3})", double(operands) / bf16).str();
  }
}

} // namespace mx
