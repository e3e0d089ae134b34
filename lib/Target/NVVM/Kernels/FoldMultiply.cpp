//===- FoldMultiply.cpp - Rows with one factor each by wgmma --------------===//
//
// Persistent blocks in clusters of two along M: one warp copies tiles into a
// ring of stages, two warpgroups multiply. The cluster's blocks load half of
// B's tile each, for both.
//
//===----------------------------------------------------------------------===//

#include "FoldMultiply.h"

#include "../Builder/Assembly.h"
#include "../Builder/Barrier.h"
#include "../Builder/Wgmma.h"
#include "ExtraSteps.h"
#include "FoldResult.h"
#include "RawSums.h"
#include "TileOrder.h"

#include <deque>

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
  if (form.units == Units::E5M2)
    return {"f32.e5m2.e5m2", form.unitSums == 32 ? 64 : 128, /*k=*/32,
            /*isFloat=*/true};
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
  if (form.canSplit)
    params.append({Param::I32, Param::I32, Param::Pointer});
  if (form.hasBands) {
    params.append(8, Param::Pointer);
    params.append(2, Param::I32);
  }
  params.append(form.epilogue.getParams());
  if (form.choice)
    params.push_back(Param::Pointer);
  return params;
}

class Multiply {
public:
  /// The form's parameters are the kernel's from `firstParam` on.
  Multiply(Kernel &k, const Form &form, unsigned firstParam)
      : k(k), form(form), firstParam(firstParam), shape(getShape(form)) {
    mapA = k.parameter(firstParam);
    mapB = k.parameter(firstParam + 1);
    m = k.integer(firstParam + 3);
    n = k.integer(firstParam + 4);
    stepsOfPart = k.integer(firstParam + 5);
    steps = stepsOfPart * std::max(form.a.parts, form.b.parts);
    takeOptional();
    Int allM = form.hasBands ? m + extraM : m;
    Int allN = form.hasBands ? n + extraN : n;
    tilesM = (allM + (kTileM * kCluster - 1)).udiv(kTileM * kCluster);
    tilesN = (allN + (form.tileN - 1)).udiv(form.tileN);
    items = k.integer(firstParam + 6);
    tiles = tilesM * tilesN * items;
    if (form.canSplit)
      tiles = tiles * splits;
    if (form.choice) // not a branch around everything
      tiles = isChosen(k, k.parameter(getLastParam()), *form.choice)
                  .select(tiles, k.i32(0));
    shared = k.sharedMemory();
    rank = k.clusterRank();
  }

  /// A thread's part in the barriers.
  void initBarriers() {
    k.when(k.thread() == 0, [&] {
      for (int stage = 0; stage < kStages; ++stage) {
        full(k.i32(stage)).init(1);
        empty(k.i32(stage)).init(2 * kCluster);
      }
      fenceBarrierInit(k);
    });
  }

  /// The part of the thread that copies.
  void produce() {
    forEachTile([&](Tile tile, ValueRange ring) {
      return k.loop(k.i32(0), tile.steps, k.i32(1), ring,
                    [&](Int i, ValueRange values) {
                      Ring ring = read(values);
                      load(tile, getStep(tile, i), ring);
                      return next(ring);
                    });
    });
  }

  /// The part of the threads that multiply.
  void consume() {
    group = k.thread() >> 7;
    if (form.units == Units::E5M2)
      return consumeParts();
    forEachTile([&](Tile tile, ValueRange values) {
      SmallVector<Value> carried(shape.accumulators(), getZero());
      llvm::append_range(carried, values);
      carried.push_back(k.i32(0).get());
      SmallVector<Value> done = k.loop(k.i32(0), tile.steps, k.i32(1), carried,
                                       [&](Int step, ValueRange values) {
                                         return accumulate(step, values);
                                       });
      ValueRange all(done);
      SmallVector<Value> sums =
          wait(k, shape, all.take_front(shape.accumulators()));
      release(Int(k.emitter(), all.back()));
      storeTile(tile, sums, hide(k, k.thread()));
      return SmallVector<Value>(all.drop_front(sums.size()).take_front(1));
    });
  }

private:
  unsigned getLastParam() const {
    return firstParam + getParameters(form).size() - 1;
  }

  struct Tile {
    Int number, item, row, column;
    Int steps;        ///< of K
    Int split, first; ///< of a form that can split: its number and first step
    Int hasList;      ///< with bands: whether they are those of a list
    Value list;
  };

  void takeOptional() {
    unsigned next = firstParam + 7, last = getLastParam() + 1;
    last -= form.choice.has_value() + form.epilogue.getParams().size();
    FoldResult::Places places{k.parameter(firstParam + 2), m, n};
    auto take = [&](bool isThere) {
      return isThere ? k.parameter(next++) : Value();
    };
    places.factorsA = take(form.a.hasFactors);
    places.factorsB = take(form.b.hasFactors);
    for (bool isThere : {form.a.hasTensorScale, form.b.hasTensorScale})
      if (Value scale = take(isThere))
        places.tensorScales.push_back(k.load(scale, k.f32Type(), k.i32(0)));
    places.acc = take(form.hasAcc);
    result.emplace(k, form, places, last);
    if (form.canSplit) {
      splits = k.integer(next++);
      stepsOfSplit = k.integer(next++);
      takePartials(k.parameter(next++), places);
    }
    if (form.hasBands)
      takeBands(next);
  }

  /// Sums as they are: times factors, a part might be too large where the whole
  /// is not.
  void takePartials(Value partials, FoldResult::Places places) {
    partialForm = form;
    partialForm.type = k.f32Type();
    partialForm.alpha = 1;
    partialForm.hasAcc = false;
    partialForm.epilogue = Epilogue();
    places.out = partials;
    places.factorsA = places.factorsB = Value();
    places.acc = Value();
    places.tensorScales.clear();
    partial.emplace(k, partialForm, places, /*firstParam=*/0);
  }

  void takeBands(unsigned first) {
    auto take = [&](unsigned i, Int size) {
      Int room = k.integer(first + 8 + i);
      Value extra = k.load(k.parameter(first + i), k.i32Type(), k.i32(0));
      return s8_fold::RawSums::Operand{
          k.parameter(first + 2 + i), k.parameter(first + 4 + i), size,
          Int(k.emitter(), extra).smin(room), room};
    };
    s8_fold::RawSums::Operand a = take(0, m), b = take(1, n);
    extraM = a.extra;
    extraN = b.extra;
    raw.emplace(k, a, b, form.evenN);
    extraStepsA.emplace(k, k.parameter(first + 6), m, stepsOfPart, a.room);
    extraStepsB.emplace(k, k.parameter(first + 7), n, stepsOfPart, b.room);
  }

  Barrier full(Int stage) {
    return {k, shared + kStages * form.getStageBytes() + (stage << 3)};
  }
  Barrier empty(Int stage) {
    return {k, shared + kStages * (form.getStageBytes() + 8) + (stage << 3)};
  }

  Tile locate(Int number) {
    TilePlace place = locateTile(form.canSplit ? number.udiv(splits) : number,
                                 tilesM, tilesN);
    Tile tile;
    tile.number = number;
    tile.item = place.item;
    tile.row = (place.row * kCluster + rank) * kTileM;
    tile.column = place.column * form.tileN;
    tile.steps = steps;
    if (form.canSplit) {
      tile.split = number.urem(splits);
      tile.first = tile.split * stepsOfSplit;
      tile.steps = stepsOfSplit.smin(steps - tile.first);
    }
    return tile;
  }

  void forEachTile(function_ref<SmallVector<Value>(Tile, ValueRange)> body) {
    Int cluster = k.block().udiv(kCluster);
    Int clusters = k.blocks().udiv(kCluster);
    SmallVector<Value> start = {k.i32(0).get()};
    k.loop(cluster, tiles, clusters, start, [&](Int number, ValueRange ring) {
      Tile tile = locate(number);
      findSteps(tile);
      return body(tile, ring);
    });
  }

  /// A tile of extra rows of A or B needs few steps.
  void findSteps(Tile &tile) {
    if (!form.hasBands)
      return;
    Int row = tile.row - rank * kTileM; // the cluster's
    Int isExtraA = extraStepsA->has(row),
        isExtraB = extraStepsB->has(tile.column);
    tile.hasList = isExtraA | isExtraB;
    tile.list =
        isExtraA.select(extraStepsA->list(row), extraStepsB->list(tile.column));
    SmallVector<Value> all = {steps.get()};
    SmallVector<Value> count = k.choose(tile.hasList, all, [&] {
      SmallVector<Value> ofB = {extraStepsB->count(tile.column).get()};
      return k.choose(isExtraA, ofB, [&] {
        return SmallVector<Value>{extraStepsA->count(row).get()};
      });
    });
    tile.steps = Int(k.emitter(), count[0]);
  }

  /// Step i of a tile.
  Int getStep(const Tile &tile, Int i) {
    if (form.canSplit)
      return tile.first + i;
    if (!form.hasBands)
      return i;
    SmallVector<Value> same = {i.get()};
    SmallVector<Value> step = k.choose(tile.hasList, same, [&] {
      return SmallVector<Value>{k.load(tile.list, k.i32Type(), i)};
    });
    return Int(k.emitter(), step[0]);
  }

  /// The place in the ring: how many stages there were before, and of them the
  /// stage and the parity of its current round.
  struct Ring {
    Int count, stage, parity;
  };
  Ring read(ValueRange values) {
    static_assert(kStages == 4);
    Int count(k.emitter(), values[0]);
    return {count, count & 3, (count >> 2) & 1};
  }
  SmallVector<Value> next(const Ring &ring) { return {(ring.count + 1).get()}; }

  void load(Tile tile, Int step, Ring ring) {
    empty(ring.stage).wait(ring.parity ^ k.i32(1));
    Barrier ready = full(ring.stage);
    ready.arriveExpecting(k.i32(form.getStageBytes()));
    Int a = shared + ring.stage * form.getStageBytes();
    Int half = rank * (form.tileN / kCluster);
    auto copy = [&](Int target, Value map, Int x, Int y, unsigned mask) {
      copyBox(k, target, map, ready, {x, y, tile.item}, {mask});
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
    k.when(step.sgt(0), [&] { release(Int(k.emitter(), values[count + 1])); });
    llvm::append_range(result, next(ring));
    result.push_back(ring.stage.get());
    return result;
  }

  /// The units keep few bits, so that they add up little of K, for a part of
  /// the columns, and start from zero again. A block's sum alone is exact.
  void consumeParts() {
    size_t count = form.tileN / 2;
    forEachTile([&](Tile tile, ValueRange values) {
      SmallVector<Value> carried(count, k.f32(0));
      llvm::append_range(carried, values);
      SmallVector<Value> done = k.loop(
          k.i32(0), steps, k.i32(1), carried,
          [&](Int, ValueRange values) { return addParts(values, count); });
      // What the loop does not need is not kept in registers over it.
      storeTile(locate(hide(k, tile.number)),
                ValueRange(done).take_front(count), hide(k, k.thread()));
      return SmallVector<Value>(ArrayRef(done).drop_front(count));
    });
  }

  /// Sums of blocks are made in one of two sets of registers, while those
  /// before them are added to the tile's; longer ones, which leave no registers
  /// for that, while the other group's are.
  SmallVector<Value> addParts(ValueRange values, size_t count) {
    Ring ring = read(values.drop_front(count));
    full(ring.stage).wait(ring.parity);
    Int start = shared + ring.stage * form.getStageBytes();
    Int a = describeRows(k, start + group * (kGroupRows * kTileBytes));
    Int b = describeRows(k, start + kBytesA);
    SmallVector<Value> sums(values.take_front(count));
    Value none =
        LLVM::UndefOp::create(k.builder(), k.emitter().loc, k.f32Type());
    int behind = form.unitSums == 32; // the last set is still unfinished
    SmallVector<SmallVector<Value>, 2> sets(behind + 1);
    for (SmallVector<Value> &set : sets)
      set.assign(shape.accumulators(), none);
    int parts = form.tileN / shape.n, all = kTileBytes / form.unitSums * parts;
    for (int i = 0; i < all + behind; ++i) {
      if (i < all) {
        SmallVector<Value> &set = sets[i % sets.size()];
        set = mx::nvvm::start(k, shape, set, a, b, getOffsets(i));
      }
      if (i < behind)
        continue;
      int last = i - behind;
      SmallVector<Value> &set = sets[last % sets.size()];
      set = wait(k, shape, set, /*pending=*/i < all ? behind : 0);
      for (auto [j, sum] : llvm::enumerate(set)) {
        Value &total = sums[last % parts * shape.accumulators() + j];
        total = k.fadd(total, sum);
      }
    }
    release(ring.stage);
    llvm::append_range(sums, next(ring));
    return sums;
  }

  /// Where the operands of part i of a stage's sums are, in units of 16 bytes:
  /// all columns of the first elements of K, then of the next.
  SmallVector<std::pair<int, int>> getOffsets(int i) {
    int parts = form.tileN / shape.n;
    int first = i / parts * (form.unitSums / 16),
        columns = i % parts * shape.n * 8;
    SmallVector<std::pair<int, int>> offsets;
    for (int at = first; at < first + form.unitSums / 16; at += 2)
      offsets.push_back({at, at + columns});
    return offsets;
  }

  Int describe(const Operand &operand, Int address) {
    return operand.isTransposed ? describeColumns(k, address)
                                : describeRows(k, address);
  }

  void release(Int stage) {
    Int thread = k.thread() & 127;
    k.when(thread.slt(kCluster), [&] { empty(stage).arriveAt(thread); });
  }

  void storeTile(Tile tile, ValueRange sums, Int thread) {
    FoldResult::Tile place{tile.item, tile.row, tile.column};
    if (form.canSplit)
      return k.whenElse(
          splits == 1, [&] { result->store(place, sums, thread); },
          [&] { storePartial(tile, sums, thread); });
    result->store(place, sums, thread);
    if (!form.hasBands)
      return;
    std::pair<Int, Int> first =
        FoldResult::locate(tile.row, tile.column, thread);
    k.when((extraM | extraN) != 0, [&] {
      raw->store(hide(k, first.first), hide(k, first.second), sums);
    });
  }

  void storePartial(Tile tile, ValueRange sums, Int thread) {
    Int size = items.sext(64) * m.sext(64) * n.sext(64);
    Value out =
        k.element(partial->getOut(), k.f32Type(), tile.split.sext(64) * size);
    partial->at(out).store({tile.item, tile.row, tile.column}, sums, thread);
  }

  Value getZero() { return shape.isFloat ? k.f32(0) : k.i32(0).get(); }

  Kernel &k;
  const Form &form;
  unsigned firstParam;
  WgmmaShape shape;
  Value mapA, mapB;
  std::optional<FoldResult> result;
  Form partialForm;
  std::optional<FoldResult> partial; ///< of a form that can split
  Int items, splits, stepsOfSplit;
  Int extraM, extraN; ///< with bands
  std::optional<s8_fold::RawSums> raw;
  std::optional<s8_fold::ExtraSteps> extraStepsA, extraStepsB;
  Int m, n, tilesM, tilesN, tiles, stepsOfPart, steps, shared, rank, group;
};

} // namespace

void fold::buildMultiply(OpBuilder &b, gpu::GPUModuleOp module,
                         ArrayRef<Form> forms) {
  SmallVector<Param> params;
  for (const Form &form : forms)
    llvm::append_range(params, getParameters(form));
  Kernel k(b, module, "multiply", params, kThreads);
  std::deque<Multiply> all; // whose elements stay where they are
  unsigned firstParam = 0;
  for (const Form &form : forms) {
    assert(form.tileN == forms.front().tileN && "one ring serves all");
    all.emplace_back(k, form, firstParam);
    firstParam += getParameters(form).size();
  }
  all.front().initBarriers();
  syncCluster(k);
  k.whenElse((k.thread() >> 7) == 2,
             [&] {
               lowerRegisters(k, 40);
               k.when(k.thread() == 256, [&] {
                 for (Multiply &form : all)
                   form.produce();
               });
             },
             [&] {
               raiseRegisters(k, 232);
               for (Multiply &form : all)
                 form.consume();
             });
  syncCluster(k);
  k.finish();
}
