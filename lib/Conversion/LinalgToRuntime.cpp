//===- LinalgToRuntime.cpp - Float products to calls of libmx_runtime -----===//
//
// mx-linalg-to-runtime: the products that no recipe has rewritten go to the
// same kernels as those that one has. The runtime takes operands with any
// strides, so that the axes of each are only put in its order.
//
//===----------------------------------------------------------------------===//

#include "RuntimeCalls.h"
#include "RuntimeRecords.h"

#include "mx/Conversion/Passes.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXLINALGTORUNTIME
#include "mx/Conversion/Passes.h.inc"

namespace {

/// Products of fewer multiply-adds cost less as loops than the call does.
constexpr int64_t kFewest = 4096;

/// The loops of a product in the order of the runtime's axes: [batch…, m, k],
/// [batch…, n, k] and [batch…, m, n].
struct ProductAxes {
  SmallVector<unsigned> lhs, rhs, result;
};

/// Where a product has several rows of loops, all but the last are batch axes
/// that the right operand lacks, which the runtime broadcasts to.
FailureOr<ProductAxes> getAxes(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<unsigned> batch, m, n, k;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    bool lhs = maps[0].isFunctionOfDim(loop),
         rhs = maps[1].isFunctionOfDim(loop);
    if (!maps[2].isFunctionOfDim(loop))
      (lhs && rhs ? k : batch).push_back(loop);
    else
      (!lhs ? n : rhs ? batch : m).push_back(loop);
  }
  if (m.empty() || n.size() != 1 || k.size() != 1 ||
      (m.size() > 1 && !batch.empty()))
    return failure();
  ProductAxes axes;
  axes.lhs = batch;
  axes.lhs.append(m);
  axes.result = axes.lhs;
  axes.lhs.push_back(k[0]);
  axes.result.push_back(n[0]);
  axes.rhs = batch;
  axes.rhs.append({n[0], k[0]});
  return axes;
}

bool isSupported(linalg::LinalgOp op) {
  if (!op.hasPureBufferSemantics() || op.getNumDpsInputs() != 2 ||
      op.getNumDpsInits() != 1 || !isProductLike(op))
    return false;
  auto getElement = [&](unsigned operand) {
    return cast<MemRefType>(op->getOperand(operand).getType()).getElementType();
  };
  Type input = getElement(0);
  return (input.isBF16() || input.isF16() || input.isF32()) &&
         getElement(1) == input && getElement(2).isF32() &&
         llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
           return map.isProjectedPermutation();
         });
}

bool isSmall(linalg::LinalgOp op) {
  int64_t steps = 1;
  for (int64_t extent : op.getStaticLoopRanges()) {
    if (ShapedType::isDynamic(extent) || extent >= kFewest)
      return false;
    steps *= extent;
    if (steps >= kFewest)
      return false;
  }
  return true;
}

struct LowerProduct : OpInterfaceRewritePattern<linalg::LinalgOp> {
  LowerProduct(MLIRContext *context, RuntimeSymbols *symbols)
      : OpInterfaceRewritePattern(context), symbols(symbols) {}

  /// A view of a buffer with its axes in the order of these loops.
  static Value arrange(RewriterBase &b, Location loc, Value buffer,
                       AffineMap map, ArrayRef<unsigned> loops) {
    SmallVector<unsigned> order;
    for (unsigned loop : loops)
      order.push_back(
          *map.getResultPosition(getAffineDimExpr(loop, map.getContext())));
    auto permutation = AffineMap::getPermutationMap(order, map.getContext());
    if (permutation.isIdentity())
      return buffer;
    return memref::TransposeOp::create(b, loc, buffer,
                                       AffineMapAttr::get(permutation));
  }

  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const final {
    if (!op->getParentOfType<ModuleOp>() || !isSupported(op) || isSmall(op))
      return failure();
    FailureOr<ProductAxes> axes = getAxes(op);
    if (failed(axes))
      return failure();
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    Type f32 = rewriter.getF32Type(), byte = rewriter.getI8Type();
    Value result = arrange(rewriter, op.getLoc(), op->getOperand(2), maps[2],
                           axes->result);
    RuntimeCall call(rewriter, op, symbols);
    call.addRecord(getFloatMatmulRecord());
    for (auto [i, loops] : llvm::enumerate(ArrayRef({axes->lhs, axes->rhs}))) {
      call.addBuffer(
          arrange(rewriter, op.getLoc(), op->getOperand(i), maps[i], loops));
      call.addOptional({}, byte);
      call.addOptional({}, f32);
    }
    call.addBuffer(result); // what is added, too
    call.addBuffer(result);
    std::string type;
    llvm::raw_string_ostream(type)
        << cast<MemRefType>(op->getOperand(0).getType()).getElementType();
    call.emit("matmul_" + type + "_" + type + "_f32");
    rewriter.eraseOp(op);
    return success();
  }

  RuntimeSymbols *symbols;
};

/// Whether sums are asked for that are the same on every target: those of loops
/// are, for floats.
bool hasExactProduct(ModuleOp module) {
  return module
      .walk([](PackedMatmulOp op) {
        return op.getAccumulate() == Accumulate::Exact ? WalkResult::interrupt()
                                                       : WalkResult::advance();
      })
      .wasInterrupted();
}

struct LinalgToRuntime : impl::MXLinalgToRuntimeBase<LinalgToRuntime> {
  void runOnOperation() final {
    if (hasExactProduct(getOperation()))
      return;
    RuntimeSymbols symbols;
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerProduct>(&getContext(), &symbols);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
} // namespace mx
