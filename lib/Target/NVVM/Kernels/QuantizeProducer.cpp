//===- QuantizeProducer.cpp - What is computed to be quantised ------------===//

#include "QuantizeProducer.h"

#include "InlineBody.h"

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
  SmallVector<Value> elements;
  for (auto [i, argument] : llvm::enumerate(op.getRegionInputArgs())) {
    bool isWhole =
        op.getMatchingIndexingMap(op.getDpsInputOperand(i)).isIdentity();
    elements.push_back(i == 0 ? x
                              : k.load(k.parameter(firstParam + i - 1),
                                       argument.getType(), isWhole ? at : row));
  }
  return inlineBody(k, op, elements);
}
