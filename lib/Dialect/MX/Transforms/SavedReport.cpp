//===- SavedReport.cpp - Bytes kept for the backward products -------------===//

#include "SavedReport.h"

#include "IdleStreams.h"
#include "SavedOperands.h"

#include "mx/Dialect/MX/Transforms/BytesMoved.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mx {

SavedReport::Kept &SavedReport::getKept(Value value) {
  Operation *op = value.getParentRegion()->getParentOp();
  if (!isa<FunctionOpInterface>(op))
    op = op->getParentOfType<FunctionOpInterface>();
  return kept[op];
}

namespace {

/// Numbers of values: equal for those that mx-share-quantizations makes one,
/// the results of equal ops that draw no random bits, whatever their streams.
class ValueNumbers {
public:
  explicit ValueNumbers(Operation *function) {
    function->walk<WalkOrder::PreOrder>([&](Operation *op) { add(op); });
  }

  unsigned get(Value value) {
    return numbers.try_emplace(value, numbers.size()).first->second;
  }

private:
  void add(Operation *op) {
    if (op->getNumResults() == 0 || !isMemoryEffectFree(op))
      return;
    auto &known = leaders[getHash(op)];
    for (Operation *leader : known)
      if (isEqual(leader, op)) {
        for (auto [value, first] :
             llvm::zip(op->getResults(), leader->getResults()))
          numbers[value] = get(first);
        return;
      }
    known.push_back(op);
  }

  llvm::hash_code getHash(Operation *op) {
    llvm::hash_code hash = llvm::hash_combine(op->getName());
    for (Value operand : op->getOperands())
      hash = llvm::hash_combine(hash, get(operand));
    for (Type type : op->getResultTypes())
      hash = llvm::hash_combine(hash, type);
    return hash;
  }

  bool isEqual(Operation *left, Operation *right) {
    auto haveEqual = [&](Value a, Value b) { return get(a) == get(b); };
    if (hasIdleStream(left))
      return hasIdleStream(right) &&
             isEqualButForStream(left, right, haveEqual);
    return OperationEquivalence::isEquivalentTo(
        left, right, [&](Value a, Value b) { return success(haveEqual(a, b)); },
        /*markEquivalent=*/nullptr, OperationEquivalence::IgnoreLocations);
  }

  DenseMap<Value, unsigned> numbers;
  DenseMap<size_t, SmallVector<Operation *, 1>> leaders; ///< by hash
};

} // namespace

void SavedReport::addOperand(Value operand) {
  Value value = operand;
  while (true) {
    value = getViewedSource(value);
    auto dequantize = value.getDefiningOp<DequantizeOp>();
    if (!dequantize)
      break;
    value = dequantize.getInput();
  }
  getKept(operand).operands.insert(value);
}

void SavedReport::addMask(Value mask) { getKept(mask).masks.insert(mask); }

void SavedReport::emit() const {
  for (const auto &[op, values] : kept) {
    int64_t operands = 0, masks = 0, bf16 = 0;
    ValueNumbers numbers(op);
    llvm::SmallDenseSet<unsigned> counted;
    for (Value value : values.operands) {
      if (!counted.insert(numbers.get(value)).second)
        continue;
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
