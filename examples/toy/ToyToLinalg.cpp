//===- ToyToLinalg.cpp - Every toy op to linalg ---------------------------===//

#include "Toy.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

/// linalg.generic over the result, whose rows and columns are those of x.
static Value
elementwise(OpBuilder &b, Location loc, Value x, ValueRange others,
            ArrayRef<AffineMap> otherMaps,
            function_ref<Value(OpBuilder &, Location, ValueRange)> compute) {
  auto type = cast<RankedTensorType>(x.getType());
  Value empty = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, x), type.getElementType());
  AffineMap identity = b.getMultiDimIdentityMap(type.getRank());
  SmallVector<AffineMap> maps = {identity};
  llvm::append_range(maps, otherMaps);
  maps.push_back(identity);
  SmallVector<Value> inputs = {x};
  llvm::append_range(inputs, others);
  SmallVector<utils::IteratorType> parallel(type.getRank(),
                                            utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, loc, type, inputs, empty, maps, parallel,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(b, loc, compute(b, loc, args));
             })
      .getResult(0);
}

namespace {
struct LowerLinear : OpRewritePattern<toy::LinearOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(toy::LinearOp op,
                                PatternRewriter &b) const override {
    Location loc = op.getLoc();
    OpFoldResult sizes[] = {tensor::getMixedSize(b, loc, op.getX(), 0),
                            tensor::getMixedSize(b, loc, op.getWeight(), 0)};
    Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getF32Type());
    Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
    Value init = linalg::FillOp::create(b, loc, zero, empty).getResult(0);
    auto product = linalg::ContractOp::create(
        b, loc, TypeRange{init.getType()},
        ValueRange{op.getX(), op.getWeight()}, ValueRange{init},
        b.getAffineMapArrayAttr(op.getProductMaps()));
    b.replaceOp(op, op.finishProduct(b, product->getResult(0)));
    return success();
  }
};

struct LowerBias : OpRewritePattern<toy::BiasOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(toy::BiasOp op,
                                PatternRewriter &b) const override {
    AffineMap columns = AffineMap::get(2, 0, b.getAffineDimExpr(1));
    b.replaceOp(op, elementwise(b, op.getLoc(), op.getX(), op.getBias(),
                                columns, [](auto &b, auto loc, auto args) {
                                  return arith::AddFOp::create(b, loc, args[0],
                                                               args[1]);
                                }));
    return success();
  }
};

struct LowerRelu : OpRewritePattern<toy::ReluOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(toy::ReluOp op,
                                PatternRewriter &b) const override {
    b.replaceOp(op, elementwise(b, op.getLoc(), op.getX(), {}, {},
                                [](auto &b, auto loc, auto args) {
                                  Value zero = arith::ConstantOp::create(
                                      b, loc, b.getF32FloatAttr(0));
                                  return arith::MaximumFOp::create(
                                      b, loc, args[0], zero);
                                }));
    return success();
  }
};

struct ToyToLinalg : PassWrapper<ToyToLinalg, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ToyToLinalg)
  StringRef getArgument() const override { return "toy-to-linalg"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect,
                    tensor::TensorDialect>();
  }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerLinear, LowerBias, LowerRelu>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

std::unique_ptr<Pass> toy::createToyToLinalgPass() {
  return std::make_unique<ToyToLinalg>();
}
