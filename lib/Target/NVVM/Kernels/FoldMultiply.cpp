//===- FoldMultiply.cpp - Rows with one factor each by wgmma --------------===//
//
// Persistent blocks in clusters of two along M: one warp copies tiles into a
// ring of stages, two warpgroups multiply. The cluster's blocks load half of
// B's tile each, for both.
//
//===----------------------------------------------------------------------===//

#include "FoldMultiply.h"

#include "../Builder/Barrier.h"
#include "../Builder/Wgmma.h"
#include "Convert.h"
#include "TileOrder.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::fold;

namespace {

constexpr int kBytesA = kTileM * kTileBytes;
constexpr int kGroupRows = 64; ///< of a warpgroup
/// 16-bit elements of kTileBytes: a transposed block is as many by as many.
constexpr int kBlockRows = kTileBytes / 2;

WgmmaShape getShape(const Form &form) {
  if (form.units == Units::S8)
    return {"s32.s8.s8", form.tileN};
  StringRef types = form.units == Units::F16 ? "f32.f16.f16" : "f32.bf16.bf16";
  return {types,
          form.tileN,
          /*k=*/16,
          /*isFloat=*/true,
          /*canTranspose=*/true,
          form.a.isTransposed,
          form.b.isTransposed};
}

SmallVector<Param> getParameters(const Form &form) {
  SmallVector<Param> params = {
      Param::TensorMap, Param::TensorMap, Param::Pointer, Param::I32,
      Param::I32,       Param::I32,       Param::I32};
  int pointers = form.a.hasFactors + form.b.hasFactors + form.a.hasTensorScale +
                 form.b.hasTensorScale;
  params.append(pointers + form.hasAcc, Param::Pointer);
  if (form.hasBands) {
    params.append(6, Param::Pointer);
    params.append(2, Param::I32);
  }
  if (form.choice)
    params.push_back(Param::Pointer);
  return params;
}

class Multiply {
public:
  Multiply(Kernel &k, const Form &form)
      : k(k), form(form), shape(getShape(form)) {
    mapA = k.parameter(0);
    mapB = k.parameter(1);
    out = k.parameter(2);
    m = k.integer(3);
    n = k.integer(4);
    stepsOfPart = k.integer(5);
    steps = stepsOfPart * std::max(form.a.parts, form.b.parts);
    takeOptional();
    Int allM = form.hasBands ? m + extraM : m;
    Int allN = form.hasBands ? n + extraN : n;
    tilesM = (allM + (kTileM * kCluster - 1)).udiv(kTileM * kCluster);
    tilesN = (allN + (form.tileN - 1)).udiv(form.tileN);
    tiles = tilesM * tilesN * k.integer(6);
    shared = k.sharedMemory();
    rank = k.clusterRank();
  }

  void emit() {
    k.when(k.thread() == 0, [&] {
      for (int stage = 0; stage < kStages; ++stage) {
        full(k.i32(stage)).init(1);
        empty(k.i32(stage)).init(2 * kCluster);
      }
      fenceBarrierInit(k);
    });
    syncCluster(k);
    k.whenElse((k.thread() >> 7) == 2, [&] { produce(); }, [&] { consume(); });
    syncCluster(k);
  }

private:
  struct Tile {
    Int item, row, column;
  };

  void takeOptional() {
    unsigned next = 7;
    auto take = [&](bool isThere) {
      return isThere ? k.parameter(next++) : Value();
    };
    factorsA = take(form.a.hasFactors);
    factorsB = take(form.b.hasFactors);
    for (bool isThere : {form.a.hasTensorScale, form.b.hasTensorScale})
      if (Value scale = take(isThere))
        tensorScales.push_back(k.load(scale, k.f32Type(), k.i32(0)));
    acc = take(form.hasAcc);
    if (form.hasBands)
      takeBands(next);
  }

  void takeBands(unsigned first) {
    slotsA = k.parameter(first + 2);
    slotsB = k.parameter(first + 3);
    rawA = k.parameter(first + 4);
    rawB = k.parameter(first + 5);
    roomA = k.integer(first + 6);
    roomB = k.integer(first + 7);
    auto extra = [&](unsigned counts, Int room) {
      Value count = k.load(k.parameter(counts), k.i32Type(), k.i32(0));
      return Int(k.emitter(), count).smin(room);
    };
    extraM = extra(first, roomA);
    extraN = extra(first + 1, roomB);
  }

  Barrier full(Int stage) {
    return {k, shared + kStages * form.getStageBytes() + (stage << 3)};
  }
  Barrier empty(Int stage) {
    return {k, shared + kStages * (form.getStageBytes() + 8) + (stage << 3)};
  }

  Tile locate(Int tile) {
    TilePlace place = locateTile(tile, tilesM, tilesN);
    return {place.item, (place.row * kCluster + rank) * kTileM,
            place.column * form.tileN};
  }

  void forEachTile(function_ref<SmallVector<Value>(Tile, ValueRange)> body) {
    Int cluster = k.block().udiv(kCluster);
    Int clusters = k.blocks().udiv(kCluster);
    SmallVector<Value> start = {k.i32(0).get(), k.i32(0).get()};
    k.loop(cluster, tiles, clusters, start,
           [&](Int tile, ValueRange ring) { return body(locate(tile), ring); });
  }

  /// The place in the ring: a stage, and the parity of its current round.
  struct Ring {
    Int stage, parity;
    SmallVector<Value> get() const { return {stage.get(), parity.get()}; }
  };
  Ring read(ValueRange values) {
    return {Int(k.emitter(), values[0]), Int(k.emitter(), values[1])};
  }
  Ring next(Ring ring) {
    Int stage = ring.stage + 1;
    Int wraps = stage == kStages;
    return {wraps.select(k.i32(0), stage), ring.parity ^ wraps.zext(32)};
  }

  void produce() {
    lowerRegisters(k, 40);
    k.when(k.thread() == 256, [&] {
      forEachTile([&](Tile tile, ValueRange ring) {
        return k.loop(k.i32(0), steps, k.i32(1), ring,
                      [&](Int step, ValueRange values) {
                        Ring ring = read(values);
                        load(tile, step, ring);
                        return next(ring).get();
                      });
      });
    });
  }

  void load(Tile tile, Int step, Ring ring) {
    empty(ring.stage).wait(ring.parity ^ k.i32(1));
    Barrier ready = full(ring.stage);
    ready.arriveExpecting(k.i32(form.getStageBytes()));
    Int a = shared + ring.stage * form.getStageBytes();
    Int half = rank * (form.tileN / kCluster);
    auto copy = [&](Int target, Value map, Int x, Int y, unsigned mask) {
      copyBox(k, target, map, ready, {x, y, tile.item}, mask);
    };
    auto loadRows = [&](Int target, Value map, const Operand &operand,
                        int partsOfOther, Int row, int count, unsigned mask) {
      if (!operand.isTransposed)
        return copy(target, map, getColumn(step, partsOfOther), row, mask);
      for (int i = 0; i < count; i += kBlockRows)
        copy(target + i * kTileBytes, map, (row + i) * 2, step * kBlockRows,
             mask);
    };
    loadRows(a, mapA, form.a, form.b.parts, tile.row, kTileM, /*mask=*/0);
    loadRows(a + kBytesA + half * kTileBytes, mapB, form.b, form.a.parts,
             tile.column + half, form.tileN / kCluster, (1u << kCluster) - 1);
  }

  /// Where an operand stands that meets all parts of the other one.
  Int getColumn(Int step, int partsOfOther) {
    return (partsOfOther == 1 ? step : step.urem(stepsOfPart)) * kTileBytes;
  }

  void consume() {
    raiseRegisters(k, 232);
    group = k.thread() >> 7;
    forEachTile([&](Tile tile, ValueRange values) {
      SmallVector<Value> carried(shape.accumulators(), getZero());
      llvm::append_range(carried, values);
      carried.push_back(k.i32(0).get());
      SmallVector<Value> done = k.loop(k.i32(0), steps, k.i32(1), carried,
                                       [&](Int step, ValueRange values) {
                                         return accumulate(step, values);
                                       });
      ValueRange all(done);
      SmallVector<Value> sums =
          waitForAll(k, shape, all.take_front(shape.accumulators()));
      release(Int(k.emitter(), all.back()));
      storeTile(tile, sums);
      return SmallVector<Value>(all.drop_front(sums.size()).take_front(2));
    });
  }

  /// One stage: its group of instructions is left unfinished, the one before it
  /// is complete, and that one's stage goes back to the producers.
  SmallVector<Value> accumulate(Int step, ValueRange values) {
    size_t count = shape.accumulators();
    Ring ring = read(values.drop_front(count));
    full(ring.stage).wait(ring.parity);
    Int a = shared + ring.stage * form.getStageBytes();
    SmallVector<Value> result =
        multiply(k, shape, values.take_front(count),
                 describe(form.a, a + group * (kGroupRows * kTileBytes)),
                 describe(form.b, a + kBytesA), kTileBytes / 32, /*pending=*/1);
    k.when(step.sgt(0), [&] { release(Int(k.emitter(), values[count + 2])); });
    llvm::append_range(result, next(ring).get());
    result.push_back(ring.stage.get());
    return result;
  }

  Int describe(const Operand &operand, Int address) {
    return operand.isTransposed ? describeColumns(k, address)
                                : describeRows(k, address);
  }

  void release(Int stage) {
    Int thread = k.thread() & 127;
    k.when(thread.slt(kCluster), [&] { empty(stage).arriveAt(thread); });
  }

  /// Thread (warp w, lane l) of a group holds columns 8q + 2(l mod 4) and the
  /// next of rows 16w + l / 4 and that + 8. Factors are read some columns at a
  /// time and under no condition, so that their latencies overlap.
  void storeTile(Tile tile, ValueRange sums) {
    constexpr int kBatch = 8;
    Int warp = (k.thread() >> 5) & 3, lane = k.lane();
    Int row = tile.row + group * kGroupRows + (warp << 4) + (lane >> 2);
    Int column = tile.column + ((lane & 3) << 1);
    const Row rows[] = {describe(tile.item, row), describe(tile.item, row + 8)};
    for (int first = 0; first < form.tileN / 8; first += kBatch) {
      SmallVector<Value> factors =
          loadFactors(tile, column + 8 * first, kBatch);
      for (int i = 0; i < kBatch; ++i)
        for (int half = 0; half < 2; ++half)
          storePair(rows[half], column + 8 * (first + i),
                    sums.slice(4 * (first + i) + 2 * half, 2),
                    ArrayRef(factors).slice(2 * i, 2));
    }
    if (form.hasBands)
      k.when((extraM | extraN) != 0, [&] { storeRaw(row, column, sums); });
  }

  /// The sums that combine needs (see rawA and rawB). Slots of columns are read
  /// as factors are.
  void storeRaw(Int row, Int column, ValueRange sums) {
    const Line lines[] = {locateLine(row), locateLine(row + 8)};
    constexpr int kBatch = 16;
    for (int first = 0; first < form.tileN / 4; first += kBatch) {
      SmallVector<Int> columns, places;
      for (int i = first; i < first + kBatch; ++i) {
        columns.push_back(column + (8 * (i / 2) + i % 2));
        places.push_back(locate(slotsB, columns.back(), n, roomB));
      }
      for (int half = 0; half < 2; ++half)
        for (int i = 0; i < kBatch; ++i)
          storeRaw(lines[half], columns[i], places[i],
                   sums[4 * ((first + i) / 2) + 2 * half + i % 2]);
    }
  }

  /// A row of the sums: where it stands in rawA if it does, else in rawB.
  struct Line {
    Int inA, inB; ///< i1
    Int startA, startB;
  };

  Line locateLine(Int row) {
    Int place = locate(slotsA, row, m, roomA);
    Int isIn = row.slt(m + extraM);
    return {isIn & place.sgt(-1), isIn & place.slt(0),
            place.sext(64) * (n + roomB).sext(64),
            row.sext(64) * (roomB * 2).sext(64)};
  }

  /// Of an extra row, or of a row with a slot; -1 for the others.
  Int locate(Value slots, Int at, Int size, Int room) {
    Int slot(k.emitter(), k.load(slots, k.i32Type(), at.smin(size - 1)));
    return at.slt(size).select(slot.slt(0).select(k.i32(-1), slot + room),
                               at - size);
  }

  void storeRaw(const Line &line, Int column, Int place, Value sum) {
    Int isIn = column.slt(n + extraN);
    k.when(line.inA & isIn,
           [&] { k.store(sum, rawA, line.startA + column.sext(64)); });
    k.when(line.inB & isIn & place.sgt(-1),
           [&] { k.store(sum, rawB, line.startB + place.sext(64)); });
  }

  /// What the elements of a row of the result have in common.
  struct Row {
    Int isIn;
    Int start; ///< in out and acc
    Value factor;
  };

  Row describe(Int item, Int row) {
    Row line;
    Int number = item.sext(64) * m.sext(64) + row.sext(64);
    line.isIn = row.slt(m);
    line.start = number * n.sext(64);
    if (factorsA)
      line.factor = k.load(factorsA, k.f32Type(), number);
    return line;
  }

  /// Of pairs of columns, 8 apart; null values without factors.
  SmallVector<Value> loadFactors(Tile tile, Int column, int pairs) {
    SmallVector<Value> factors(2 * pairs);
    if (!factorsB)
      return factors;
    Int first = tile.item.sext(64) * n.sext(64) + column.sext(64);
    for (int i = 0; i < 2 * pairs; ++i)
      factors[i] = k.load(factorsB, k.f32Type(), first + (8 * (i / 2) + i % 2));
    return factors;
  }

  void storePair(const Row &row, Int column, ValueRange sums,
                 ArrayRef<Value> factors) {
    Int place = row.start + column.sext(64);
    Value values[2];
    for (int i = 0; i < 2; ++i)
      values[i] = scale(sums[i], row.factor, factors[i]);
    auto store = [&](int i) {
      k.store(finish(values[i], place + i), out, place + i);
    };
    if (form.evenN) {
      k.when(row.isIn & column.slt(n), [&] {
        storeTwo(k, finish(values[0], place), finish(values[1], place + 1), out,
                 place);
      });
      return;
    }
    for (int i = 0; i < 2; ++i)
      k.when(row.isIn & (column + i).slt(n), [&] { store(i); });
  }

  /// Contract 25: ((r + acc) · tensor scales) · alpha.
  Value finish(Value sum, Int place) {
    if (acc)
      sum = k.fadd(sum, k.widen(k.load(acc, form.type, place)));
    for (Value tensorScale : tensorScales)
      sum = k.fmul(sum, tensorScale);
    bool mayBeNaN = form.units != Units::S8 || acc;
    return finishSum(k, sum, form.alpha, form.type, mayBeNaN);
  }

  /// Powers of two: exact, unless the result is too large or too small. Factors
  /// of bf16 rows are roots, so that no product on the way leaves f32's range
  /// when the last one does not.
  Value scale(Value sum, Value a, Value b) {
    if (form.units == Units::S8)
      return k.fmul(k.fmul(k.toFloat(Int(k.emitter(), sum)), a), b);
    if (!a && !b)
      return sum;
    Value factor = a && b ? k.fmul(a, b) : a ? a : b;
    return k.fmul(k.fmul(sum, factor), factor);
  }

  Value getZero() { return shape.isFloat ? k.f32(0) : k.i32(0).get(); }

  Kernel &k;
  const Form &form;
  WgmmaShape shape;
  Value mapA, mapB, out, factorsA, factorsB, acc, slotsA, slotsB, rawA, rawB;
  SmallVector<Value> tensorScales;
  Int roomA, roomB, extraM, extraN; ///< with bands
  Int m, n, tilesM, tilesN, tiles, stepsOfPart, steps, shared, rank, group;
};

} // namespace

void fold::buildMultiply(OpBuilder &b, gpu::GPUModuleOp module,
                         const Form &form) {
  SmallVector<Param> params = getParameters(form);
  Kernel k(b, module, "multiply", params, kThreads);
  Value choice = form.choice ? k.parameter(params.size() - 1) : Value();
  whenChosen(k, choice, form.choice, [&] { Multiply(k, form).emit(); });
  k.finish();
}
