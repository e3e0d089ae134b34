//===- LinalgToKernels.cpp - linalg on memrefs to gpu.launch --------------===//
//
// mx-linalg-to-kernels: one thread for each element of an op's result, its
// reductions as loops inside the thread.
//
//===----------------------------------------------------------------------===//

#include "mx/Conversion/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXLINALGTOKERNELS
#include "mx/Conversion/Passes.h.inc"

namespace {

constexpr int64_t kThreadsPerBlock = 256;

Value constant(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

/// Names kernel and module alike, since the kernels of a program may be printed
/// as one file. (Upstream would name all kernels of a function alike.)
void name(gpu::LaunchOp op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  unsigned number = 0;
  function.walk([&](gpu::LaunchOp other) { number += other != op; });
  auto symbol = FlatSymbolRefAttr::get(
      op.getContext(), (function.getName() + "_kernel_" + Twine(number)).str());
  op.setModuleAttr(symbol);
  op.setFunctionAttr(symbol);
}

/// A grid of at least `numThreads` threads in a line; `fill` makes the body of
/// the thread of a given number.
void launch(OpBuilder &b, Location loc, Value numThreads,
            function_ref<void(OpBuilder &, Value)> fill) {
  Value one = constant(b, loc, 1);
  Value block = constant(b, loc, kThreadsPerBlock);
  Value grid = arith::CeilDivUIOp::create(b, loc, numThreads, block);
  auto op = gpu::LaunchOp::create(b, loc, grid, one, one, block, one, one);
  name(op);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&op.getBody().front());
  Value first =
      arith::MulIOp::create(b, loc, op.getBlockIds().x, op.getBlockSize().x);
  Value thread = arith::AddIOp::create(b, loc, first, op.getThreadIds().x);
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                       thread, numThreads);
  auto guarded = scf::IfOp::create(b, loc, inside);
  gpu::TerminatorOp::create(b, loc);
  b.setInsertionPointToStart(guarded.thenBlock());
  fill(b, thread);
}

/// The indices of the element `number` in row-major order.
SmallVector<Value> delinearize(OpBuilder &b, Location loc, Value number,
                               ValueRange extents) {
  SmallVector<Value> indices(extents.size());
  for (size_t i = extents.size(); i-- > 1;) {
    indices[i] = arith::RemUIOp::create(b, loc, number, extents[i]);
    number = arith::DivUIOp::create(b, loc, number, extents[i]);
  }
  indices[0] = number;
  return indices;
}

/// A parallel loop from 0 in steps of 1.
void launchLoop(OpBuilder &b, scf::ParallelOp loop) {
  Location loc = loop.getLoc();
  Value numThreads = constant(b, loc, 1);
  for (Value extent : loop.getUpperBound())
    numThreads = arith::MulIOp::create(b, loc, numThreads, extent);
  launch(b, loc, numThreads, [&](OpBuilder &b, Value thread) {
    SmallVector<Value> indices =
        delinearize(b, loc, thread, loop.getUpperBound());
    IRMapping mapping;
    mapping.map(loop.getInductionVars(), indices);
    for (Operation &op : loop.getBody()->without_terminator())
      b.clone(op, mapping);
  });
  loop.erase();
}

/// Parallel dimensions first, so that one parallel loop holds them all.
FailureOr<linalg::GenericOp> normalize(RewriterBase &rewriter,
                                       linalg::LinalgOp op) {
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  if (!generic) {
    FailureOr<linalg::GenericOp> made = linalg::generalizeNamedOp(rewriter, op);
    if (failed(made))
      return failure();
    generic = *made;
  }
  SmallVector<unsigned> order, reductions;
  for (auto [i, kind] : llvm::enumerate(generic.getIteratorTypesArray()))
    (linalg::isParallelIterator(kind) ? order : reductions).push_back(i);
  llvm::append_range(order, reductions);
  if (llvm::is_sorted(order))
    return generic;
  rewriter.setInsertionPoint(generic);
  return linalg::interchangeGenericOp(rewriter, generic, order);
}

LogicalResult convert(RewriterBase &rewriter, linalg::LinalgOp op) {
  rewriter.setInsertionPoint(op);
  FailureOr<linalg::GenericOp> generic = normalize(rewriter, op);
  if (failed(generic))
    return op.emitOpError("expected a form with loops for a GPU kernel");
  rewriter.setInsertionPoint(*generic);
  if (generic->getNumParallelLoops() == 0) {
    Location loc = generic->getLoc();
    launch(rewriter, loc, constant(rewriter, loc, 1), [&](OpBuilder &b, Value) {
      (*generic)->moveBefore(b.getInsertionBlock(), b.getInsertionPoint());
    });
    rewriter.setInsertionPoint(*generic);
    LogicalResult loops = linalg::linalgOpToLoops(rewriter, *generic);
    rewriter.eraseOp(*generic);
    return loops;
  }
  FailureOr<linalg::LinalgLoops> loops =
      linalg::linalgOpToParallelLoops(rewriter, *generic);
  if (failed(loops))
    return failure();
  auto outer = cast<scf::ParallelOp>(loops->front());
  rewriter.setInsertionPoint(outer);
  launchLoop(rewriter, outer);
  rewriter.eraseOp(*generic);
  return success();
}

struct LinalgToKernels : impl::MXLinalgToKernelsBase<LinalgToKernels> {
  void runOnOperation() final {
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (op.hasPureBufferSemantics() && !op->getParentOfType<gpu::LaunchOp>())
        ops.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops)
      if (failed(convert(rewriter, op)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mx
