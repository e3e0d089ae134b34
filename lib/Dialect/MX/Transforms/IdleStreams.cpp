//===- IdleStreams.cpp - Ops whose stream draws nothing -------------------===//

#include "IdleStreams.h"

#include "mx/Dialect/MX/IR/MX.h"

using namespace mlir;

namespace mx {

bool hasIdleStream(Operation *op) {
  if (auto quantize = dyn_cast<QuantizeOp>(op))
    return !quantize.getSeed();
  if (auto hadamard = dyn_cast<HadamardOp>(op))
    return !hadamard.getSeed();
  auto cast = dyn_cast<CastOp>(op);
  return cast && !cast.getSeed();
}

StringRef getStreamName(Operation *op) {
  return isa<HadamardOp>(op) ? "sign_stream" : "stream";
}

bool isEqualButForStream(Operation *a, Operation *b,
                         function_ref<bool(Value, Value)> areEqual) {
  auto getAttributes = [](Operation *op) {
    NamedAttrList list(op->getAttrDictionary());
    list.erase(getStreamName(op));
    return list.getDictionary(op->getContext());
  };
  return a->getName() == b->getName() &&
         a->getResultTypes() == b->getResultTypes() &&
         llvm::equal(a->getOperands(), b->getOperands(), areEqual) &&
         getAttributes(a) == getAttributes(b);
}

} // namespace mx
