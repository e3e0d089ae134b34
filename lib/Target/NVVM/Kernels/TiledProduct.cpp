//===- TiledProduct.cpp - Products of floats on every chip ----------------===//
//
// 16 x 16 threads. While they multiply one tile of K, the next one's elements
// are on their way to registers; shared memory has two tiles in turn.
//
//===----------------------------------------------------------------------===//

#include "TiledProduct.h"

#include "Convert.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::tiled;

namespace {

class Product {
public:
  Product(Kernel &k, const Form &form) : k(k), form(form) {
    m = k.integer(3);
    n = k.integer(4);
    depth = k.integer(5);
    int tile = form.getTile();
    Int tilesM = (m + (tile - 1)).udiv(tile),
        tilesN = (n + (tile - 1)).udiv(tile);
    Int block = k.block(), perItem = tilesM * tilesN;
    item = block.udiv(perItem);
    Int inItem = block.urem(perItem);
    row = inItem.urem(tilesM) * tile;
    column = inItem.udiv(tilesM) * tile;
    shared = k.sharedMemory();
    thread = k.thread();
    a = locate(form.a, k.parameter(0), m, row, /*place=*/0);
    b = locate(form.b, k.parameter(1), n, column, getTileBytes());
  }

  void emit() {
    int count = form.perThread * form.perThread;
    SmallVector<Value> zeros(2 * form.perThread, k.f32(0));
    SmallVector<Value> state(count, k.f32(0));
    llvm::append_range(state, k.choose(depth.sgt(0), zeros,
                                       [&] { return loadTiles(k.i32(0)); }));
    SmallVector<Value> done =
        k.loop(k.i32(0), depth, k.i32(kDepth), state,
               [&](Int start, ValueRange state) {
                 Int place = shared + ((start >> 4) & 1) * (2 * getTileBytes());
                 storeTile(a, place, state.slice(count, form.perThread));
                 storeTile(b, place, state.take_back(form.perThread));
                 k.syncBlock();
                 SmallVector<Value> next = loadTiles(start + kDepth);
                 SmallVector<Value> sums(state.take_front(count));
                 for (int i = 0; i < kDepth; ++i)
                   accumulate(sums, place + i * getRowBytes());
                 llvm::append_range(sums, next);
                 return sums;
               });
    store(ValueRange(done).take_front(count));
  }

private:
  int getRowBytes() const { return (form.getTile() + 4) * 4; }
  int getTileBytes() const { return kDepth * getRowBytes(); }

  /// The elements of an operand's tiles that a thread brings.
  struct Source {
    Type type;
    Value pointer;
    Int first;                ///< i64: the tile's first element at k = 0
    Int stride;               ///< i64: from one k to the next
    SmallVector<Int> offsets; ///< of elements from the tile's first
    SmallVector<Int> depths;  ///< k in the tile
    SmallVector<Int> isIn;    ///< whether the row is in the matrix
    SmallVector<Int> places;  ///< in shared memory
  };

  /// Neighbouring threads take neighbouring elements of memory.
  Source locate(const Operand &operand, Value pointer, Int rows, Int start,
                int place) {
    Source source;
    source.type = operand.type;
    source.pointer = pointer;
    Int matrix = item.sext(64) * rows.sext(64) * depth.sext(64);
    int tile = form.getTile(), across = operand.isTransposed ? tile : kDepth;
    Int along = thread & (across - 1), other = thread.udiv(across);
    source.stride = operand.isTransposed ? rows.sext(64) : k.i64(1);
    source.first =
        matrix + (operand.isTransposed ? start.sext(64)
                                       : start.sext(64) * depth.sext(64));
    for (int i = 0; i < form.perThread; ++i) {
      Int far = other + i * (kThreads / across);
      Int inTile = operand.isTransposed ? along : far;
      Int at = operand.isTransposed ? far : along;
      source.offsets.push_back(operand.isTransposed ? at * rows + inTile
                                                    : inTile * depth + at);
      source.depths.push_back(at);
      source.isIn.push_back((start + inTile).slt(rows));
      source.places.push_back(at * getRowBytes() + inTile * 4 + place);
    }
    return source;
  }

  SmallVector<Value> loadTiles(Int start) {
    SmallVector<Value> values;
    for (const Source *source : {&a, &b}) {
      Int first = source->first + source->stride * start.sext(64);
      for (int i = 0; i < form.perThread; ++i) {
        Int isIn = source->isIn[i] & (source->depths[i] + start).slt(depth);
        // Read under no condition, so that latencies overlap.
        Int place = isIn.select(first + source->offsets[i].sext(64), k.i64(0));
        Value value = k.load(source->pointer, source->type, place);
        values.push_back(isIn.select(k.widen(value), k.f32(0)));
      }
    }
    return values;
  }

  void storeTile(const Source &source, Int place, ValueRange values) {
    for (auto [value, offset] : llvm::zip(values, source.places))
      k.storeShared(value, place + offset);
  }

  /// Fours of rows or columns, 64 apart: the index of element i.
  static Int locate(Int number, int i) {
    return number * 4 + (i / 4 * 64 + i % 4);
  }

  SmallVector<Value> loadFours(Int address) {
    SmallVector<Value> values;
    for (int i = 0; i < form.perThread; i += 4)
      for (Int word : k.loadSharedWords(address + i * 64, 4))
        values.push_back(floatOf(word, k.f32Type()));
    return values;
  }

  void accumulate(SmallVector<Value> &sums, Int place) {
    SmallVector<Value> rows = loadFours(place + (thread >> 4) * 16);
    SmallVector<Value> columns =
        loadFours(place + getTileBytes() + (thread & 15) * 16);
    for (int i = 0; i < form.perThread; ++i)
      for (int j = 0; j < form.perThread; ++j) {
        Value &sum = sums[i * form.perThread + j];
        sum = k.fma(rows[i], columns[j], sum);
      }
  }

  void store(ValueRange sums) {
    int step = form.evenN ? 2 : 1;
    EpilogueCode epilogue(k, form.epilogue, /*firstParam=*/6, n, form.evenN);
    for (int i = 0; i < form.perThread; ++i) {
      Int y = row + locate(thread >> 4, i);
      Int line = item.sext(64) * m.sext(64) + y.sext(64);
      for (int j = 0; j < form.perThread; j += step) {
        Int x = column + locate(thread & 15, j);
        Int place = line * n.sext(64) + x.sext(64);
        auto compute = [&](int l) {
          Value sum = finish(sums[i * form.perThread + j + l], place + l);
          return epilogue.compute(sum, line, x + l);
        };
        k.when(y.slt(m) & x.slt(n), [&] {
          if (step == 1)
            return k.store(compute(0), k.parameter(2), place);
          storeTwo(k, compute(0), compute(1), k.parameter(2), place);
        });
      }
    }
  }

  Value finish(Value sum, Int place) {
    if (form.hasAcc)
      sum = k.fadd(sum, k.widen(k.load(k.parameter(2), form.type, place)));
    return finishSum(k, sum, /*alpha=*/1, form.type, /*mayBeNaN=*/true);
  }

  Kernel &k;
  const Form &form;
  Int m, n, depth, item, row, column, shared, thread;
  Source a, b;
};

} // namespace

void tiled::buildProduct(OpBuilder &b, gpu::GPUModuleOp module,
                         const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::Pointer, Param::Pointer,
                               Param::I32,     Param::I32,     Param::I32};
  params.append(form.epilogue.getParams());
  Kernel k(b, module, "product", params, kThreads);
  Product(k, form).emit();
  k.finish();
}
