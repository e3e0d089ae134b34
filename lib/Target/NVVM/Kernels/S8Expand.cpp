//===- S8Expand.cpp - Rows of MXFP4 to signed bytes -----------------------===//

#include "../Builder/Warp.h"
#include "S8Codes.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

namespace {

/// Scales of the blocks of a row that are not zero: a warp's common view.
struct ScaleRange {
  Int largest, smallest, isNaN;
};

/// What a lane reads before it uses the first, so that latencies overlap.
constexpr int kInFlight = 4;

/// Numbers of kInFlight items of a lane, 32 apart, and below `count`: the last
/// one may stand for several.
SmallVector<Int> getItems(Int first, Int count) {
  SmallVector<Int> items;
  for (int i = 0; i < kInFlight; ++i)
    items.push_back((first + 32 * i).smin(count - 1));
  return items;
}

ScaleRange findScales(Kernel &k, Value codes, Value scales, Int row,
                      Int blocks) {
  SmallVector<Value> start = {k.i32(-1).get(), k.i32(255).get(),
                              k.i32(0).get()};
  Int first = row.sext(64) * blocks.sext(64);
  SmallVector<Value> found = k.loop(
      k.lane(), blocks, k.i32(32 * kInFlight), start,
      [&](Int block, ValueRange state) {
        SmallVector<SmallVector<Int>> codesOf;
        SmallVector<Int> scaleOf;
        for (Int item : getItems(block, blocks)) {
          Int at = first + item.sext(64);
          codesOf.push_back(k.loadWords(codes, at * 4, 4));
          scaleOf.push_back(k.loadByte(scales, at));
        }
        Int largest(k.emitter(), state[0]), smallest(k.emitter(), state[1]),
            isNaN(k.emitter(), state[2]);
        for (auto [words, scale] : llvm::zip(codesOf, scaleOf)) {
          Int any = (words[0] | words[1] | words[2] | words[3]) & 0x77777777;
          Int counts = any != 0;
          largest = largest.smax(counts.select(scale, k.i32(-1)));
          smallest = smallest.smin(counts.select(scale, k.i32(255)));
          isNaN = isNaN | (scale == 255).zext(32);
        }
        return SmallVector<Value>{largest.get(), smallest.get(), isNaN.get()};
      });
  return {warpMax(k, Int(k.emitter(), found[0])),
          warpMin(k, Int(k.emitter(), found[1])),
          warpOr(k, Int(k.emitter(), found[2]))};
}

class Expand {
public:
  explicit Expand(Kernel &k) : k(k) {
    rows = k.integer(8);
    blocks = k.integer(9);
    room = k.integer(10);
    row = k.block() * (kExpandThreads / 32) + (k.thread() >> 5);
    first = row.sext(64) * blocks.sext(64);
  }

  void emit() {
    k.when(row.slt(rows), [&] {
      range = findScales(k, k.parameter(0), k.parameter(1), row, blocks);
      SmallVector<Int> bands = describeRow();
      writeBand(row, k.i32(0));
      // Bands after the first: (extra row, number of bands).
      k.loop(k.i32(1), bands[1], k.i32(1),
             [&](Int band) { writeBand(rows + bands[0] + (band - 1), band); });
    });
  }

private:
  /// Writes a row's factor and slot. Returns its first extra row and number of
  /// bands, in all lanes. Factors stay between 2^-60 and 2^60, so that products
  /// of two and a sum are normal f32.
  SmallVector<Int> describeRow() {
    Int exponent = range.largest - kScaleBias;
    Int isZero = range.largest.slt(0);
    Int inRange = exponent.sgt(-61) & exponent.slt(61);
    Int bands = isZero.select(
        k.i32(1), ((range.largest - range.smallest).smax(0) >> 2) + 1);
    Int shortEnough = blocks.slt(kMaxK / 32);
    Int isNumber = (range.isNaN == 0) & shortEnough & (isZero | inRange);
    Int fits = isNumber & (bands == 1);
    Int mayBand = isNumber & bands.sgt(1) & bands.slt(kMaxBands + 1) &
                  bands.slt(room + 2);
    Value factor = k.powerOfTwo((isZero | ~inRange).select(k.i32(0), exponent));
    SmallVector<Value> none = {k.i32(0).get(), k.i32(1).get()};
    SmallVector<Value> found = k.choose(k.lane() == 0, none, [&] {
      k.store(factor, k.parameter(3), row);
      return place(bands, fits, mayBand);
    });
    return {shareLane(k, Int(k.emitter(), found[0])),
            shareLane(k, Int(k.emitter(), found[1]))};
  }

  /// Where the extra rows of a row stand, if any.
  SmallVector<Value> place(Int bands, Int fits, Int mayBand) {
    Value counts = k.parameter(4);
    auto count = [&](Count i) {
      return k.element(counts, k.i32Type(), k.i32(i));
    };
    SmallVector<Value> none = {k.i32(0).get(), k.i32(0).get()};
    SmallVector<Value> at = k.choose(mayBand, none, [&] {
      Int start = k.atomicAdd(count(kExtraRows), bands - 1);
      Int hasRoom = (start + bands - 1).slt(room + 1);
      return SmallVector<Value>{start.get(), hasRoom.zext(32).get()};
    });
    Int start(k.emitter(), at[0]);
    Int isBanded = Int(k.emitter(), at[1]) != 0;
    SmallVector<Value> noSlot = {
        fits.select(k.i32(kNoSlot), k.i32(kMisfit)).get()};
    SmallVector<Value> slot = k.choose(isBanded, noSlot, [&] {
      Int number = k.atomicAdd(count(kSlots), k.i32(1));
      k.storeWords({row, start, bands, k.i32(0)}, k.parameter(6), number * 4);
      return SmallVector<Value>{number.get()};
    });
    k.store(slot[0], k.parameter(5), row);
    k.when(~fits & ~isBanded, [&] {
      Int number = k.atomicAdd(count(kMisfits), k.i32(1));
      k.store(row.get(), k.parameter(7), number);
    });
    k.when(~fits & ~mayBand, [&] { k.atomicAdd(count(kWild), k.i32(1)); });
    return {start.get(), isBanded.select(bands, k.i32(1)).get()};
  }

  /// Bytes of the blocks that are 4·band to 4·band + 3 steps below the largest,
  /// zero for the others. Half a block a lane: 8 bytes of codes to 16.
  void writeBand(Int target, Int band) {
    Int out = target.sext(64) * blocks.sext(64) * 2;
    Int halves = blocks * 2;
    k.loop(k.lane(), halves, k.i32(32 * kInFlight), [&](Int half) {
      SmallVector<SmallVector<Int>> codes;
      SmallVector<Int> scales;
      for (Int item : getItems(half, halves)) {
        Int at = first * 2 + item.sext(64);
        codes.push_back(k.loadWords(k.parameter(0), at * 2, 2));
        scales.push_back(k.loadByte(k.parameter(1), at >> 1));
      }
      for (int i = 0; i < kInFlight; ++i) {
        SmallVector<Int> bytes = decode(codes[i], scales[i], band);
        Int item = half + 32 * i;
        k.when(item.slt(halves), [&] {
          k.storeWords(bytes, k.parameter(2), (out + item.sext(64)) * 4);
        });
      }
    });
  }

  SmallVector<Int> decode(ArrayRef<Int> words, Int scale, Int band) {
    Int steps = range.largest - scale - (band << 2);
    Int isIn = steps.sgt(-1) & steps.slt(4);
    ByteTable table(k, k.i32(3) - steps.smax(0).smin(3));
    SmallVector<Int> decoded;
    for (Int word : words)
      llvm::append_range(decoded, table.decode(isIn.select(word, k.i32(0))));
    return decoded;
  }

  Kernel &k;
  ScaleRange range;
  Int rows, blocks, room, row, first;
};

} // namespace

void s8_fold::buildExpand(OpBuilder &b, gpu::GPUModuleOp module) {
  SmallVector<Param> params(8, Param::Pointer);
  params.append(3, Param::I32);
  Kernel k(b, module, "expand", params, kExpandThreads);
  Expand(k).emit();
  k.finish();
}
