//===- S8Expand.cpp - Rows of MXFP4 to signed bytes -----------------------===//

#include "../Builder/Warp.h"
#include "S8Codes.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

namespace {

/// Scales of the blocks of a row that are not zero: a warp's common view.
struct ScaleRange {
  Int largest, smallest, isNaN;
};

ScaleRange findScales(Kernel &k, Value codes, Value scales, Int row,
                      Int blocks) {
  SmallVector<Value> start = {k.i32(-1).get(), k.i32(255).get(),
                              k.i32(0).get()};
  Int first = row.sext(64) * blocks.sext(64);
  SmallVector<Value> found = k.loop(
      k.lane(), blocks, k.i32(32), start, [&](Int block, ValueRange state) {
        Int at = first + block.sext(64);
        SmallVector<Int> words = k.loadWords(codes, at * 4, 4);
        Int scale = k.loadByte(scales, at);
        Int any = (words[0] | words[1] | words[2] | words[3]) & 0x77777777;
        Int counts = any != 0;
        Int largest(k.emitter(), state[0]), smallest(k.emitter(), state[1]),
            isNaN(k.emitter(), state[2]);
        largest = largest.smax(counts.select(scale, k.i32(-1)));
        smallest = smallest.smin(counts.select(scale, k.i32(255)));
        isNaN = isNaN | (scale == 255).zext(32);
        return SmallVector<Value>{largest.get(), smallest.get(), isNaN.get()};
      });
  return {warpMax(k, Int(k.emitter(), found[0])),
          warpMin(k, Int(k.emitter(), found[1])),
          warpOr(k, Int(k.emitter(), found[2]))};
}

/// Writes a row's factor, or notes that it does not fit. Factors stay between
/// 2^-60 and 2^60, so that products of two and a sum are normal f32.
void describeRow(Kernel &k, const ScaleRange &range, Value factors,
                 Value misfits, Int row, Int blocks) {
  Int exponent = range.largest - kScaleBias;
  Int isZero = range.largest.slt(0);
  Int inRange = exponent.sgt(-61) & exponent.slt(61);
  Int narrow = (range.largest - range.smallest).slt(4);
  Int shortEnough = blocks.slt(s8_fold::kMaxK / 32);
  Int fits = (range.isNaN == 0) & shortEnough & (isZero | (inRange & narrow));
  k.when(k.lane() == 0, [&] {
    Value factor = k.powerOfTwo((isZero | ~inRange).select(k.i32(0), exponent));
    k.store(factor, factors, row);
    k.when(~fits, [&] {
      Int place = k.atomicAdd(misfits, k.i32(1)) + 1;
      k.store(row.get(), misfits, place);
    });
  });
}

} // namespace

void s8_fold::buildExpand(OpBuilder &b, gpu::GPUModuleOp module) {
  Kernel k(b, module, "expand",
           {Param::Pointer, Param::Pointer, Param::Pointer, Param::Pointer,
            Param::Pointer, Param::I32, Param::I32},
           kExpandThreads);
  Value codes = k.parameter(0), scales = k.parameter(1), bytes = k.parameter(2);
  Int rows = k.integer(5), blocks = k.integer(6);
  Int row = k.block() * (kExpandThreads / 32) + (k.thread() >> 5);
  k.when(row.slt(rows), [&] {
    ScaleRange range = findScales(k, codes, scales, row, blocks);
    describeRow(k, range, k.parameter(3), k.parameter(4), row, blocks);
    Int first = row.sext(64) * blocks.sext(64);
    // Half a block a lane: 8 bytes of codes to 16.
    k.loop(k.lane(), blocks * 2, k.i32(32), [&](Int half) {
      Int at = first * 2 + half.sext(64);
      SmallVector<Int> words = k.loadWords(codes, at * 2, 2);
      Int scale = k.loadByte(scales, at >> 1);
      ByteTable table(k, k.i32(3) - (range.largest - scale).smax(0).smin(3));
      SmallVector<Int> decoded;
      for (Int word : words)
        llvm::append_range(decoded, table.decode(word));
      k.storeWords(decoded, bytes, at * 4);
    });
  });
  k.finish();
}
