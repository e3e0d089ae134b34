//===- product-interface.cpp - A product by an external model -------------===//
//
// mx-opt, but tosa.matmul is a product as it stands: without
// mx-imported-pipeline recipes rewrite it, by its interface. Its model names
// the second operand first, as no default does.
//
//===----------------------------------------------------------------------===//

#include "mx/InitAll.h"
#include "mx/Interfaces/ProductOpInterface.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

using namespace mlir;

namespace {
/// b[i, k, n] and a[i, m, k] give [i, m, n].
struct MatMulProduct
    : mx::ProductOpInterface::ExternalModel<MatMulProduct, tosa::MatMulOp> {
  OpOperand &getLhsOperand(Operation *op) const { return op->getOpOperand(1); }
  OpOperand &getRhsOperand(Operation *op) const { return op->getOpOperand(0); }
  SmallVector<AffineMap> getProductMaps(Operation *op) const {
    AffineExpr i, m, n, k;
    bindDims(op->getContext(), i, m, n, k);
    return AffineMap::inferFromExprList(
        ArrayRef<ArrayRef<AffineExpr>>{{i, k, n}, {i, m, k}, {i, m, n}},
        op->getContext());
  }
};
} // namespace

int main(int argc, char **argv) {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllPasses();
  mx::registerMx(registry);
  mx::registerMxPasses();
  registry.addExtension(+[](MLIRContext *context, tosa::TosaDialect *) {
    tosa::MatMulOp::attachInterface<MatMulProduct>(*context);
  });
  return asMainReturnCode(
      MlirOptMain(argc, argv, "mx optimizer driver\n", registry));
}
