//===- LinalgToKernels.cpp - linalg on memrefs to gpu.launch --------------===//
//
// mx-linalg-to-kernels: one thread for each element of an op's result;
// reductions by several (Reductions.h), or as loops inside the thread.
//
//===----------------------------------------------------------------------===//

#include "CollapseLoops.h"
#include "Launch.h"
#include "Reductions.h"
#include "WideLoops.h"
#include "mx/Conversion/Passes.h"

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mx::gpu_kernels;

namespace mx {
#define GEN_PASS_DEF_MXLINALGTOKERNELS
#include "mx/Conversion/Passes.h.inc"

namespace {

/// Elements that a thread makes of a result of so many: several are read before
/// the first is written, so that latencies overlap.
int64_t countPerThread(scf::ParallelOp loop) {
  constexpr int64_t kMost = 4, kManyBlocks = 512;
  int64_t elements = 1;
  for (Value extent : loop.getUpperBound())
    elements *= getConstantIntValue(extent).value_or(0);
  bool isWhole = elements % (kMost * kThreadsPerBlock) == 0 &&
                 elements >= kManyBlocks * kMost * kThreadsPerBlock;
  bool isPlain =
      llvm::none_of(loop.getBody()->without_terminator(), [](Operation &op) {
        return op.getNumRegions() > 0 ||
               !(isMemoryEffectFree(&op) ||
                 isa<memref::LoadOp, memref::StoreOp>(op));
      });
  return isWhole && isPlain ? kMost : 1;
}

/// Side of the squares of elements that neighbouring threads make where they
/// read along another axis than they write: both ways whole 32-byte sectors of
/// 2-byte elements, and more of wider ones.
constexpr int64_t kSquare = 16;

/// The loop along which the input with most axes lies in memory, where it is
/// not the last and squares divide both.
std::optional<unsigned> findLoopAcross(linalg::GenericOp op) {
  OpOperand *widest = nullptr;
  for (OpOperand *input : op.getDpsInputOperands())
    if (!widest || op.getRank(input) > op.getRank(widest))
      widest = input;
  if (!widest || op.getRank(widest) < 2 || op.getNumReductionLoops() > 0)
    return std::nullopt;
  auto dim = dyn_cast<AffineDimExpr>(
      op.getMatchingIndexingMap(widest).getResults().back());
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  unsigned last = extents.size() - 1;
  auto isWhole = [&](unsigned loop) {
    return !ShapedType::isDynamic(extents[loop]) &&
           extents[loop] % kSquare == 0;
  };
  if (!dim || dim.getPosition() == last || !isWhole(dim.getPosition()) ||
      !isWhole(last))
    return std::nullopt;
  return dim.getPosition();
}

/// The indices of the loops in a thread; squares of `across` and the last loop
/// are threads in a row.
SmallVector<Value> getIndices(OpBuilder &b, Location loc, Value number,
                              ValueRange extents,
                              std::optional<unsigned> across) {
  if (!across)
    return delinearize(b, loc, number, extents);
  Value side = constant(b, loc, kSquare);
  unsigned last = extents.size() - 1;
  SmallVector<Value> outer(extents);
  for (unsigned loop : {*across, last})
    outer[loop] =
        constant(b, loc, *getConstantIntValue(extents[loop]) / kSquare);
  outer.append({side, side});
  SmallVector<Value> indices = delinearize(b, loc, number, outer);
  for (auto [loop, inner] : {std::pair(*across, last + 1), {last, last + 2}}) {
    Value start = arith::MulIOp::create(b, loc, indices[loop], side);
    indices[loop] = arith::AddIOp::create(b, loc, start, indices[inner]);
  }
  indices.truncate(extents.size());
  return indices;
}

/// A parallel loop from 0 in steps of 1.
void launchLoop(OpBuilder &b, scf::ParallelOp loop,
                std::optional<unsigned> across) {
  Location loc = loop.getLoc();
  int64_t perThread = countPerThread(loop);
  Value numThreads = constant(b, loc, 1);
  for (Value extent : loop.getUpperBound())
    numThreads = arith::MulIOp::create(b, loc, numThreads, extent);
  numThreads =
      arith::DivUIOp::create(b, loc, numThreads, constant(b, loc, perThread));
  launchThreads(b, loc, numThreads, [&](OpBuilder &b, Value thread) {
    SmallVector<IRMapping> mappings(perThread);
    for (int64_t i = 0; i < perThread; ++i) {
      Value far =
          arith::MulIOp::create(b, loc, numThreads, constant(b, loc, i));
      Value number = arith::AddIOp::create(b, loc, thread, far);
      mappings[i].map(loop.getInductionVars(),
                      getIndices(b, loc, number, loop.getUpperBound(), across));
    }
    auto clone = [&](bool stores) {
      for (IRMapping &mapping : mappings)
        for (Operation &op : loop.getBody()->without_terminator())
          if (perThread == 1 || isa<memref::StoreOp>(op) == stores)
            b.clone(op, mapping);
    };
    clone(/*stores=*/false);
    if (perThread > 1)
      clone(/*stores=*/true);
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
  generic = collapseLoops(rewriter, *generic);
  if (launchReduction(rewriter, *generic))
    return success();
  rewriter.setInsertionPoint(*generic);
  if (generic->getNumParallelLoops() == 0) {
    Location loc = generic->getLoc();
    launchThreads(
        rewriter, loc, constant(rewriter, loc, 1), [&](OpBuilder &b, Value) {
          (*generic)->moveBefore(b.getInsertionBlock(), b.getInsertionPoint());
        });
    rewriter.setInsertionPoint(*generic);
    LogicalResult loops = linalg::linalgOpToLoops(rewriter, *generic);
    rewriter.eraseOp(*generic);
    return loops;
  }
  std::optional<unsigned> across = findLoopAcross(*generic);
  FailureOr<linalg::LinalgLoops> loops =
      linalg::linalgOpToParallelLoops(rewriter, *generic);
  if (failed(loops))
    return failure();
  auto outer = cast<scf::ParallelOp>(loops->front());
  rewriter.setInsertionPoint(outer);
  if (across || !launchWide(rewriter, outer))
    launchLoop(rewriter, outer, across);
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
