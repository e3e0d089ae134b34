//===- QuantizeProducer.cpp - What is computed to be quantised ------------===//

#include "QuantizeProducer.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

SmallVector<Param> quantize::getProducerParams(const Form &form) {
  auto op = form.producer;
  return SmallVector<Param>(op ? op.getNumDpsInputs() - 1 : 0, Param::Pointer);
}

Type Form::getElement() const {
  auto op = producer;
  return op ? getElementTypeOrSelf(op.getDpsInits()[0].getType()) : source;
}

Value Producer::compute(Value x, Int row, Int at) const {
  if (!op)
    return x;
  OpBuilder &b = k.builder();
  IRMapping mapping;
  for (auto [i, argument] : llvm::enumerate(op.getRegionInputArgs())) {
    bool isWhole =
        op.getMatchingIndexingMap(op.getDpsInputOperand(i)).isIdentity();
    Value element = i == 0 ? x
                           : k.load(k.parameter(firstParam + i - 1),
                                    argument.getType(), isWhole ? at : row);
    mapping.map(argument, element);
  }
  for (Operation &inner : op.getBody()->without_terminator()) {
    for (Value operand : inner.getOperands())
      if (!mapping.contains(operand)) // a constant
        mapping.map(operand, b.clone(*operand.getDefiningOp())->getResult(0));
    b.clone(inner, mapping);
  }
  return mapping.lookup(op.getBody()->getTerminator()->getOperand(0));
}
