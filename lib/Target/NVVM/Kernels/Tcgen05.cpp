//===- Tcgen05.cpp - Products by tcgen05.mma with block scales ------------===//
//
// Persistent blocks, in clusters along M that share what they load of B. One
// thread copies codes and scales of both operands into a ring of stages; one
// moves the scales of a stage to tensor memory and multiplies; four warps take
// the sums of one tile from tensor memory while those of the next are made.
//
// In a group of two blocks the first one's thread multiplies for both, when the
// copies of both have arrived at its barrier; all else each block does by
// itself. Where two accumulators do not fit beside the scales, they overlap,
// and the columns that both have are the first to be stored.
//
//===----------------------------------------------------------------------===//

#include "Tcgen05.h"

#include "../Builder/Tensor.h"
#include "Convert.h"
#include "TileOrder.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::tcgen05;

namespace {

constexpr int kBytesA = kTileM * kTileBytes;
/// Threads of the epilogue, then the warps of the producer and of the unit.
constexpr int kEpilogue = 128, kProducer = 128, kUnit = 160;
constexpr int kBuffers = 2;                    ///< accumulators
constexpr int kInstructions = kTileBytes / 32; ///< of a stage

SmallVector<Param> getParameters(const Form &form) {
  SmallVector<Param> params = {
      Param::TensorMap, Param::TensorMap, Param::TensorMap,
      Param::TensorMap, Param::Pointer,   Param::I32,
      Param::I32,       Param::I32,       Param::I32};
  params.append(form.a.hasTensorScale + form.b.hasTensorScale + form.hasAcc,
                Param::Pointer);
  params.append(form.epilogue.getParams());
  if (form.quantizer)
    params.append(quantize::getResultParams());
  return params;
}

class Multiply {
public:
  Multiply(Kernel &k, const Form &form) : k(k), form(form) {
    m = k.integer(5);
    n = k.integer(6);
    steps = k.integer(7);
    tilesA = (m + (kTileM - 1)).udiv(kTileM);
    tilesM = (tilesA + (form.cluster - 1)).udiv(form.cluster);
    tilesN = (n + (form.columns - 1)).udiv(form.columns);
    atomsN = (n + (kAtomRows - 1)).udiv(kAtomRows);
    tiles = tilesM * tilesN * k.integer(8);
    shared = k.sharedMemory();
    barriers = shared + form.stages * form.getStageBytes();
    atoms = form.getStageAtoms();
    unsigned next = 9;
    for (bool isThere : {form.a.hasTensorScale, form.b.hasTensorScale})
      if (isThere)
        tensorScales.push_back(
            k.load(k.parameter(next++), k.f32Type(), k.i32(0)));
    acc = form.hasAcc ? k.parameter(next++) : Value();
    epilogue.emplace(k, form.epilogue, next, n, form.evenN);
    next += form.epilogue.getParams().size();
    if (form.quantizer)
      quantizer.emplace(k, *form.quantizer, next, m, n);
    rank = form.cluster > 1 ? k.clusterRank() : k.i32(0);
    isPair = form.group == 2;
    leader = isPair ? mapShared(k, barriers, k.i32(0)) : barriers;
  }

  void emit() {
    Int isUnit = (k.thread() >> 5) == kUnit / 32;
    k.when(k.thread() == 0, [&] { initBarriers(); });
    k.when(isUnit, [&] {
      allocateTensor(k, tensorPlace(), kTensorColumns, form.group);
    });
    syncTensor();
    tensor = Int(k.emitter(), k.loadShared(k.i32Type(), tensorPlace()));
    k.when(k.thread() == kProducer, [&] { produce(); });
    Int isUnitThread = k.thread() == kUnit;
    k.when(isPair ? isUnitThread & (rank == 0) : isUnitThread,
           [&] { multiply(); });
    k.when(k.thread().slt(kEpilogue), [&] { storeTiles(); });
    syncTensor();
    k.when(isUnit, [&] { freeTensor(k, tensor, kTensorColumns, form.group); });
  }

private:
  struct Tile {
    TilePlace place;
    Int row, column;
  };

  // Shared memory behind the stages.
  Barrier barrier(int first, Int number) {
    return {k, barriers + first * 8 + (number << 3)};
  }
  Barrier full(Int stage) { return barrier(0, stage); }
  Barrier empty(Int stage) { return barrier(form.stages, stage); }
  Barrier made(Int buffer) { return barrier(2 * form.stages, buffer); }
  Barrier taken(Int buffer) {
    return barrier(2 * form.stages + kBuffers, buffer);
  }
  Int tensorPlace() { return barriers + (2 * form.stages + 2 * kBuffers) * 8; }

  void initBarriers() {
    for (int stage = 0; stage < form.stages; ++stage) {
      full(k.i32(stage)).init(1);
      // One arrival of each unit that reads the stage's copies.
      empty(k.i32(stage)).init(form.cluster / form.group);
    }
    for (int buffer = 0; buffer < kBuffers; ++buffer) {
      made(k.i32(buffer)).init(1);
      taken(k.i32(buffer)).init(kEpilogue * form.group);
    }
    fenceBarrierInit(k);
  }

  /// All threads of the cluster.
  void syncTensor() {
    fenceTensorBefore(k);
    if (form.cluster > 1)
      syncCluster(k);
    else
      k.syncBlock();
    fenceTensorAfter(k);
  }

  /// Calls body(tile, how many this block made before, what it carries).
  SmallVector<Value>
  forEachTile(ValueRange carried,
              function_ref<SmallVector<Value>(Tile, Int, ValueRange)> body) {
    Int cluster = k.block().udiv(form.cluster);
    Int clusters = k.blocks().udiv(form.cluster);
    return k.loop(
        cluster, tiles, clusters, carried, [&](Int number, ValueRange values) {
          TilePlace place = locateTile(number, tilesM, tilesN);
          place.row = place.row * form.cluster + rank;
          Tile tile = {place, place.row * kTileM, place.column * form.columns};
          return body(tile, number.udiv(clusters), values);
        });
  }

  /// A stage, and the parity of its current round.
  struct Ring {
    Int stage, parity;
    SmallVector<Value> get() const { return {stage.get(), parity.get()}; }
  };
  Ring read(ValueRange values) {
    return {Int(k.emitter(), values[0]), Int(k.emitter(), values[1])};
  }
  Ring next(Ring ring) {
    Int stage = ring.stage + 1;
    Int wraps = stage == form.stages;
    return {wraps.select(k.i32(0), stage), ring.parity ^ wraps.zext(32)};
  }
  SmallVector<Value> startRing() { return {k.i32(0).get(), k.i32(0).get()}; }

  /// Calls body(step, ring) for the stages of a tile.
  SmallVector<Value> forEachStep(ValueRange ring,
                                 function_ref<void(Int, Ring)> body) {
    return k.loop(k.i32(0), steps, k.i32(1), ring,
                  [&](Int step, ValueRange values) {
                    body(step, read(values));
                    return next(read(values)).get();
                  });
  }

  // Where the parts of a stage are in shared and in tensor memory: scales are
  // tiles of 128 x 4, for each 128 rows those of a stage along K.
  Int getCodes(Int stage, bool isB) {
    return shared + stage * form.getStageBytes() + (isB ? kBytesA : 0);
  }
  Int getScales(Int stage, bool isB) {
    return getCodes(stage, true) + form.getRowsB() * kTileBytes +
           (isB ? atoms * kAtomBytes : 0);
  }
  int countTiles(bool isB) const { return isB ? form.getTilesB() : 1; }
  /// The columns of an atom along K: of all rows.
  int getAtomColumns(bool isB) const { return countTiles(isB) * kAtomColumns; }
  Int getScaleColumn(Int stage, bool isB) {
    int columnsA = atoms * getAtomColumns(false);
    int columns = columnsA + atoms * getAtomColumns(true);
    return tensor + (form.getAccumulatorStep() + form.columns) +
           stage * columns + (isB ? columnsA : 0);
  }

  void produce() {
    SmallVector<Value> last =
        forEachTile(startRing(), [&](Tile tile, Int, ValueRange ring) {
          return forEachStep(ring,
                             [&](Int step, Ring at) { load(tile, step, at); });
        });
    // The unit's last arrivals must find the block there.
    Ring ring = read(last);
    for (int i = 0; i < form.stages; ++i) {
      empty(ring.stage).wait(ring.parity ^ k.i32(1));
      ring = next(ring);
    }
  }

  void load(const Tile &tile, Int step, Ring ring) {
    empty(ring.stage).wait(ring.parity ^ k.i32(1));
    // In a group all that both load arrives at the first block's barrier.
    auto expect = [&] {
      full(ring.stage)
          .arriveExpecting(k.i32(form.getStageBytes() * form.group));
    };
    if (isPair)
      k.when(rank == 0, expect);
    else
      expect();
    Barrier ready = {k, leader + (ring.stage << 3)};
    auto copyCodes = [&](bool isB, Int offset, Int row, unsigned mask) {
      copyBox(k, getCodes(ring.stage, isB) + offset, k.parameter(isB), ready,
              {step * kTileBytes, row, tile.place.item}, {mask, isPair});
    };
    auto copyScales = [&](bool isB, Int number, Int count) {
      int lines = atoms * kAtomLines;
      for (int i = 0; i < countTiles(isB); ++i)
        copyBox(k, getScales(ring.stage, isB) + i * (atoms * kAtomBytes),
                k.parameter(2 + isB), ready,
                {k.i32(0), step * lines, tile.place.item * count + number + i},
                {/*clusterMask=*/0, isPair});
    };
    copyCodes(/*isB=*/false, k.i32(0), tile.row, /*mask=*/0);
    Int share = rank * (form.columns / form.cluster);
    copyCodes(/*isB=*/true, isPair ? k.i32(0) : share * kTileBytes,
              tile.column + share, isPair ? 0 : getMask());
    // Scales of rows that are not there are those of others, or zeros.
    copyScales(/*isB=*/false, tile.place.row, tilesA);
    copyScales(/*isB=*/true, tile.place.column * form.getTilesB(), atomsN);
  }

  /// The buffer of the count-th tile, and the parity of its round.
  Int getBuffer(Int count) { return count & 1; }
  Int getParity(Int count) { return (count >> 1) & 1; }
  Int getAccumulator(Int count) {
    return tensor + getBuffer(count) * form.getAccumulatorStep();
  }
  bool overlaps() const { return form.getAccumulatorStep() < form.columns; }

  void multiply() {
    forEachTile(startRing(), [&](Tile, Int count, ValueRange ring) {
      // The last tile but one, or where accumulators overlap the last one.
      Int before = count - (overlaps() ? 1 : kBuffers);
      taken(getBuffer(before)).wait(getParity(before));
      fenceTensorAfter(k);
      Int target = getAccumulator(count);
      SmallVector<Value> after = forEachStep(
          ring, [&](Int step, Ring at) { multiplyStage(target, step, at); });
      commitTensor(k, made(getBuffer(count)), form.group,
                   isPair ? getMask() : 0);
      return after;
    });
  }

  void multiplyStage(Int target, Int step, Ring ring) {
    full(ring.stage).wait(ring.parity);
    fenceTensorAfter(k);
    for (bool isB : {false, true})
      for (int i = 0; i < countTiles(isB) * atoms; ++i) {
        int column = i % atoms * getAtomColumns(isB) + i / atoms * kAtomColumns;
        copyScales(k, getScaleColumn(ring.stage, isB) + column,
                   getScales(ring.stage, isB) + i * kAtomBytes, form.group);
      }
    for (int i = 0; i < kInstructions; ++i)
      multiplyTensor(k, getInstruction(i), getOperands(target, ring.stage, i),
                     i == 0 ? step.sgt(0) : k.i32(1).zext(1));
    commitTensor(k, empty(ring.stage), form.group, getMask());
  }

  /// All blocks of the cluster.
  unsigned getMask() const {
    return form.cluster > 1 ? (1u << form.cluster) - 1 : 0;
  }

  /// The i-th of a stage; its scales are in word i / (4 / scales a row).
  TensorInstruction getInstruction(int i) {
    int scales = getInstructionScales(form.getKind());
    return {form.getKind(), form.a.element, form.b.element,
            form.a.scale,   form.columns,   i * scales % kAtomBlocks,
            form.group};
  }
  TensorOperands getOperands(Int target, Int stage, int i) {
    int atom = i * getInstructionScales(form.getKind()) / kAtomBlocks;
    auto codes = [&](bool isB) { return getCodes(stage, isB) + 32 * i; };
    auto scales = [&](bool isB) {
      return getScaleColumn(stage, isB) + atom * getAtomColumns(isB);
    };
    return {target, codes(false), codes(true), scales(false), scales(true)};
  }

  void storeTiles() {
    forEachTile({}, [&](Tile tile, Int count, ValueRange) {
      Int buffer = getBuffer(count);
      made(buffer).wait(getParity(count));
      fenceTensorAfter(k);
      // Each warp may read 32 lanes; bits 16 on are the lane.
      Int lanes = (k.thread() & ~31) << 16;
      Int from = getAccumulator(count) + lanes;
      constexpr int kColumnsAtOnce = 32;
      // What the other accumulator overlaps first: its end, or its beginning.
      int shared =
          overlaps() ? form.columns - form.getAccumulatorStep() : form.columns;
      for (int i = 0; i < form.columns; i += kColumnsAtOnce) {
        Int first = k.i32(i);
        if (overlaps())
          first = (buffer == 0)
                      .select(k.i32(form.columns - kColumnsAtOnce - i), first);
        SmallVector<Value> zeros(kColumnsAtOnce, k.f32(0));
        SmallVector<Value> sums =
            k.choose(steps.sgt(0), zeros, [&]() -> SmallVector<Value> {
              return loadTensor(k, from + first, kColumnsAtOnce);
            });
        if (i + kColumnsAtOnce == shared)
          release(buffer);
        if (quantizer)
          quantizeColumns(tile, first, sums);
        else
          storeColumns(tile, first, sums);
      }
      return SmallVector<Value>();
    });
  }

  void release(Int buffer) {
    fenceTensorBefore(k);
    if (isPair)
      taken(buffer).arriveAt(k.i32(0));
    else
      taken(buffer).arrive();
  }

  /// A thread has a row.
  void storeColumns(const Tile &tile, Int first, ValueRange sums) {
    Int row = tile.row + k.thread();
    Int line = tile.place.item.sext(64) * m.sext(64) + row.sext(64);
    SmallVector<std::array<EpilogueCode::Others, 2>> others;
    for (int i = 0; i < static_cast<int>(sums.size()); i += 2)
      others.push_back(
          epilogue->loadTwo(row.slt(m), line, tile.column + (first + i)));
    for (int i = 0; i < static_cast<int>(sums.size()); i += 2)
      storePair(line, row.slt(m), tile.column + (first + i), sums.slice(i, 2),
                others[i / 2]);
  }

  void quantizeColumns(const Tile &tile, Int first, ValueRange sums) {
    Int row = tile.row + k.thread();
    Int line = tile.place.item.sext(64) * m.sext(64) + row.sext(64);
    auto get = [&](Int column, int64_t i) {
      auto others = epilogue->loadTwo(row.slt(m), line, column);
      std::array<Value, 2> pair;
      for (int j = 0; j < 2; ++j) {
        Int x = (column + j).smin(n - 1); // past it is no acc
        Value sum = finish(sums[i + j], line * n.sext(64) + x.sext(64));
        pair[j] = epilogue->compute(sum, others[j], line, column + j);
      }
      return pair;
    };
    quantizer->store(tile.place.item, row, tile.column + first, get);
  }

  void storePair(Int line, Int isIn, Int column, ValueRange sums,
                 ArrayRef<EpilogueCode::Others> others) {
    Value out = k.parameter(4);
    Int place = line * n.sext(64) + column.sext(64);
    auto compute = [&](int i) {
      return epilogue->compute(finish(sums[i], place + i), others[i], line,
                               column + i);
    };
    if (form.evenN) {
      k.when(isIn & column.slt(n),
             [&] { storeTwo(k, compute(0), compute(1), out, place); });
      return;
    }
    for (int i = 0; i < 2; ++i)
      k.when(isIn & (column + i).slt(n),
             [&] { k.store(compute(i), out, place + i); });
  }

  /// Contract 25: ((r + acc) · tensor scales) · alpha.
  Value finish(Value sum, Int place) {
    if (acc)
      sum = k.fadd(sum, k.widen(k.load(acc, form.type, place)));
    for (Value tensorScale : tensorScales)
      sum = k.fmul(sum, tensorScale);
    return finishSum(k, sum, form.alpha, form.type, /*mayBeNaN=*/true);
  }

  Kernel &k;
  const Form &form;
  Int m, n, steps, tilesA, tilesM, tilesN, atomsN, tiles, shared, barriers,
      leader, tensor, rank;
  int atoms = 1;
  bool isPair = false;
  SmallVector<Value> tensorScales;
  Value acc;
  std::optional<EpilogueCode> epilogue;
  std::optional<quantize::QuantizedResult> quantizer;
};

} // namespace

void tcgen05::buildMultiply(OpBuilder &b, gpu::GPUModuleOp module,
                            const Form &form) {
  Kernel k(b, module, "multiply", getParameters(form), kThreads);
  Multiply(k, form).emit();
  k.finish();
}
