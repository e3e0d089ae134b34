//===- Reductions.cpp - Reductions by many threads ------------------------===//

#include "Reductions.h"

#include "Launch.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mx;
using namespace mx::gpu_kernels;

namespace {

/// Partial results that a thread has at a time, so that as many reads are on
/// their way.
constexpr int kPartials = 4;
/// Blocks that fill a GPU, and the least elements of a part of a result.
constexpr int64_t kWantedBlocks = 528, kLeastElements = 1024;
/// Results of a block whose neighbouring elements belong to neighbouring
/// results.
constexpr int64_t kColumns = 32;
constexpr int64_t kWarpSize = 32;

/// out = combine(out, f(inputs)), and what combine leaves as it is.
struct Form {
  Operation *combiner = nullptr;
  TypedAttr neutral;
  Value reduced; ///< f's result in the body
};

/// Whether no element is read for more than one result, as a product's are.
bool readsOnce(linalg::GenericOp op) {
  return llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *input) {
    return op.getRank(input) == op.getNumLoops();
  });
}

std::optional<Form> match(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumReductionLoops() == 0 ||
      !readsOnce(op))
    return std::nullopt;
  for (AffineMap map : op.getIndexingMapsArray())
    if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return std::nullopt;
  Form form;
  SmallVector<Operation *> combiners;
  form.reduced = matchReduction(op.getRegionOutputArgs(), 0, combiners);
  if (!form.reduced || combiners.size() != 1 ||
      !isa<arith::AddFOp, arith::AddIOp, arith::MulFOp, arith::MulIOp,
           arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
           arith::MinNumFOp, arith::MaxSIOp, arith::MinSIOp, arith::MaxUIOp,
           arith::MinUIOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp>(
          combiners[0]))
    return std::nullopt;
  form.combiner = combiners[0];
  std::optional<TypedAttr> neutral = arith::getNeutralElement(form.combiner);
  if (!neutral)
    return std::nullopt;
  form.neutral = *neutral;
  return form;
}

/// How a kernel shares the work: `results` of a block, each of `lanes` threads;
/// neighbouring threads are lanes of a result, or results (isColumns).
struct Shape {
  int64_t lanes = 1;
  bool isColumns = false;

  int64_t getResults() const { return kThreadsPerBlock / lanes; }
};

/// The largest power of two that is not above a number of at least 1.
int64_t roundDown(int64_t value) {
  return int64_t(1) << llvm::Log2_64(uint64_t(value));
}

class Reduction {
public:
  Reduction(RewriterBase &b, linalg::GenericOp op, Form form)
      : b(b), loc(op.getLoc()), op(op), form(form) {
    SmallVector<Range> ranges =
        cast<linalg::LinalgOp>(op.getOperation()).createLoopRanges(b, loc);
    unsigned numParallel = op.getNumParallelLoops();
    for (auto [i, range] : llvm::enumerate(ranges))
      (i < numParallel ? parallel : reduced)
          .push_back(getValueOrCreateConstantIndexOp(b, loc, range.size));
    numResults = multiply(parallel);
    numElements = multiply(reduced);
    type = getElementTypeOrSelf(op.getDpsInits()[0].getType());
    SmallVector<int64_t> extents = op.getStaticLoopRanges();
    staticResults = count(ArrayRef(extents).take_front(numParallel));
    staticElements = count(ArrayRef(extents).drop_front(numParallel));
  }

  bool launch() {
    Shape shape = chooseShape();
    if (shape.lanes == 1)
      return false;
    int64_t parts = chooseParts(shape);
    if (parts == 1) {
      emit(
          shape, 1, numElements,
          [&](Value result, Value number) { return evaluate(result, number); },
          [&](Value result, Value value) { addToOut(result, value); });
      return true;
    }
    Value all = arith::MulIOp::create(b, loc, numResults, index(parts));
    Value partial = memref::AllocOp::create(
        b, loc, MemRefType::get({ShapedType::kDynamic}, type), all);
    emit(
        shape, parts, numElements,
        [&](Value result, Value number) { return evaluate(result, number); },
        [&](Value place, Value value) {
          memref::StoreOp::create(b, loc, value, partial, place);
        });
    // Parts of a result lie numResults apart.
    Shape last{roundDown(std::min<int64_t>(parts, 32)), /*isColumns=*/true};
    emit(
        last, 1, index(parts),
        [&](Value result, Value number) -> Value {
          Value line = arith::MulIOp::create(b, loc, number, numResults);
          return memref::LoadOp::create(
              b, loc, partial,
              ValueRange{arith::AddIOp::create(b, loc, line, result)});
        },
        [&](Value result, Value value) { addToOut(result, value); });
    memref::DeallocOp::create(b, loc, partial);
    return true;
  }

private:
  using Load = function_ref<Value(Value result, Value number)>;
  using Store = function_ref<void(Value result, Value value)>;

  Value index(int64_t value) { return constant(b, loc, value); }
  Value multiply(ValueRange values) {
    Value product = index(1);
    for (Value value : values)
      product = arith::MulIOp::create(b, loc, product, value);
    return product;
  }
  static int64_t count(ArrayRef<int64_t> extents) {
    return llvm::any_of(extents, ShapedType::isDynamic)
               ? ShapedType::kDynamic
               : ShapedType::getNumElements(extents);
  }

  /// Whether neighbours along the last axis of the input with most axes belong
  /// to one result.
  bool areElementsNeighbours() {
    OpOperand *widest = nullptr;
    for (OpOperand *input : op.getDpsInputOperands())
      if (!widest || op.getRank(input) > op.getRank(widest))
        widest = input;
    if (!widest)
      return true;
    ArrayRef<int64_t> shape = op.getShape(widest);
    AffineMap map = op.getMatchingIndexingMap(widest);
    for (size_t axis = shape.size(); axis-- > 0;)
      if (auto dim = dyn_cast<AffineDimExpr>(map.getResult(axis));
          dim && shape[axis] != 1)
        return dim.getPosition() >= op.getNumParallelLoops();
    return true;
  }

  Shape chooseShape() {
    bool isKnown = !ShapedType::isDynamic(staticElements);
    int64_t most =
        isKnown ? roundDown(std::max<int64_t>(staticElements / 4, 1)) : 32;
    if (areElementsNeighbours()) {
      // A warp needs no barrier; enough results fill the GPU with warps.
      bool areMany =
          staticResults >= kWantedBlocks * kThreadsPerBlock / kWarpSize;
      int64_t limit = areMany ? kWarpSize : kThreadsPerBlock;
      return {std::min(most, limit), /*isColumns=*/false};
    }
    return {std::min<int64_t>(most, kThreadsPerBlock / kColumns),
            /*isColumns=*/true};
  }

  int64_t chooseParts(const Shape &shape) {
    if (ShapedType::isDynamic(staticElements) ||
        ShapedType::isDynamic(staticResults) || staticResults == 0)
      return 1;
    int64_t blocks = llvm::divideCeil(staticResults, shape.getResults());
    int64_t least =
        shape.isColumns ? kLeastElements / kColumns : kLeastElements;
    int64_t most = std::max<int64_t>(staticElements / least, 1);
    return std::clamp<int64_t>(kWantedBlocks / blocks, 1, most);
  }

  Value combine(Value x, Value y) {
    Operation *made = b.clone(*form.combiner);
    made->setOperands({x, y});
    return made->getResult(0);
  }

  /// The element of an operand at a point of the loops.
  Value load(OpOperand &operand, ValueRange point) {
    return memref::LoadOp::create(b, loc, operand.get(),
                                  getIndices(operand, point));
  }
  SmallVector<Value> getIndices(OpOperand &operand, ValueRange point) {
    SmallVector<Value> indices;
    for (AffineExpr axis : op.getMatchingIndexingMap(&operand).getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(axis);
      indices.push_back(dim ? point[dim.getPosition()] : index(0));
    }
    return indices;
  }

  /// f of the inputs at element `number` of a result.
  Value evaluate(Value result, Value number) {
    SmallVector<Value> point = delinearize(b, loc, result, parallel);
    llvm::append_range(point, delinearize(b, loc, number, reduced));
    IRMapping mapping;
    for (OpOperand *input : op.getDpsInputOperands()) {
      BlockArgument argument = op.getMatchingBlockArgument(input);
      if (!argument.use_empty())
        mapping.map(argument, isa<MemRefType>(input->get().getType())
                                  ? load(*input, point)
                                  : input->get());
    }
    for (Operation &inner : op.getBody()->without_terminator()) {
      if (&inner == form.combiner)
        continue;
      if (auto place = dyn_cast<linalg::IndexOp>(inner))
        mapping.map(place.getResult(), point[place.getDim()]);
      else
        b.clone(inner, mapping);
    }
    return mapping.lookupOrDefault(form.reduced);
  }

  void addToOut(Value result, Value value) {
    OpOperand &out = *op.getDpsInitOperand(0);
    SmallVector<Value> point = delinearize(b, loc, result, parallel);
    SmallVector<Value> indices = getIndices(out, point);
    Value before = memref::LoadOp::create(b, loc, out.get(), indices);
    memref::StoreOp::create(b, loc, combine(before, value), out.get(), indices);
  }

  /// One kernel: result `part · numResults + r` is that of elements [part ·
  /// size, (part + 1) · size) of result r.
  void emit(const Shape &shape, int64_t parts, Value elements, Load load,
            Store store) {
    Value all = arith::MulIOp::create(b, loc, numResults, index(parts));
    Value size = arith::CeilDivUIOp::create(b, loc, elements, index(parts));
    gpu::LaunchOp kernel = launchBlocks(
        b, loc,
        arith::CeilDivUIOp::create(b, loc, all, index(shape.getResults())));
    Value shared;
    if (!isInWarp(shape)) {
      auto space = gpu::AddressSpaceAttr::get(b.getContext(),
                                              gpu::AddressSpace::Workgroup);
      shared = kernel.addWorkgroupAttribution(
          MemRefType::get({kThreadsPerBlock}, type, MemRefLayoutAttrInterface(),
                          space),
          loc);
    }
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&kernel.getBody().front());
    Value thread = kernel.getThreadIds().x;
    Value perLine = index(shape.isColumns ? shape.getResults() : shape.lanes);
    Value high = arith::DivUIOp::create(b, loc, thread, perLine);
    Value low = arith::RemUIOp::create(b, loc, thread, perLine);
    Value lane = shape.isColumns ? high : low;
    Value first = arith::MulIOp::create(b, loc, kernel.getBlockIds().x,
                                        index(shape.getResults()));
    Value place =
        arith::AddIOp::create(b, loc, first, shape.isColumns ? low : high);
    Value isIn =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, place, all);
    Value part = arith::DivUIOp::create(b, loc, place, numResults);
    Value result = arith::RemUIOp::create(b, loc, place, numResults);
    Value start = arith::MulIOp::create(b, loc, part, size);
    Value end = arith::MinUIOp::create(
        b, loc, arith::AddIOp::create(b, loc, start, size), elements);
    end = arith::SelectOp::create(b, loc, isIn, end, index(0));
    start = arith::AddIOp::create(b, loc, start, lane);
    Value own = accumulate(start, end, shape.lanes,
                           [&](Value number) { return load(result, number); });
    Value sum = shared ? combineLanes(shape, shared, thread, lane, own)
                       : combineInWarp(shape, own);
    Value isFirst =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
    auto guarded =
        scf::IfOp::create(b, loc, arith::AndIOp::create(b, loc, isIn, isFirst));
    b.setInsertionPointToStart(guarded.thenBlock());
    store(place, sum);
  }

  /// Elements start, start + lanes, … before end.
  Value accumulate(Value start, Value end, int64_t lanes,
                   function_ref<Value(Value)> load) {
    SmallVector<Value> state(kPartials,
                             arith::ConstantOp::create(b, loc, form.neutral));
    state.push_back(start);
    // Rounds in which every partial result gets an element.
    Value last =
        arith::SubIOp::create(b, loc, end, index((kPartials - 1) * lanes));
    Value step = index(kPartials * lanes);
    auto rounds = scf::ForOp::create(
        b, loc, start, last, step, state,
        [&](OpBuilder &, Location, Value i, ValueRange state) {
          OpBuilder::InsertionGuard guard(b);
          SmallVector<Value> next;
          for (int j = 0; j < kPartials; ++j) {
            Value at = arith::AddIOp::create(b, loc, i, index(j * lanes));
            next.push_back(load(at));
          }
          for (int j = 0; j < kPartials; ++j)
            next[j] = combine(state[j], next[j]);
          next.push_back(arith::AddIOp::create(b, loc, i, step));
          scf::YieldOp::create(b, loc, next);
        });
    ValueRange done = rounds.getResults();
    Value sum = combine(combine(done[0], done[1]), combine(done[2], done[3]));
    auto rest = scf::ForOp::create(
        b, loc, done.back(), end, index(lanes), sum,
        [&](OpBuilder &, Location, Value i, ValueRange state) {
          OpBuilder::InsertionGuard guard(b);
          scf::YieldOp::create(b, loc, combine(state[0], load(i)));
        });
    return rest.getResult(0);
  }

  /// Whether a result's lanes are neighbours in a warp, which exchange values
  /// of 32 bits.
  bool isInWarp(const Shape &shape) {
    return !shape.isColumns && shape.lanes <= kWarpSize &&
           (type.isF32() || type.isInteger(32));
  }

  /// The tree over a result's lanes, which all get its root.
  Value combineInWarp(const Shape &shape, Value own) {
    for (int64_t half = shape.lanes / 2; half > 0; half /= 2) {
      auto other =
          gpu::ShuffleOp::create(b, loc, own, int32_t(half), int32_t(kWarpSize),
                                 gpu::ShuffleMode::XOR);
      own = combine(own, other.getShuffleResult());
    }
    return own;
  }

  /// The tree over a result's lanes in shared memory, whose root is lane 0.
  Value combineLanes(const Shape &shape, Value shared, Value thread, Value lane,
                     Value own) {
    int64_t apart = shape.isColumns ? shape.getResults() : 1;
    memref::StoreOp::create(b, loc, own, shared, thread);
    gpu::BarrierOp::create(b, loc);
    for (int64_t half = shape.lanes / 2; half > 0; half /= 2) {
      Value isLow = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                          lane, index(half));
      auto guarded = scf::IfOp::create(b, loc, isLow);
      {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(guarded.thenBlock());
        Value other =
            arith::AddIOp::create(b, loc, thread, index(half * apart));
        Value sum = combine(memref::LoadOp::create(b, loc, shared, thread),
                            memref::LoadOp::create(b, loc, shared, other));
        memref::StoreOp::create(b, loc, sum, shared, thread);
      }
      gpu::BarrierOp::create(b, loc);
    }
    return memref::LoadOp::create(b, loc, shared, thread);
  }

  RewriterBase &b;
  Location loc;
  linalg::GenericOp op;
  Form form;
  SmallVector<Value> parallel, reduced; ///< extents
  Value numResults, numElements;
  int64_t staticResults, staticElements;
  Type type;
};

} // namespace

bool gpu_kernels::launchReduction(RewriterBase &rewriter,
                                  linalg::GenericOp op) {
  std::optional<Form> form = match(op);
  if (!form)
    return false;
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  if (!Reduction(rewriter, op, *form).launch())
    return false;
  rewriter.eraseOp(op);
  return true;
}
