//===- WideLoops.cpp - Threads that make vectors of elements --------------===//

#include "WideLoops.h"

#include "Launch.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mx;
using namespace mx::gpu_kernels;

namespace {

/// Bytes of the widest vector; buffers are aligned to them.
constexpr int64_t kVectorBytes = 16;
/// Ops of an element that take no time beside reading and writing it.
constexpr int64_t kFewOps = 12;
/// Threads below which single elements keep more of a GPU at work: with few ops
/// and with more, as measured.
constexpr int64_t kFewThreads = int64_t(1) << 13, kFewBusyThreads = int64_t(1)
                                                                    << 16;
/// Vectors of a thread: one where there are few ops, or where more would leave
/// too few blocks, or take too many ops or registers.
constexpr int64_t kMostPieces = 2, kManyBlocks = 512, kManyOps = 4096,
                  kManyRegisters = 64;

int64_t getBytes(Type element) {
  unsigned bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 0;
  return bits % 8 == 0 && llvm::isPowerOf2_32(bits / 8) ? bits / 8 : 0;
}

/// A read or a write.
struct Access {
  explicit Access(memref::LoadOp op)
      : buffer(op.getMemRef()), indices(op.getIndices()) {}
  explicit Access(memref::StoreOp op)
      : buffer(op.getMemRef()), indices(op.getIndices()) {}

  MemRefType getType() const { return cast<MemRefType>(buffer.getType()); }

  Value buffer;
  OperandRange indices;
};

class WideLoop {
public:
  explicit WideLoop(scf::ParallelOp loop)
      : loop(loop), last(loop.getInductionVars().back()) {}

  /// Whether it is one; decides what a thread has.
  bool analyze();
  void launch(OpBuilder &b);

private:
  /// What a thread has read of one vector.
  struct Piece {
    IRMapping uniform; ///< of ops that are the same all along it
    DenseMap<Operation *, Value> vectors;
    Value first; ///< of the last axis
  };

  bool findVaryingOps();
  bool isWide(const Access &access);
  bool isAligned(MemRefType type, int64_t width);
  bool chooseWidth();
  int64_t countElements();
  void choosePieces();

  SmallVector<Value> getStart(const Access &access, const Piece &piece);
  Piece read(OpBuilder &b, Value number);
  void compute(OpBuilder &b, const Piece &piece);
  void makeElement(OpBuilder &b, Value number);
  void makePieces(OpBuilder &b, Value first, int64_t count);
  void fill(OpBuilder &b, gpu::LaunchOp kernel);

  scf::ParallelOp loop;
  Value last;
  DenseSet<Operation *> varying; ///< ops that depend on the last axis
  SmallVector<MemRefType> wide;  ///< of accesses along the last axis
  int64_t width = 0, pieces = 1;
  SmallVector<Value> extents; ///< with vectors along the last axis
  Value vectors, elements;    ///< of the loop; elements where some are left
};

} // namespace

bool WideLoop::isWide(const Access &access) {
  return !access.indices.empty() && access.indices.back() == last;
}

/// False for bodies with anything but arithmetic, reads and then writes, or
/// whose accesses go across the last axis.
bool WideLoop::findVaryingOps() {
  auto varies = [&](Value value) {
    return value == last || varying.contains(value.getDefiningOp());
  };
  bool hasStores = false;
  for (Operation &op : loop.getBody()->without_terminator()) {
    auto load = dyn_cast<memref::LoadOp>(op);
    auto store = dyn_cast<memref::StoreOp>(op);
    if (op.getNumRegions() > 0 || (load && hasStores) ||
        !(load || store || isMemoryEffectFree(&op)))
      return false;
    hasStores |= bool(store);
    if (llvm::any_of(op.getOperands(), varies))
      varying.insert(&op);
    if (!load && !store)
      continue;
    Access access = load ? Access(load) : Access(store);
    if (isWide(access)) {
      if (llvm::any_of(access.indices.drop_back(), varies))
        return false;
      wide.push_back(access.getType());
    } else if (store || llvm::any_of(access.indices, varies)) {
      return false;
    }
  }
  return hasStores;
}

/// Whether vectors of so many elements along the last axis are aligned, where
/// they start at multiples of them.
bool WideLoop::isAligned(MemRefType type, int64_t width) {
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (failed(type.getStridesAndOffset(strides, offset)) ||
      ShapedType::isDynamic(offset) || offset % width != 0 ||
      strides.back() != 1)
    return false;
  return llvm::all_of(ArrayRef(strides).drop_back(), [&](int64_t stride) {
    return !ShapedType::isDynamic(stride) && stride % width == 0;
  });
}

bool WideLoop::chooseWidth() {
  int64_t widest = 0;
  for (MemRefType type : wide) {
    int64_t bytes = getBytes(type.getElementType());
    if (bytes == 0)
      return false;
    widest = std::max(widest, bytes);
  }
  // Elements that are left over have threads of their own, in a line only.
  std::optional<int64_t> extent =
      getConstantIntValue(loop.getUpperBound().back());
  bool isLine = loop.getNumLoops() == 1;
  for (width = kVectorBytes / widest; width > 1; width /= 2)
    if ((isLine || (extent && *extent % width == 0)) &&
        llvm::all_of(wide, [&](MemRefType t) { return isAligned(t, width); }))
      return true;
  return false;
}

/// Elements of the loop; 0 where they are not known.
int64_t WideLoop::countElements() {
  int64_t count = 1;
  for (Value extent : loop.getUpperBound())
    count *= getConstantIntValue(extent).value_or(0);
  return count;
}

/// Of a loop of unknown extents one: it may be small.
void WideLoop::choosePieces() {
  int64_t ops = int64_t(varying.size()), registers = 0;
  for (MemRefType type : wide)
    registers += llvm::divideCeil(width * getBytes(type.getElementType()), 4);
  int64_t blocks = countElements() / (width * kMostPieces * kThreadsPerBlock);
  bool isOne = ops <= kFewOps || blocks < kManyBlocks ||
               kMostPieces * width * ops > kManyOps ||
               kMostPieces * registers > kManyRegisters;
  pieces = isOne ? 1 : kMostPieces;
}

bool WideLoop::analyze() {
  if (!findVaryingOps() || !chooseWidth())
    return false;
  bool isStatic = llvm::all_of(loop.getUpperBound(), [](Value extent) {
    return getConstantIntValue(extent).has_value();
  });
  int64_t few =
      int64_t(varying.size()) <= kFewOps ? kFewThreads : kFewBusyThreads;
  if (isStatic && countElements() / width < few)
    return false;
  choosePieces();
  return true;
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

SmallVector<Value> WideLoop::getStart(const Access &access,
                                      const Piece &piece) {
  SmallVector<Value> indices;
  for (Value index : access.indices.drop_back())
    indices.push_back(piece.uniform.lookupOrDefault(index));
  indices.push_back(piece.first);
  return indices;
}

static VectorType getVectorType(MemRefType type, int64_t width) {
  return VectorType::get({width}, type.getElementType());
}

static llvm::Align getAlignment(MemRefType type, int64_t width) {
  return llvm::Align(uint64_t(width * getBytes(type.getElementType())));
}

WideLoop::Piece WideLoop::read(OpBuilder &b, Value number) {
  Location loc = loop.getLoc();
  Piece piece;
  SmallVector<Value> indices = delinearize(b, loc, number, extents);
  piece.first =
      arith::MulIOp::create(b, loc, indices.back(), constant(b, loc, width),
                            arith::IntegerOverflowFlags::nuw);
  SmallVector<Value> axes = loop.getInductionVars();
  for (auto [axis, index] : llvm::drop_end(llvm::zip_equal(axes, indices)))
    piece.uniform.map(axis, index);
  for (Operation &op : loop.getBody()->without_terminator()) {
    auto load = dyn_cast<memref::LoadOp>(op);
    if (load && isWide(Access(load))) {
      MemRefType type = load.getMemRefType();
      piece.vectors[&op] = vector::LoadOp::create(
          b, loc, getVectorType(type, width), load.getMemRef(),
          getStart(Access(load), piece), /*nontemporal=*/false,
          getAlignment(type, width));
    } else if (!varying.contains(&op) && !isa<memref::StoreOp>(op)) {
      b.clone(op, piece.uniform);
    }
  }
  return piece;
}

void WideLoop::compute(OpBuilder &b, const Piece &piece) {
  Location loc = loop.getLoc();
  DenseMap<Operation *, SmallVector<Value>> stored;
  for (int64_t i = 0; i < width; ++i) {
    IRMapping mapping = piece.uniform;
    mapping.map(last,
                arith::AddIOp::create(b, loc, piece.first, constant(b, loc, i),
                                      arith::IntegerOverflowFlags::nuw));
    for (Operation &op : loop.getBody()->without_terminator()) {
      if (auto store = dyn_cast<memref::StoreOp>(op))
        stored[&op].push_back(mapping.lookupOrDefault(store.getValue()));
      else if (Value vector = piece.vectors.lookup(&op))
        mapping.map(op.getResult(0),
                    vector::ExtractOp::create(b, loc, vector, i));
      else if (varying.contains(&op))
        b.clone(op, mapping);
    }
  }
  for (auto store : loop.getBody()->getOps<memref::StoreOp>()) {
    MemRefType type = store.getMemRefType();
    Value vector = vector::FromElementsOp::create(
        b, loc, getVectorType(type, width), stored[store]);
    vector::StoreOp::create(b, loc, vector, store.getMemRef(),
                            getStart(Access(store), piece),
                            /*nontemporal=*/false, getAlignment(type, width));
  }
}

/// One element of a line.
void WideLoop::makeElement(OpBuilder &b, Value number) {
  IRMapping mapping;
  mapping.map(last, number);
  for (Operation &op : loop.getBody()->without_terminator())
    b.clone(op, mapping);
}

/// Vectors that are a block's threads apart, all read before the first is
/// written.
void WideLoop::makePieces(OpBuilder &b, Value first, int64_t count) {
  Location loc = loop.getLoc();
  SmallVector<Piece> read;
  for (int64_t i = 0; i < count; ++i)
    read.push_back(this->read(
        b, arith::AddIOp::create(b, loc, first,
                                 constant(b, loc, i * kThreadsPerBlock))));
  for (const Piece &piece : read)
    compute(b, piece);
}

/// A block has `pieces` vectors for each thread, the last one fewer; the first
/// threads have the elements that are in no vector.
void WideLoop::fill(OpBuilder &b, gpu::LaunchOp kernel) {
  Location loc = loop.getLoc();
  int64_t perBlock = pieces * kThreadsPerBlock;
  Value block = kernel.getBlockIds().x, thread = kernel.getThreadIds().x;
  Value start =
      arith::MulIOp::create(b, loc, block, constant(b, loc, perBlock));
  Value first = arith::AddIOp::create(b, loc, start, thread);
  auto isBelow = [&](Value x, Value y) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ule, x, y);
  };
  Value end = arith::AddIOp::create(b, loc, start, constant(b, loc, perBlock));
  std::optional<int64_t> known = getConstantIntValue(vectors);
  if (known && *known % perBlock == 0 && !elements) {
    makePieces(b, first, pieces);
  } else {
    auto isWhole = scf::IfOp::create(b, loc, isBelow(end, vectors),
                                     /*withElseRegion=*/true);
    OpBuilder inner = isWhole.getThenBodyBuilder();
    makePieces(inner, first, pieces);
    inner = isWhole.getElseBodyBuilder();
    auto rest = scf::ForOp::create(inner, loc, first, vectors,
                                   constant(inner, loc, kThreadsPerBlock));
    inner.setInsertionPointToStart(rest.getBody());
    makePieces(inner, rest.getInductionVar(), 1);
  }
  if (!elements)
    return;
  Value done = arith::MulIOp::create(b, loc, vectors, constant(b, loc, width));
  Value number = arith::AddIOp::create(b, loc, done, first);
  Value isLeft = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                       number, elements);
  auto left = scf::IfOp::create(b, loc, isLeft);
  OpBuilder inner = left.getThenBodyBuilder();
  makeElement(inner, number);
}

void WideLoop::launch(OpBuilder &b) {
  Location loc = loop.getLoc();
  extents.assign(loop.getUpperBound().begin(), loop.getUpperBound().end());
  std::optional<int64_t> extent = getConstantIntValue(extents.back());
  Value perVector = constant(b, loc, width);
  if (!extent || *extent % width != 0)
    elements = extents.back();
  Value count = extents.back();
  extents.back() = b.createOrFold<arith::DivUIOp>(loc, count, perVector);
  vectors = constant(b, loc, 1);
  for (Value size : extents)
    vectors = b.createOrFold<arith::MulIOp>(loc, vectors, size);
  // A block for elements that are no vector, too.
  Value all =
      elements
          ? arith::CeilDivUIOp::create(b, loc, count, perVector).getResult()
          : vectors;
  Value grid = arith::CeilDivUIOp::create(
      b, loc, all, constant(b, loc, pieces * kThreadsPerBlock));
  gpu::LaunchOp kernel = launchBlocks(b, loc, grid);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&kernel.getBody().front());
  fill(b, kernel);
  loop.erase();
}

/// Indices as they are, where a map of linalg changes nothing, and no reads of
/// what is only written.
static void simplifyBody(OpBuilder &b, scf::ParallelOp loop) {
  OpBuilder::InsertionGuard guard(b);
  SmallVector<Operation *> ops = llvm::map_to_vector(
      loop.getBody()->without_terminator(), [](Operation &op) { return &op; });
  for (Operation *op : ops) {
    SmallVector<Value> folded;
    b.setInsertionPoint(op);
    if (isa<affine::AffineApplyOp>(op) && succeeded(b.tryFold(op, folded)))
      op->replaceAllUsesWith(folded);
  }
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}

bool mx::gpu_kernels::launchWide(OpBuilder &b, scf::ParallelOp loop) {
  simplifyBody(b, loop);
  WideLoop wide(loop);
  if (!wide.analyze())
    return false;
  wide.launch(b);
  return true;
}
