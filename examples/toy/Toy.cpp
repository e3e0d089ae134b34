//===- Toy.cpp - A dialect of layers --------------------------------------===//

#include "Toy.h"

using namespace mlir;

#include "ToyDialect.cpp.inc"
#define GET_OP_CLASSES
#include "ToyOps.cpp.inc"

void toy::ToyDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "ToyOps.cpp.inc"
      >();
}

/// x[m, k] · weight[n, k] gives [m, n].
SmallVector<AffineMap> toy::LinearOp::getProductMaps() {
  Builder b(getContext());
  AffineExpr m = b.getAffineDimExpr(0), n = b.getAffineDimExpr(1),
             k = b.getAffineDimExpr(2);
  return AffineMap::inferFromExprList(
      ArrayRef<ArrayRef<AffineExpr>>{{m, k}, {n, k}, {m, n}}, getContext());
}

/// What is left of a linear layer when the product is there.
Value toy::LinearOp::finishProduct(OpBuilder &b, Value product) {
  return BiasOp::create(b, getLoc(), product.getType(), product, getBias());
}
