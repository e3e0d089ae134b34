//===- Rounding.cpp - Ops that only round ---------------------------------===//

#include "mx/Dialect/MX/Transforms/Rounding.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

bool mx::isRounding(linalg::GenericOp op) {
  return op.getNumDpsInputs() == 1 && op.getNumDpsInits() == 1 &&
         op.getNumReductionLoops() == 0 &&
         llvm::all_of(op.getIndexingMapsArray(),
                      [](AffineMap map) { return map.isIdentity(); }) &&
         llvm::hasSingleElement(op.getBody()->without_terminator()) &&
         isa<arith::TruncFOp>(op.getBody()->front());
}
