//===- S8Expand.cpp - Rows of MXFP4 to signed bytes -----------------------===//

#include "../Builder/Warp.h"
#include "E5M2Fold.h"
#include "ExtraSteps.h"
#include "S8Codes.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

namespace {

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
      range = findRowScales(k, k.parameter(0), k.parameter(1), row, blocks);
      SmallVector<Int> bands = describeRow();
      k.loop(k.i32(0), bands[1], k.i32(1), [&](Int band) {
        Int isExtra = band.sgt(0);
        writeBand(isExtra.select(rows + bands[0] + (band - 1), row), band,
                  isExtra);
      });
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

  Value count(Count i) {
    return k.element(k.parameter(4), k.i32Type(), k.i32(i));
  }

  /// Where the extra rows of a row stand, if any.
  SmallVector<Value> place(Int bands, Int fits, Int mayBand) {
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
    k.when(e5m2_fold::isFar(range),
           [&] { k.atomicAdd(count(kFar), k.i32(1)); });
    return {start.get(), isBanded.select(bands, k.i32(1)).get()};
  }

  /// Bytes of the blocks that are 4·band to 4·band + 3 steps below the largest,
  /// zero for the others. Half a block a lane: 8 bytes of codes to 16.
  void writeBand(Int target, Int band, Int isExtra) {
    Int steps = (blocks + (kStepBlocks - 1)) >> 2;
    ExtraSteps extraSteps(k, k.parameter(11), rows, steps, room);
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
          Int any = bytes[0] | bytes[1] | bytes[2] | bytes[3];
          k.when(isExtra & (any != 0), [&] {
            extraSteps.mark(target, item >> 3, count(kMarkedSteps));
          });
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
  RowScales range;
  Int rows, blocks, room, row, first;
};

} // namespace

void s8_fold::buildExpand(OpBuilder &b, gpu::GPUModuleOp module) {
  SmallVector<Param> params(8, Param::Pointer);
  params.append(3, Param::I32);
  params.push_back(Param::Pointer);
  Kernel k(b, module, "expand", params, kExpandThreads);
  Expand(k).emit();
  k.finish();
}
