//===- RoundProducts.cpp - Products whose results are rounded -------------===//

#include "RoundProducts.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Elementwise.h"

using namespace mlir;
using namespace mx;

namespace {

void roundResult(PackedMatmulOp op) {
  if (!op.getResult() || !op.getResult().hasOneUse() ||
      !getElementTypeOrSelf(op.getResult()).isF32())
    return;
  auto rounding = dyn_cast<linalg::GenericOp>(*op.getResult().user_begin());
  auto room = op.getInit().getDefiningOp<tensor::EmptyOp>();
  if (!rounding || !room || !isRounding(rounding))
    return;
  auto type = cast<RankedTensorType>(rounding.getResult(0).getType());
  if (!type.getElementType().isBF16() && !type.getElementType().isF16())
    return;
  OpBuilder b(op);
  Value narrow = tensor::EmptyOp::create(b, op.getLoc(), room.getMixedSizes(),
                                         type.getElementType());
  Operation *made = b.clone(*op);
  auto narrowed = cast<PackedMatmulOp>(made);
  narrowed.getInitMutable().assign(narrow);
  narrowed->getResult(0).setType(narrow.getType());
  rounding.getResult(0).replaceAllUsesWith(narrowed->getResult(0));
  rounding.erase();
  op.erase();
}

struct RoundProducts : PassWrapper<RoundProducts, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RoundProducts)

  StringRef getArgument() const override { return "mx-round-products"; }
  StringRef getDescription() const override {
    return "products of packed operands round what is only read rounded";
  }
  void runOnOperation() override {
    SmallVector<PackedMatmulOp> products;
    getOperation()->walk([&](PackedMatmulOp op) { products.push_back(op); });
    llvm::for_each(products, roundResult);
  }
};
} // namespace

std::unique_ptr<Pass> mx::createRoundProductsPass() {
  return std::make_unique<RoundProducts>();
}
