//===- DecodeLoop.cpp - Packed weights, decoded on the way to wgmma -------===//

#include "DecodeLoop.h"

#include "../Builder/Assembly.h"
#include "../Builder/Warp.h"
#include "Convert.h"
#include "TileOrder.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::decode;

namespace {
constexpr int kGroups = 2; ///< warpgroups that multiply
constexpr int kTurnThreads = 128 * kGroups;
constexpr int kCodeBytes = kTileN * kTileBytes;
} // namespace

SmallVector<Param> Loop::getParams(const Form &form) {
  SmallVector<Param> params = {Param::TensorMap, Param::TensorMap,
                               Param::Pointer,   Param::Pointer,
                               Param::I32,       Param::I32};
  if (form.canSplit)
    params.append({Param::I32, Param::I32, Param::Pointer});
  return params;
}

Loop::Loop(Kernel &k, const Form &form, WgmmaShape shape, int stepK,
           int blockCols)
    : k(k), form(form), steps(form.getTileK() / stepK), blockCols(blockCols),
      scaleWords(form.getTileK() / blockCols / 4),
      blocks(int64_t(llvm::divideCeil(form.cols, blockCols))), shape(shape),
      stages(form.getStages()), stepBytes(int(form.tileM) * kStepBytes),
      tiles(form.countTilesK()) {
  mapX = k.parameter(0);
  mapCodes = k.parameter(1);
  scales = k.parameter(2);
  out = k.parameter(3);
  m = k.integer(4);
  n = k.integer(5);
  if (form.canSplit) {
    splits = k.integer(6);
    tilesOfSplit = k.integer(7);
    partials = k.parameter(8);
  }
  x = k.sharedMemory();
  codes = x + stages * stepBytes;
  barriers = codes + kCodeStages * kCodeBytes;
  rank = k.clusterRank();
}

void Loop::emit(Int chosen) {
  isChosen = chosen;
  k.when(k.thread() == 0, [&] {
    for (int stage = 0; stage < stages; ++stage) {
      fullX(k.i32(stage)).init(1);
      emptyX(k.i32(stage)).init(kGroups * kCluster);
    }
    for (int stage = 0; stage < kCodeStages; ++stage) {
      fullCodes(k.i32(stage)).init(1);
      emptyCodes(k.i32(stage)).init(4 * kGroups); // warps
    }
    fenceBarrierInit(k);
  });
  syncCluster(k);
  k.whenElse((k.thread() >> 7) == kGroups, [&] { produce(); },
             [&] { consume(); });
  syncCluster(k);
}

Barrier Loop::at(int number, Int stage) {
  return {k, barriers + number * 8 + (stage << 3)};
}

Loop::Ring Loop::locate(Int count, int stages) {
  return {count & (stages - 1), (count >> llvm::Log2_32(unsigned(stages))) & 1};
}

/// Tiles of a block, each with the number of tiles of K before it.
void Loop::forEachTile(function_ref<void(Tile, Int)> body) {
  constexpr int columns = kTileN * kCluster; // of a cluster
  Int tilesN = (n + (columns - 1)).udiv(columns);
  Int tilesM = (m + (form.tileM - 1)).udiv(form.tileM);
  Int cluster = k.block().udiv(kCluster), all = k.blocks().udiv(kCluster);
  SmallVector<Value> start = {k.i32(0).get()};
  Int end = tilesM * tilesN;
  if (form.canSplit)
    end = end * splits;
  if (isChosen.get()) // not a branch around everything
    end = isChosen.select(end, k.i32(0));
  k.loop(cluster, end, all, start, [&](Int number, ValueRange carried) {
    TilePlace place = locateTile(form.canSplit ? number.udiv(splits) : number,
                                 tilesN, tilesM);
    Tile tile;
    tile.row = place.column * form.tileM;
    tile.column = (place.row * kCluster + rank) * kTileN;
    tile.first = k.i32(0);
    tile.count = k.i32(tiles);
    if (form.canSplit) {
      tile.split = number.urem(splits);
      tile.first = tile.split * tilesOfSplit;
      tile.count = tilesOfSplit.smin(k.i32(tiles) - tile.first);
    }
    Int before(k.emitter(), carried[0]);
    body(tile, before);
    return SmallVector<Value>{(before + tile.count).get()};
  });
}

void Loop::produce() {
  lowerRegisters(k, 40);
  k.when(k.thread() == 128 * kGroups, [&] {
    forEachTile([&](Tile tile, Int before) {
      k.loop(k.i32(0), tile.count, k.i32(1), [&](Int i) {
        Int count = before + i, tileK = tile.first + i;
        loadCodes(tile, tileK, count);
        for (int step = 0; step < steps; ++step)
          loadX(tile, tileK * steps + step, count * steps + step);
      });
    });
  });
}

void Loop::loadCodes(Tile tile, Int i, Int count) {
  Ring ring = locate(count, kCodeStages);
  emptyCodes(ring.stage).wait(ring.parity ^ k.i32(1));
  Barrier ready = fullCodes(ring.stage);
  ready.arriveExpecting(k.i32(kCodeBytes));
  copyBox(k, codes + ring.stage * kCodeBytes, mapCodes, ready,
          {i * kTileBytes, tile.column, k.i32(0)});
}

void Loop::loadX(Tile tile, Int step, Int count) {
  Ring ring = locate(count, stages);
  emptyX(ring.stage).wait(ring.parity ^ k.i32(1));
  Barrier ready = fullX(ring.stage);
  ready.arriveExpecting(k.i32(stepBytes));
  int half = int(form.tileM) / kCluster;
  copyBox(k, x + ring.stage * stepBytes + rank * (half * kStepBytes), mapX,
          ready, {step * kStepBytes, tile.row + rank * half, k.i32(0)},
          {(1u << kCluster) - 1});
}

void Loop::consume() {
  raiseRegisters(k, 232);
  group = k.thread() >> 7;
  k.when(group == 1, [&] { arriveSome(k, getNextTurn(), kTurnThreads); });
  forEachTile([&](Tile tile, Int before) { store(tile, sum(tile, before)); });
  k.when(group == 0, [&] { takeTurn(); });
}

void Loop::takeTurn() { syncSome(k, group + 1, kTurnThreads); }
/// The barrier at which the other group waits for its turn.
Int Loop::getNextTurn() { return k.i32(2) - group; }

/// A group's sums of a tile, after so many tiles of K.
SmallVector<Value> Loop::sum(Tile tile, Int before) {
  size_t count = shape.accumulators();
  Int row = getRow(tile), zero = k.i32(0);
  Value none = shape.isFloat ? k.f32(0) : zero.get();
  SmallVector<Value> carried(count, none);
  carried.push_back(zero.get()); // the last stage of x
  llvm::append_range(carried, begin(row));
  llvm::append_range(carried, loadScales(row, tile.first));
  SmallVector<Value> done = k.loop(
      zero, tile.count, k.i32(1), carried, [&](Int i, ValueRange values) {
        return accumulate(tile, i, before + i, values);
      });
  ValueRange all(done);
  SmallVector<Value> sums = wait(k, shape, all.take_front(count));
  release(Int(k.emitter(), all[count]));
  leave(all.drop_front(count + 1).drop_back(2 * scaleWords));
  return sums;
}

/// The first of a thread's two rows of weights; the other one is 8 on.
Int Loop::getRow(Tile tile) {
  return tile.column + ((k.thread() >> 5) << 4) + (k.lane() >> 2);
}

/// Those of a tile of K: the words of the first row, then of the other one.
SmallVector<Value> Loop::loadScales(Int row, Int i) {
  bool areWords = blocks % (4 * scaleWords) == 0;
  SmallVector<Value> words;
  for (int half = 0; half < 2; ++half) {
    Int line = (row + 8 * half).smin(n - 1).sext(64);
    for (int word = 0; !areWords && word < scaleWords; ++word)
      words.push_back(loadScaleBytes(line, (i * scaleWords + word) * 4).get());
    if (!areWords)
      continue;
    Int place = line * (blocks / 4) + (i * scaleWords).sext(64);
    for (Int word : k.loadWords(scales, place, scaleWords))
      words.push_back(word.get());
  }
  return words;
}

Int Loop::loadScaleBytes(Int line, Int first) {
  Int word = k.i32(0);
  for (int i = 0; i < 4; ++i) {
    Int place = line * blocks + (first + i).smin(blocks - 1).sext(64);
    Int scale = k.loadByte(scales, place);
    scale = (first + i).slt(blocks).select(scale, k.i32(0));
    word = word | (scale << (8 * i));
  }
  return word;
}

/// A tile of K: the last of its groups of instructions is left unfinished.
SmallVector<Value> Loop::accumulate(Tile tile, Int i, Int number,
                                    ValueRange values) {
  size_t count = shape.accumulators();
  SmallVector<Value> sums(values.take_front(count));
  Int last(k.emitter(), values[count]);
  ValueRange rest = values.drop_front(count + 1);
  SmallVector<Int> loaded;
  for (Value word : rest.take_back(2 * scaleWords))
    loaded.push_back(Int(k.emitter(), word));
  SmallVector<Value> kept = enter(rest.drop_back(2 * scaleWords), loaded);
  SmallVector<Value> next =
      loadScales(getRow(tile), (tile.first + i + 1).smin(tiles - 1));
  Ring ring = locate(number, kCodeStages);
  fullCodes(ring.stage).wait(ring.parity);
  SmallVector<Int> words = load(getCodes(ring.stage), 0);
  for (int step = 0; step < steps; ++step) {
    SmallVector<Int> a = decode(words, step);
    if (step + 1 < steps)
      words = load(getCodes(ring.stage), step + 1);
    else
      releaseCodes(ring.stage);
    Ring ringX = locate(number * steps + step, stages);
    fullX(ringX.stage).wait(ringX.parity);
    takeTurn();
    sums = multiplyRegisters(k, shape, sums, a,
                             describeRows(k, x + ringX.stage * stepBytes),
                             /*pending=*/1, {getNextTurn(), kTurnThreads});
    if (step == 0)
      k.when(i.sgt(0), [&] { release(last); });
    else
      release(last);
    last = ringX.stage;
  }
  sums.push_back(last.get());
  llvm::append_range(sums, kept);
  llvm::append_range(sums, next);
  return sums;
}

/// Where a thread's first row of weights starts in a stage.
Int Loop::getCodes(Int stage) {
  return codes + stage * kCodeBytes +
         ((k.thread() >> 5) * 16 + (k.lane() >> 2)) * kTileBytes;
}

void Loop::release(Int stage) {
  Int thread = k.thread() & 127;
  k.when(thread.slt(kCluster), [&] { emptyX(stage).arriveAt(thread); });
}
void Loop::releaseCodes(Int stage) {
  syncWarp(k);
  k.when(k.lane() == 0, [&] { emptyCodes(stage).arrive(); });
}

void Loop::store(Tile tile, ValueRange sums) {
  if (!form.canSplit)
    return storeResult(tile, sums, /*isPartial=*/false);
  k.whenElse(
      splits == 1, [&] { storeResult(tile, sums, /*isPartial=*/false); },
      [&] { storeResult(tile, sums, /*isPartial=*/true); });
}

/// Thread (warp w, lane 4g + t) of a group holds rows 8q + 2t and the next of
/// x, of weights 16w + g and that + 8. Lanes of neighbouring g exchange one
/// of two, so that each has two neighbours in a row of the result; where all
/// rows are whole 16 bytes, four such lanes go on to eight.
void Loop::storeResult(Tile tile, ValueRange sums, bool isPartial) {
  Int thread = hide(k, k.thread());
  Int lane = thread & 31, group = lane >> 2;
  Int isOdd = (group & 1) != 0;
  Int row = tile.row + ((lane & 3) << 1) + (group & 1);
  Int column = tile.column + ((thread >> 5) << 4) + (group & ~1);
  int count = int(sums.size()) / 4;
  SmallVector<Value> factors;
  for (int q = 0; q < count; ++q)
    factors.push_back(loadFactor(row + 8 * q));
  auto exchange = [&](int q, int half) {
    Value own[2];
    for (int i = 0; i < 2; ++i)
      own[i] = scaleWeight(sums[4 * q + 2 * half + i], half);
    Int sent = bitsOf(k.emitter(), isOdd.select(own[0], own[1]));
    Value other = floatOf(exchangeLanes(k, sent, 4), k.f32Type());
    std::array<Value, 2> pair = {isOdd.select(other, own[0]),
                                 isOdd.select(own[1], other)};
    if (factors[q])
      for (Value &value : pair)
        value = k.fmul(value, factors[q]);
    return pair;
  };
  for (int q = 0; q < count; q += 2) {
    std::array<Value, 2> pairs[4];
    for (int i = 0; i < 4; ++i)
      pairs[i] = exchange(q + i / 2, i % 2);
    if (!isPartial && form.storesQuads()) {
      storeQuad(row + 8 * q, column, pairs);
      continue;
    }
    for (int i = 0; i < 4; ++i) {
      Int ofRow = row + 8 * (q + i / 2), ofColumn = column + 8 * (i % 2);
      if (isPartial)
        storePartial(tile.split, ofRow, ofColumn, pairs[i]);
      else
        storePair(ofRow, ofColumn, pairs[i]);
    }
  }
}

/// Pairs of a row and of the one 8 below, 8 columns apart, of four lanes:
/// each gets the 8 columns of one of them.
void Loop::storeQuad(Int row, Int column,
                     ArrayRef<std::array<Value, 2>> pairs) {
  SmallVector<Int> words;
  for (const std::array<Value, 2> &pair : pairs) {
    auto [first, second] = finish(pair, Int());
    words.push_back(packTwo(k, first, second));
  }
  words = transposeQuad(k, words, /*stride=*/8);
  Int which = k.lane() >> 3;
  row = row + ((which >> 1) << 3);
  column = (column & ~7) + ((which & 1) << 3);
  Int place = row.sext(64) * n.sext(64) + column.sext(64);
  k.when(row.slt(m) & column.slt(n),
         [&] { k.storeWords(words, out, place >> 1); });
}

/// f32 at [split, m, n] of partials.
void Loop::storePartial(Int split, Int row, Int column,
                        std::array<Value, 2> values) {
  Int line = split.sext(64) * m.sext(64) + row.sext(64);
  Int place = line * n.sext(64) + column.sext(64);
  Int isIn = row.slt(m);
  if (form.evenN) {
    k.when(isIn & column.slt(n),
           [&] { storeTwo(k, values[0], values[1], partials, place); });
    return;
  }
  for (int i = 0; i < 2; ++i)
    k.when(isIn & (column + i).slt(n),
           [&] { k.store(values[i], partials, place + i); });
}

void Loop::storePair(Int row, Int column, std::array<Value, 2> values) {
  Int isIn = row.slt(m);
  Int place = row.sext(64) * n.sext(64) + column.sext(64);
  auto compute = [&](Value value, int i) {
    return epilogue->compute(value, row.sext(64), column + i);
  };
  if (form.evenN) {
    k.when(isIn & column.slt(n), [&] {
      auto [first, second] = finish(values, place);
      storeTwo(k, compute(first, 0), compute(second, 1), out, place);
    });
    return;
  }
  for (int i = 0; i < 2; ++i)
    k.when(isIn & (column + i).slt(n), [&] {
      Value value = finishSum(k, addAndScale(values[i], place, i), form.alpha,
                              form.type, mayBeNaN());
      k.store(compute(value, i), out, place + i);
    });
}

/// Neighbours but for the epilogue; without acc no place is needed.
std::array<Value, 2> Loop::finish(std::array<Value, 2> sums, Int place) {
  for (int i = 0; i < 2; ++i)
    sums[i] = addAndScale(sums[i], place, i);
  return finishTwo(k, sums[0], sums[1], form.alpha, form.type, mayBeNaN());
}
