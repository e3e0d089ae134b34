//===- S8Survey.cpp - Which rows of MXFP4 fit signed bytes ----------------===//

#include "../Builder/Warp.h"
#include "E5M2Fold.h"
#include "ExtraSteps.h"
#include "OperandOfWarp.h"
#include "S8Bytes.h"
#include "S8Codes.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

namespace {

constexpr unsigned kNumParameters = 12; ///< of an operand

class Survey {
public:
  Survey(Kernel &k, bool hasPacked)
      : k(k), own(k, kNumParameters, /*rowsAt=*/10), hasPacked(hasPacked) {
    rows = own.integer(10);
    room = own.integer(11);
    blocks = k.integer(2 * kNumParameters);
  }

  void emit() {
    k.when(own.row.slt(rows), [&] {
      range = findRange();
      SmallVector<Int> bands = describeRow();
      k.when(bands[1].sgt(1), [&] { markSteps(bands[0]); });
      k.when(fits, [&] { writeBytes(); });
    });
  }

private:
  /// Scales alone tell of a row that fits with all its blocks. In another one
  /// those of zeros do not count.
  RowScales findRange() {
    Value codes = own.pointer(0), scales = own.pointer(1);
    RowScales all = findRowScales(k, Value(), scales, own.row, blocks);
    Int fits = (all.isNaN == 0) & (all.largest - all.smallest).slt(4) &
               isInRange(all.largest);
    SmallVector<Value> found = {all.largest.get(), all.smallest.get(),
                                all.isNaN.get()};
    found = k.choose(~fits, found, [&] {
      RowScales some = findRowScales(k, codes, scales, own.row, blocks);
      return SmallVector<Value>{some.largest.get(), some.smallest.get(),
                                some.isNaN.get()};
    });
    auto get = [&](int i) { return Int(k.emitter(), found[i]); };
    return {get(0), get(1), get(2)};
  }

  /// Those of a row of B take longer, and only Choice::Integers needs them.
  void writeBytes() {
    ByteRow row(k, own.pointer(0), own.pointer(1), own.row, blocks,
                range.largest);
    k.when(~own.isB, [&] { row.writeBand(own.pointer(9), own.row, k.i32(0)); });
    if (hasPacked)
      k.when(own.isB, [&] { row.writeFactors(own.pointer(9)); });
  }

  /// Factors stay between 2^-60 and 2^60, so that products of two and a sum are
  /// normal f32.
  Int isInRange(Int largest) {
    Int exponent = largest - kScaleBias;
    return exponent.sgt(-61) & exponent.slt(61);
  }

  /// Writes what is known of a row. Returns its first extra row and number of
  /// bands, in all lanes.
  SmallVector<Int> describeRow() {
    Int isZero = range.largest.slt(0), inRange = isInRange(range.largest);
    Int bands = isZero.select(
        k.i32(1), ((range.largest - range.smallest).smax(0) >> 2) + 1);
    Int shortEnough = blocks.slt(kMaxK / 32);
    Int isNumber = (range.isNaN == 0) & shortEnough & (isZero | inRange);
    fits = isNumber & (bands == 1);
    Int mayBand = isNumber & bands.sgt(1) & bands.slt(kMaxBands + 1) &
                  bands.slt(room + 2);
    Value factor = k.powerOfTwo(
        (isZero | ~inRange).select(k.i32(0), range.largest - kScaleBias));
    SmallVector<Value> none = {k.i32(0).get(), k.i32(1).get()};
    SmallVector<Value> found = k.choose(k.lane() == 0, none, [&] {
      k.store(factor, own.pointer(2), own.row);
      k.store(packRowScales(range).get(), own.pointer(3), own.row);
      return place(bands, mayBand);
    });
    return {shareLane(k, Int(k.emitter(), found[0])),
            shareLane(k, Int(k.emitter(), found[1]))};
  }

  Value count(Count i) {
    return k.element(own.pointer(6), k.i32Type(), k.i32(i));
  }

  /// Where the extra rows of a row stand, if any.
  SmallVector<Value> place(Int bands, Int mayBand) {
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
      k.storeWords({own.row, start, bands, k.i32(0)}, own.pointer(5),
                   number * 4);
      return SmallVector<Value>{number.get()};
    });
    k.store(slot[0], own.pointer(4), own.row);
    k.when(~fits & ~isBanded, [&] {
      Int number = k.atomicAdd(count(kMisfits), k.i32(1));
      k.store(own.row.get(), own.pointer(7), number);
    });
    k.when(~fits & ~mayBand, [&] { k.atomicAdd(count(kWild), k.i32(1)); });
    k.when(e5m2_fold::isFar(range),
           [&] { k.atomicAdd(count(kFar), k.i32(1)); });
    return {start.get(), isBanded.select(bands, k.i32(1)).get()};
  }

  /// The steps in which extra rows, the first one of which is given, have
  /// numbers.
  void markSteps(Int first) {
    Int steps = (blocks + (kStepBlocks - 1)) >> 2;
    ExtraSteps extraSteps(k, own.pointer(8), rows, steps, room);
    Int start = own.row.sext(64) * blocks.sext(64);
    k.loop(k.lane(), blocks, k.i32(32), [&](Int block) {
      Int at = start + block.sext(64);
      SmallVector<Int> codes = k.loadWords(own.pointer(0), at * 4, 4);
      Int below = range.largest - k.loadByte(own.pointer(1), at);
      k.when(isNonZero(codes) & below.sgt(3), [&] {
        extraSteps.mark(rows + first + ((below >> 2) - 1), block >> 2,
                        count(kMarkedSteps));
      });
    });
  }

  Kernel &k;
  OperandOfWarp own;
  bool hasPacked;
  RowScales range;
  Int fits; ///< the row: i1
  Int rows, room, blocks;
};

} // namespace

void s8_fold::buildSurvey(OpBuilder &b, gpu::GPUModuleOp module,
                          bool hasPacked) {
  SmallVector<Param> params;
  for (int operand = 0; operand < 2; ++operand) {
    params.append(10, Param::Pointer);
    params.append(2, Param::I32);
  }
  params.push_back(Param::I32);
  Kernel k(b, module, "survey", params, kRowThreads);
  Survey(k, hasPacked).emit();
  k.finish();
}

void s8_fold::buildClear(OpBuilder &b, gpu::GPUModuleOp module) {
  Kernel k(b, module, "clear", {Param::Pointer, Param::I32}, kClearThreads);
  k.loop(k.block() * kClearThreads + k.thread(), k.integer(1),
         k.blocks() * kClearThreads,
         [&](Int i) { k.store(k.i32(0).get(), k.parameter(0), i); });
  k.finish();
}
