//===- S8Multiply.cpp - Signed bytes by wgmma, scaled at the end ----------===//
//
// Persistent blocks in clusters of two along M: one warp copies tiles into a
// ring of stages, two warpgroups multiply. The cluster's blocks load half of
// B's tile each, for both.
//
//===----------------------------------------------------------------------===//

#include "../Builder/Barrier.h"
#include "../Builder/Wgmma.h"
#include "Convert.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

namespace {

constexpr int kBytesA = kTileM * kTileK, kBytesB = kTileN * kTileK;
constexpr int kStageBytes = kBytesA + kBytesB;
constexpr int kGroupRows = 64; ///< of a warpgroup
const WgmmaShape kShape{"s32.s8.s8", kTileN};

class Multiply {
public:
  Multiply(Kernel &k, const Result &result) : k(k), result(result) {
    mapA = k.parameter(0);
    mapB = k.parameter(1);
    m = k.integer(5);
    n = k.integer(6);
    tilesM = (m + (kTileM * kCluster - 1)).udiv(kTileM * kCluster);
    tilesN = (n + (kTileN - 1)).udiv(kTileN);
    perItem = tilesM * tilesN;
    tiles = perItem * k.integer(8);
    steps = (k.integer(7) + (kTileK - 1)).udiv(kTileK);
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

  Barrier full(Int stage) {
    return {k, shared + kStages * kStageBytes + (stage << 3)};
  }
  Barrier empty(Int stage) {
    return {k, shared + kStages * (kStageBytes + 8) + (stage << 3)};
  }

  /// Groups of up to 8 tile rows, walked column by column, so that a wave of
  /// blocks is nearly square in the L2 cache.
  Tile locate(Int tile) {
    constexpr int kGroup = 8;
    Int item = tile.udiv(perItem), inItem = tile.urem(perItem);
    Int perGroup = tilesN * kGroup;
    Int group = inItem.udiv(perGroup), rest = inItem.urem(perGroup);
    Int size = (tilesM - group * kGroup).smin(kGroup);
    Int row = (group * kGroup + rest.urem(size)) * kCluster + rank;
    return {item, row * kTileM, rest.udiv(size) * kTileN};
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
    ready.arriveExpecting(k.i32(kStageBytes));
    Int a = shared + ring.stage * kStageBytes;
    Int half = rank * (kTileN / kCluster);
    copyBox(k, a, mapA, ready, {step * kTileK, tile.row, tile.item});
    copyBox(k, a + kBytesA + half * kTileK, mapB, ready,
            {step * kTileK, tile.column + half, tile.item},
            (1u << kCluster) - 1);
  }

  void consume() {
    raiseRegisters(k, 232);
    group = k.thread() >> 7;
    forEachTile([&](Tile tile, ValueRange values) {
      SmallVector<Value> carried(kShape.accumulators(), k.i32(0).get());
      llvm::append_range(carried, values);
      carried.push_back(k.i32(0).get());
      SmallVector<Value> done = k.loop(k.i32(0), steps, k.i32(1), carried,
                                       [&](Int step, ValueRange values) {
                                         return accumulate(step, values);
                                       });
      ValueRange all(done);
      SmallVector<Value> sums =
          waitForAll(k, kShape, all.take_front(kShape.accumulators()));
      release(Int(k.emitter(), all.back()));
      storeTile(tile, sums);
      return SmallVector<Value>(all.drop_front(sums.size()).take_front(2));
    });
  }

  /// One stage: its group of instructions is left unfinished, the one before it
  /// is complete, and that one's stage goes back to the producers.
  SmallVector<Value> accumulate(Int step, ValueRange values) {
    size_t count = kShape.accumulators();
    Ring ring = read(values.drop_front(count));
    full(ring.stage).wait(ring.parity);
    Int a = shared + ring.stage * kStageBytes;
    SmallVector<Value> result =
        multiply(k, kShape, values.take_front(count),
                 describeRows(k, a + group * (kGroupRows * kTileK)),
                 describeRows(k, a + kBytesA), kTileK / 32, /*pending=*/1);
    k.when(step.sgt(0), [&] { release(Int(k.emitter(), values[count + 2])); });
    llvm::append_range(result, next(ring).get());
    result.push_back(ring.stage.get());
    return result;
  }

  void release(Int stage) {
    Int thread = k.thread() & 127;
    k.when(thread.slt(kCluster), [&] { empty(stage).arriveAt(thread); });
  }

  /// Thread (warp w, lane l) of a group holds columns 8q + 2(l mod 4) and the
  /// next of rows 16w + l / 4 and that + 8.
  void storeTile(Tile tile, ValueRange sums) {
    Int warp = (k.thread() >> 5) & 3, lane = k.lane();
    Int row = tile.row + group * kGroupRows + (warp << 4) + (lane >> 2);
    Int column = tile.column + ((lane & 3) << 1);
    Int items = tile.item.sext(64);
    for (int half = 0; half < 2; ++half) {
      Int at = row + 8 * half;
      k.when(at.slt(m), [&] {
        Int line = items * m.sext(64) + at.sext(64);
        Value factor = k.load(k.parameter(2), k.f32Type(), line);
        Int base = line * n.sext(64);
        for (int q = 0; q < kTileN / 8; ++q)
          storePair(tile, column + 8 * q, base, factor,
                    sums.slice(4 * q + 2 * half, 2));
      });
    }
  }

  void storePair(Tile tile, Int column, Int base, Value factor,
                 ValueRange sums) {
    Int at = tile.item.sext(64) * n.sext(64) + column.sext(64);
    auto value = [&](int i) {
      Value other = k.load(k.parameter(3), k.f32Type(), at + i);
      Value sum = k.toFloat(Int(k.emitter(), sums[i]));
      sum = k.fmul(k.fmul(sum, factor), other);
      return finishSum(k, sum, result.alpha, result.type);
    };
    Value out = k.parameter(4);
    Int place = base + column.sext(64);
    if (result.evenN) {
      k.when(column.slt(n),
             [&] { storeTwo(k, value(0), value(1), out, place); });
      return;
    }
    for (int i = 0; i < 2; ++i)
      k.when((column + i).slt(n), [&] { k.store(value(i), out, place + i); });
  }

  Kernel &k;
  const Result &result;
  Value mapA, mapB;
  Int m, n, tilesM, tilesN, perItem, tiles, steps, shared, rank, group;
};

} // namespace

void s8_fold::buildMultiply(OpBuilder &b, gpu::GPUModuleOp module,
                            const Result &result) {
  Kernel k(b, module, "multiply",
           {Param::TensorMap, Param::TensorMap, Param::Pointer, Param::Pointer,
            Param::Pointer, Param::I32, Param::I32, Param::I32, Param::I32},
           kMultiplyThreads);
  Multiply(k, result).emit();
  k.finish();
}
