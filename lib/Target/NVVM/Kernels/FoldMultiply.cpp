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
#include "../Builder/Warp.h"
#include "../Builder/Wgmma.h"
#include "Convert.h"
#include "ExtraSteps.h"
#include "RawSums.h"
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
constexpr int kPartN = 64; ///< columns of an instruction for blocks' sums

WgmmaShape getShape(const Form &form) {
  if (form.units == Units::S8)
    return {"s32.s8.s8", form.tileN};
  if (form.units == Units::E5M2)
    return {"f32.e5m2.e5m2", kPartN, /*k=*/32, /*isFloat=*/true};
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
    if (form.choice) // not a branch around everything
      tiles =
          isChosen(k, k.parameter(getParameters(form).size() - 1), *form.choice)
              .select(tiles, k.i32(0));
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
    Int number, item, row, column;
    Int steps;   ///< of K
    Int hasList; ///< with bands: whether they are those of a list
    Value list;
  };

  void takeOptional() {
    unsigned next = 7, last = getParameters(form).size();
    last -= form.choice.has_value() + form.epilogue.getParams().size();
    epilogue.emplace(k, form.epilogue, last, n, form.evenN);
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

  Tile locate(Int tile) {
    TilePlace place = locateTile(tile, tilesM, tilesN);
    return {tile,
            place.item,
            (place.row * kCluster + rank) * kTileM,
            place.column * form.tileN,
            steps,
            Int(),
            Value()};
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
    tile.steps = steps;
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

  void produce() {
    lowerRegisters(k, 40);
    k.when(k.thread() == 256, [&] {
      forEachTile([&](Tile tile, ValueRange ring) {
        return k.loop(k.i32(0), tile.steps, k.i32(1), ring,
                      [&](Int i, ValueRange values) {
                        Ring ring = read(values);
                        load(tile, getStep(tile, i), ring);
                        return next(ring);
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

  void consume() {
    raiseRegisters(k, 232);
    group = k.thread() >> 7;
    if (form.units == Units::E5M2)
      return consumeBlocks();
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

  /// A block's sum alone is exact: each starts from zero, in one of two sets of
  /// registers, while the one before it is added to the tile's.
  void consumeBlocks() {
    size_t count = form.tileN / 2;
    forEachTile([&](Tile tile, ValueRange values) {
      SmallVector<Value> carried(count, k.f32(0));
      llvm::append_range(carried, values);
      SmallVector<Value> done = k.loop(
          k.i32(0), steps, k.i32(1), carried,
          [&](Int, ValueRange values) { return addBlocks(values, count); });
      // What the loop does not need is not kept in registers over it.
      storeTile(locate(hide(k, tile.number)),
                ValueRange(done).take_front(count), hide(k, k.thread()));
      return SmallVector<Value>(ArrayRef(done).drop_front(count));
    });
  }

  SmallVector<Value> addBlocks(ValueRange values, size_t count) {
    Ring ring = read(values.drop_front(count));
    full(ring.stage).wait(ring.parity);
    Int start = shared + ring.stage * form.getStageBytes();
    Int a = describeRows(k, start + group * (kGroupRows * kTileBytes));
    Int b = describeRows(k, start + kBytesA);
    SmallVector<Value> sums(values.take_front(count));
    Value none =
        LLVM::UndefOp::create(k.builder(), k.emitter().loc, k.f32Type());
    SmallVector<Value> parts[2];
    for (SmallVector<Value> &part : parts)
      part.assign(shape.accumulators(), none);
    int perBlock = form.tileN / kPartN, all = kTileBytes / 32 * perBlock;
    for (int i = 0; i <= all; ++i) {
      int block = i / perBlock * 2, part = i % perBlock * kPartN * 8;
      if (i < all)
        parts[i % 2] = mx::nvvm::start(k, shape, parts[i % 2], a, b,
                                       {block, block + part});
      if (i == 0)
        continue;
      SmallVector<Value> &done = parts[(i - 1) % 2];
      done = wait(k, shape, done, /*pending=*/i < all);
      for (auto [j, sum] : llvm::enumerate(done)) {
        Value &total = sums[(i - 1) % perBlock * shape.accumulators() + j];
        total = k.fadd(total, sum);
      }
    }
    release(ring.stage);
    llvm::append_range(sums, next(ring));
    return sums;
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
  /// next of rows 16w + l / 4 and that + 8. What is read for some columns is
  /// read under no condition, and before those before them are stored, so that
  /// latencies overlap.
  void storeTile(Tile tile, ValueRange sums, Int thread) {
    const int batch = form.epilogue ? 4 : 8;
    Int warp = thread >> 5, lane = thread & 31; // of both groups
    Int row = tile.row + (warp << 4) + (lane >> 2);
    Int column = tile.column + ((lane & 3) << 1);
    const Row rows[] = {describe(tile.item, row), describe(tile.item, row + 8)};
    Columns next = loadColumns(tile, rows, column, batch);
    for (int first = 0; first < form.tileN / 8; first += batch) {
      Columns now = std::move(next);
      if (first + batch < form.tileN / 8)
        next = loadColumns(tile, rows, column + 8 * (first + batch), batch);
      for (int half = 0; half < 2; ++half)
        storeColumns(rows[half], now, half, sums.drop_front(4 * first), batch);
    }
    if (form.hasBands)
      k.when((extraM | extraN) != 0,
             [&] { raw->store(hide(k, row), hide(k, column), sums); });
  }

  using OthersOfTwo = std::array<EpilogueCode::Others, 2>;

  /// What is read for pairs of columns, 8 apart, the first one of which is
  /// `first`.
  struct Columns {
    Int first;
    SmallVector<Value> factors; ///< two of each pair
    SmallVector<OthersOfTwo> others; ///< of each pair and both rows
  };

  /// What the elements of a row of the result have in common.
  struct Row {
    Int isIn;
    Int number; ///< of all items
    Int start;  ///< in out and acc
    Value factor;
  };

  Row describe(Int item, Int row) {
    Row line;
    line.number = item.sext(64) * m.sext(64) + row.sext(64);
    line.isIn = row.slt(m);
    line.start = line.number * n.sext(64);
    if (factorsA)
      line.factor = k.load(factorsA, k.f32Type(), line.number);
    return line;
  }

  Columns loadColumns(const Tile &tile, ArrayRef<Row> rows, Int first,
                      int pairs) {
    Columns columns{first, loadFactors(tile, first, pairs), {}};
    for (int i = 0; i < pairs; ++i)
      for (const Row &line : rows)
        columns.others.push_back(
            epilogue->loadTwo(line.isIn, line.number, first + 8 * i));
    return columns;
  }

  void storeColumns(const Row &row, const Columns &columns, int half,
                    ValueRange sums, int pairs) {
    if (canStoreQuads())
      for (int i = 0; i < pairs; i += 4)
        storeQuad(row, columns, half, sums, i);
    else
      for (int i = 0; i < pairs; ++i)
        storePair(row, columns, half, sums, i);
  }

  /// Results of 16 bits whose rows are whole 16 bytes.
  bool canStoreQuads() const {
    return form.alignedN && !form.hasAcc &&
           form.type.getIntOrFloatBitWidth() == 16;
  }

  /// Pairs i to i + 3 of four neighbouring lanes are 32 columns of a row, of
  /// which each lane stores 8: whole sectors of memory.
  void storeQuad(const Row &row, const Columns &columns, int half,
                 ValueRange sums, int i) {
    SmallVector<Int> words;
    for (int pair = i; pair < i + 4; ++pair) {
      Value values[2];
      for (int j = 0; j < 2; ++j)
        values[j] = compute(row, columns, half, sums, pair, j, Int());
      words.push_back(packTwo(k, values[0], values[1]));
    }
    words = transposeQuad(k, words);
    // From 2l of these lanes to 8l.
    Int column = columns.first + (8 * i) + (columns.first & 6) * 3;
    k.when(row.isIn & column.slt(n), [&] {
      k.storeWords(words, out, (row.start + column.sext(64)) >> 1);
    });
  }

  /// Of pairs of columns, 8 apart; null values without factors.
  SmallVector<Value> loadFactors(Tile tile, Int column, int pairs) {
    SmallVector<Value> factors(2 * pairs);
    if (!factorsB)
      return factors;
    Int first = tile.item.sext(64) * n.sext(64) + column.sext(64);
    for (int i = 0; i < 2 * pairs; ++i) {
      if (!form.evenN)
        factors[i] =
            k.load(factorsB, k.f32Type(), first + (8 * (i / 2) + i % 2));
      else if (i % 2 == 0)
        for (auto [j, word] :
             llvm::enumerate(k.loadWords(factorsB, first + 4 * i, 2)))
          factors[i + j] = floatOf(word, k.f32Type());
    }
    return factors;
  }

  void storePair(const Row &row, const Columns &columns, int half,
                 ValueRange sums, int pair) {
    Int column = columns.first + 8 * pair;
    Int place = row.start + column.sext(64);
    auto get = [&](int i) {
      return compute(row, columns, half, sums, pair, i, place + i);
    };
    if (form.evenN) {
      k.when(row.isIn & column.slt(n),
             [&] { storeTwo(k, get(0), get(1), out, place); });
      return;
    }
    for (int i = 0; i < 2; ++i)
      k.when(row.isIn & (column + i).slt(n),
             [&] { k.store(get(i), out, place + i); });
  }

  /// The result at element i of a pair; `place` is where acc has its own.
  Value compute(const Row &row, const Columns &columns, int half,
                ValueRange sums, int pair, int i, Int place) {
    Value sum = scale(sums[4 * pair + 2 * half + i], row.factor,
                      columns.factors[2 * pair + i]);
    return epilogue->compute(finish(sum, place),
                             columns.others[2 * pair + half][i], row.number,
                             columns.first + 8 * pair + i);
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
  Value mapA, mapB, out, factorsA, factorsB, acc;
  SmallVector<Value> tensorScales;
  std::optional<EpilogueCode> epilogue;
  Int extraM, extraN; ///< with bands
  std::optional<s8_fold::RawSums> raw;
  std::optional<s8_fold::ExtraSteps> extraStepsA, extraStepsB;
  Int m, n, tilesM, tilesN, tiles, stepsOfPart, steps, shared, rank, group;
};

} // namespace

void fold::buildMultiply(OpBuilder &b, gpu::GPUModuleOp module,
                         const Form &form) {
  Kernel k(b, module, "multiply", getParameters(form), kThreads);
  Multiply(k, form).emit();
  k.finish();
}
