//===- DecodeMultiply.cpp - bf16 by packed E2M1 weights on wgmma ----------===//
//
// Persistent blocks in clusters of two along N: one warp copies codes and x
// into rings of stages, the cluster's blocks half of x each for both; two
// warpgroups decode 64 rows of weights each and multiply. wgmma holds its
// warpgroup while it takes A from registers: the two take turns, so that one
// decodes while the other multiplies.
//
//===----------------------------------------------------------------------===//

#include "DecodeMultiply.h"

#include "../Builder/Assembly.h"
#include "../Builder/Barrier.h"
#include "../Builder/Warp.h"
#include "../Builder/Wgmma.h"
#include "Convert.h"
#include "DecodeE2M1.h"
#include "TileOrder.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::bf16_decode;

namespace {

constexpr int kGroups = 2; ///< warpgroups that multiply
constexpr int kCodeBytes = kTileN * kTileBytes;

class Multiply {
public:
  Multiply(Kernel &k, const Form &form)
      : k(k), form(form),
        shape{"f32.bf16.bf16", int(form.tileM), /*k=*/16, /*isFloat=*/true,
              /*canTranspose=*/true},
        stages(form.getStages()), stepBytes(int(form.tileM) * kStepBytes),
        pairs(k, form.format, k.lane() & 3) {
    mapX = k.parameter(0);
    mapCodes = k.parameter(1);
    scales = k.parameter(2);
    out = k.parameter(3);
    m = k.integer(4);
    n = k.integer(5);
    unsigned next = 6;
    if (form.format.hasTensorScale)
      tensorScale = k.load(k.parameter(next++), k.f32Type(), k.i32(0));
    if (form.hasAcc)
      acc = k.parameter(next++);
    epilogue.emplace(k, form.epilogue, next, n, /*evenN=*/false);
    scaleWords = kTileK / form.format.blockCols / 4;
    tiles = form.cols / kTileK;
    x = k.sharedMemory();
    codes = x + stages * stepBytes;
    barriers = codes + kCodeStages * kCodeBytes;
    rank = k.clusterRank();
  }

  void emit() {
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

private:
  struct Tile {
    Int row, column; ///< of the result
  };

  Barrier at(int number, Int stage) {
    return {k, barriers + number * 8 + (stage << 3)};
  }
  Barrier fullX(Int stage) { return at(0, stage); }
  Barrier emptyX(Int stage) { return at(stages, stage); }
  Barrier fullCodes(Int stage) { return at(2 * stages, stage); }
  Barrier emptyCodes(Int stage) { return at(2 * stages + kCodeStages, stage); }

  /// The place in a ring of a power of two of stages.
  struct Ring {
    Int stage, parity;
  };
  Ring locate(Int count, int stages) {
    return {count & (stages - 1),
            (count >> llvm::Log2_32(unsigned(stages))) & 1};
  }

  /// Tiles of a block, each with the number of those before it.
  void forEachTile(function_ref<void(Tile, Int)> body) {
    constexpr int columns = kTileN * kCluster; // of a cluster
    Int tilesN = (n + (columns - 1)).udiv(columns);
    Int tilesM = (m + (form.tileM - 1)).udiv(form.tileM);
    Int cluster = k.block().udiv(kCluster), all = k.blocks().udiv(kCluster);
    SmallVector<Value> start = {k.i32(0).get()};
    k.loop(cluster, tilesM * tilesN, all, start,
           [&](Int tile, ValueRange carried) {
             TilePlace place = locateTile(tile, tilesN, tilesM);
             Int number(k.emitter(), carried[0]);
             body({place.column * form.tileM,
                   (place.row * kCluster + rank) * kTileN},
                  number);
             return SmallVector<Value>{(number + 1).get()};
           });
  }

  void produce() {
    lowerRegisters(k, 40);
    k.when(k.thread() == 128 * kGroups, [&] {
      forEachTile([&](Tile tile, Int number) {
        k.loop(k.i32(0), k.i32(tiles), k.i32(1), [&](Int i) {
          Int count = number * tiles + i;
          loadCodes(tile, i, count);
          for (int step = 0; step < kSteps; ++step)
            loadX(tile, i * kSteps + step, count * kSteps + step);
        });
      });
    });
  }

  void loadCodes(Tile tile, Int i, Int count) {
    Ring ring = locate(count, kCodeStages);
    emptyCodes(ring.stage).wait(ring.parity ^ k.i32(1));
    Barrier ready = fullCodes(ring.stage);
    ready.arriveExpecting(k.i32(kCodeBytes));
    copyBox(k, codes + ring.stage * kCodeBytes, mapCodes, ready,
            {i * kTileBytes, tile.column, k.i32(0)});
  }

  void loadX(Tile tile, Int step, Int count) {
    Ring ring = locate(count, stages);
    emptyX(ring.stage).wait(ring.parity ^ k.i32(1));
    Barrier ready = fullX(ring.stage);
    ready.arriveExpecting(k.i32(stepBytes));
    int half = int(form.tileM) / kCluster;
    copyBox(k, x + ring.stage * stepBytes + rank * (half * kStepBytes), mapX,
            ready, {step * kStepBytes, tile.row + rank * half, k.i32(0)},
            {(1u << kCluster) - 1});
  }

  void consume() {
    raiseRegisters(k, 232);
    group = k.thread() >> 7;
    k.when(group == 1, [&] { passTurn(); });
    forEachTile([&](Tile tile, Int number) {
      Int bad[2];
      SmallVector<Value> sums = sum(tile, number * tiles, bad);
      store(tile, sums, bad);
    });
    k.when(group == 0, [&] { takeTurn(); });
  }

  void takeTurn() { syncSome(k, group + 1, 128 * kGroups); }
  void passTurn() { arriveSome(k, k.i32(2) - group, 128 * kGroups); }

  /// A group's sums of a tile, after so many tiles of K, and what its scales
  /// say of NaN in both rows.
  SmallVector<Value> sum(Tile tile, Int before, MutableArrayRef<Int> bad) {
    size_t count = shape.accumulators();
    Int row = getRow(tile), zero = k.i32(0);
    SmallVector<Value> carried(count, k.f32(0));
    // The last stage of x, and NaN.
    carried.append({zero.get(), zero.get(), zero.get()});
    llvm::append_range(carried, loadScales(row, zero));
    SmallVector<Value> done = k.loop(
        zero, k.i32(tiles), k.i32(1), carried, [&](Int i, ValueRange values) {
          return accumulate(row, i, before + i, values);
        });
    SmallVector<Value> sums = wait(k, shape, ArrayRef(done).take_front(count));
    release(Int(k.emitter(), done[count]));
    for (int half = 0; half < 2; ++half)
      bad[half] = Int(k.emitter(), done[count + 1 + half]);
    return sums;
  }

  /// The first of a thread's two rows of weights; the other one is 8 on.
  Int getRow(Tile tile) {
    return tile.column + ((k.thread() >> 5) << 4) + (k.lane() >> 2);
  }

  /// Those of a tile of K of both rows.
  SmallVector<Value> loadScales(Int row, Int i) {
    int64_t wordsOfRow = form.cols / form.format.blockCols / 4;
    SmallVector<Value> words;
    for (int half = 0; half < 2; ++half) {
      Int line = (row + 8 * half).smin(n - 1).sext(64) * wordsOfRow;
      for (Int word :
           k.loadWords(scales, line + (i * scaleWords).sext(64), scaleWords))
        words.push_back(word.get());
    }
    return words;
  }

  /// A tile of K: the last of its groups of instructions is left unfinished.
  SmallVector<Value> accumulate(Int row, Int i, Int number, ValueRange values) {
    size_t count = shape.accumulators();
    SmallVector<Value> sums(values.take_front(count));
    auto integer = [&](size_t at) {
      return Int(k.emitter(), values[count + at]);
    };
    Int last = integer(0), bad[] = {integer(1), integer(2)};
    SmallVector<Int> loaded;
    for (int at = 0; at < 2 * scaleWords; ++at)
      loaded.push_back(integer(3 + at));
    SmallVector<Int> own = pickScales(loaded);
    for (auto [at, word] : llvm::enumerate(own))
      bad[at % 2] = bad[at % 2] | pairs.findNaN(word);
    SmallVector<Value> next = loadScales(row, (i + 1).smin(tiles - 1));
    Int areLarge = pairs.areLarge(own);
    Ring ring = locate(number, kCodeStages);
    fullCodes(ring.stage).wait(ring.parity);
    SmallVector<Int> words = loadStep(ring.stage, 0);
    for (int step = 0; step < kSteps; ++step) {
      SmallVector<Int> a =
          decode(words, ArrayRef(own).slice(2 * step, 2), areLarge);
      if (step + 1 < kSteps)
        words = loadStep(ring.stage, step + 1);
      else
        releaseCodes(ring.stage);
      Ring ringX = locate(number * kSteps + step, stages);
      fullX(ringX.stage).wait(ringX.parity);
      takeTurn();
      sums = multiplyRegisters(k, shape, sums, a,
                               describeRows(k, x + ringX.stage * stepBytes),
                               /*pending=*/1);
      passTurn();
      if (step == 0)
        k.when(i.sgt(0), [&] { release(last); });
      else
        release(last);
      last = ringX.stage;
    }
    sums.append({last.get(), bad[0].get(), bad[1].get()});
    llvm::append_range(sums, next);
    return sums;
  }

  /// Of each step, words of both rows with its scales lowest.
  SmallVector<Int> pickScales(ArrayRef<Int> loaded) {
    SmallVector<Int> own;
    for (int step = 0; step < kSteps; ++step)
      for (int half = 0; half < 2; ++half) {
        ArrayRef<Int> words = loaded.slice(half * scaleWords, scaleWords);
        bool isHalf = scaleWords < kSteps; // of a word, for each step
        own.push_back(isHalf ? words[step / 2] >> (step % 2 * 16)
                             : words[step]);
      }
    return own;
  }

  /// Codes of 64 columns of a thread's rows.
  SmallVector<Int> loadStep(Int stage, int step) {
    SmallVector<Int> words;
    Int line = k.lane() >> 2;
    Int first = codes + stage * kCodeBytes +
                ((k.thread() >> 5) * 16 + line) * kTileBytes;
    for (int half = 0; half < 2; ++half)
      for (int piece = 0; piece < 2; ++piece) {            // of 32 columns
        Int place = (line ^ k.i32(2 * step + piece)) << 4; // swizzled
        llvm::append_range(
            words,
            k.loadSharedWords(first + half * (8 * kTileBytes) + place, 4));
      }
    return words;
  }

  /// Those, as wgmma takes them.
  SmallVector<Int> decode(ArrayRef<Int> words, ArrayRef<Int> scaleOf,
                          Int areLarge) {
    SmallVector<Int> codes(16), factors(16);
    int blockCols = int(form.format.blockCols);
    for (int half = 0; half < 2; ++half) {
      Int scale;
      for (int i = 0; i < 8; ++i) { // of 8 columns
        if (8 * i % blockCols == 0)
          scale = pairs.readScale(scaleOf[half], 8 * i / blockCols, areLarge);
        factors[2 * i + half] = scale;
      }
      for (int piece = 0; piece < 2; ++piece)
        for (auto [i, pair] : llvm::enumerate(
                 pairs.decode(words.slice(8 * half + 4 * piece, 4))))
          codes[8 * piece + 2 * int(i) + half] = pair;
    }
    return pairs.multiply(codes, factors, areLarge);
  }

  void release(Int stage) {
    Int thread = k.thread() & 127;
    k.when(thread.slt(kCluster), [&] { emptyX(stage).arriveAt(thread); });
  }
  void releaseCodes(Int stage) {
    syncWarp(k);
    k.when(k.lane() == 0, [&] { emptyCodes(stage).arrive(); });
  }

  /// Thread (warp w, lane 4g + t) of a group holds rows 8q + 2t and the next of
  /// x, of weights 16w + g and that + 8. Lanes of neighbouring g exchange one
  /// of two, so that each has two neighbours in a row of the result; where all
  /// rows are whole 16 bytes, four such lanes go on to eight.
  void store(Tile tile, ValueRange sums, ArrayRef<Int> bad) {
    Int thread = hide(k, k.thread());
    Int lane = thread & 31, group = lane >> 2;
    Int isOdd = (group & 1) != 0;
    Int row = tile.row + ((lane & 3) << 1) + (group & 1);
    Int column = tile.column + ((thread >> 5) << 4) + (group & ~1);
    Value factors[2];
    for (int half = 0; half < 2; ++half) {
      Int isNaN = (bad[half] & 0x80808080ll) != 0;
      factors[half] =
          isNaN.select(canonicalNaN(k, k.f32Type()), k.f32(pairs.getFactor()));
    }
    auto exchange = [&](int q, int half) {
      Value own[2];
      for (int i = 0; i < 2; ++i)
        own[i] = k.fmul(sums[4 * q + 2 * half + i], factors[half]);
      Int sent = bitsOf(k.emitter(), isOdd.select(own[0], own[1]));
      Value other = floatOf(exchangeLanes(k, sent, 4), k.f32Type());
      return std::array<Value, 2>{isOdd.select(other, own[0]),
                                  isOdd.select(own[1], other)};
    };
    for (int q = 0; q < int(sums.size()) / 4; q += 2) {
      std::array<Value, 2> pairs[4];
      for (int i = 0; i < 4; ++i)
        pairs[i] = exchange(q + i / 2, i % 2);
      if (form.storesQuads())
        storeQuad(row + 8 * q, column, pairs);
      else
        for (int i = 0; i < 4; ++i)
          storePair(row + 8 * (q + i / 2), column + 8 * (i % 2), pairs[i]);
    }
  }

  /// Pairs of a row and of the one 8 below, 8 columns apart, of four lanes:
  /// each gets the 8 columns of one of them.
  void storeQuad(Int row, Int column, ArrayRef<std::array<Value, 2>> pairs) {
    SmallVector<Int> words;
    for (const std::array<Value, 2> &pair : pairs)
      words.push_back(
          packTwo(k, finish(pair[0], Int()), finish(pair[1], Int())));
    words = transposeQuad(k, words, /*stride=*/8);
    Int which = k.lane() >> 3;
    row = row + ((which >> 1) << 3);
    column = (column & ~7) + ((which & 1) << 3);
    Int place = row.sext(64) * n.sext(64) + column.sext(64);
    k.when(row.slt(m) & column.slt(n),
           [&] { k.storeWords(words, out, place >> 1); });
  }

  void storePair(Int row, Int column, std::array<Value, 2> values) {
    Int isIn = row.slt(m);
    Int place = row.sext(64) * n.sext(64) + column.sext(64);
    auto get = [&](int i) {
      return epilogue->compute(finish(values[i], place + i), row.sext(64),
                               column + i);
    };
    if (form.evenN) {
      k.when(isIn & column.slt(n),
             [&] { storeTwo(k, get(0), get(1), out, place); });
      return;
    }
    for (int i = 0; i < 2; ++i)
      k.when(isIn & (column + i).slt(n),
             [&] { k.store(get(i), out, place + i); });
  }

  /// Contract 25: ((r + acc) · tensor scale) · alpha.
  Value finish(Value sum, Int place) {
    if (acc)
      sum = k.fadd(sum, k.widen(k.load(acc, form.type, place)));
    if (tensorScale)
      sum = k.fmul(sum, tensorScale);
    return finishSum(k, sum, form.alpha, form.type, /*mayBeNaN=*/true);
  }

  Kernel &k;
  const Form &form;
  WgmmaShape shape;
  int stages, stepBytes; ///< of x
  E2M1Pairs pairs;
  int scaleWords; ///< of a row in a tile of K
  int64_t tiles;  ///< of K
  Value mapX, mapCodes, scales, out, tensorScale, acc;
  std::optional<EpilogueCode> epilogue;
  Int m, n, x, codes, barriers, rank, group;
};

} // namespace

std::string Form::findProblem() const {
  if (!E2M1Pairs::takes(format))
    return "the weights are not f4E2M1FN with f8E8M0FNU or f8E4M3FN scales";
  if (format.blockRows != 1 ||
      (format.blockCols != 16 && format.blockCols != 32))
    return "the weights' blocks are neither 16 nor 32 along K";
  if (cols % kTileK != 0 || cols == 0)
    return "K must be a multiple of " + std::to_string(kTileK);
  return "";
}

void bf16_decode::buildMultiply(OpBuilder &b, gpu::GPUModuleOp module,
                                const Form &form) {
  SmallVector<Param> params = {Param::TensorMap, Param::TensorMap,
                               Param::Pointer,   Param::Pointer,
                               Param::I32,       Param::I32};
  params.append(form.format.hasTensorScale + form.hasAcc, Param::Pointer);
  params.append(form.epilogue.getParams());
  Kernel k(b, module, "multiply", params, kThreads);
  Multiply(k, form).emit();
  k.finish();
}
