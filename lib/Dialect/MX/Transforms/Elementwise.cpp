//===- Elementwise.cpp - What elementwise ops do --------------------------===//

#include "mx/Dialect/MX/Transforms/Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

/// The only op of the body, where all operands are read and written alike.
static Operation *getOnlyOp(linalg::GenericOp op, int64_t numInputs) {
  auto isIdentity = [](AffineMap map) { return map.isIdentity(); };
  if (op.getNumDpsInputs() != numInputs || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() > 0 ||
      !llvm::all_of(op.getIndexingMapsArray(), isIdentity) ||
      !llvm::hasSingleElement(op.getBody()->without_terminator()))
    return nullptr;
  return &op.getBody()->front();
}

bool mx::isRounding(linalg::GenericOp op) {
  return isa_and_present<arith::TruncFOp>(getOnlyOp(op, 1));
}

bool mx::isSum(linalg::GenericOp op) {
  auto sum = dyn_cast_if_present<arith::AddFOp>(getOnlyOp(op, 2));
  if (!sum)
    return false;
  Value a = op.getBody()->getArgument(0), b = op.getBody()->getArgument(1);
  return (sum.getLhs() == a && sum.getRhs() == b) ||
         (sum.getLhs() == b && sum.getRhs() == a);
}

bool mx::isReadElementwise(OpOperand &input) {
  auto op = dyn_cast<linalg::GenericOp>(input.getOwner());
  return op && op.isDpsInput(&input) && op.getNumDpsInits() == 1 &&
         op.getNumReductionLoops() == 0 &&
         op.getMatchingIndexingMap(&input).isIdentity() &&
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity();
}
