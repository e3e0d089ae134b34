//===- DescribeBody.cpp - Elementwise ops as text -------------------------===//

#include "DescribeBody.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

void mx::nvvm::describeBody(raw_ostream &os, linalg::GenericOp op) {
  os << op.getIndexingMaps();
  DenseMap<Value, unsigned> numbers;
  for (BlockArgument argument : op.getBody()->getArguments())
    numbers.try_emplace(argument, numbers.size());
  for (Operation &inner : *op.getBody()) {
    os << inner.getName() << inner.getAttrDictionary();
    for (Value operand : inner.getOperands()) {
      Attribute constant;
      if (matchPattern(operand, m_Constant(&constant)))
        os << constant;
      else
        os << '%' << numbers.lookup(operand);
    }
    for (Value result : inner.getResults()) {
      numbers.try_emplace(result, numbers.size());
      os << result.getType();
    }
  }
}
