//===- InlineBody.cpp - Elementwise ops within kernels --------------------===//

#include "InlineBody.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

Value mx::nvvm::inlineBody(Kernel &k, linalg::GenericOp op, ValueRange elements,
                           function_ref<Int(int64_t)> getIndex) {
  OpBuilder &b = k.builder();
  IRMapping mapping;
  mapping.map(op.getRegionInputArgs(), elements);
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      Int number = getIndex(index.getDim());
      mapping.map(index.getResult(),
                  arith::IndexCastOp::create(b, k.emitter().loc,
                                             b.getIndexType(), number.get()));
      continue;
    }
    for (Value operand : inner.getOperands())
      if (!mapping.contains(operand)) // a constant
        mapping.map(operand, b.clone(*operand.getDefiningOp())->getResult(0));
    b.clone(inner, mapping);
  }
  return mapping.lookup(op.getBody()->getTerminator()->getOperand(0));
}
