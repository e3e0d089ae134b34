//===- RowScales.cpp - What the block scales of a row span ----------------===//

#include "RowScales.h"

#include "../Builder/Warp.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

SmallVector<Int> mx::nvvm::getItems(Int first, Int count) {
  SmallVector<Int> items;
  for (int i = 0; i < kInFlight; ++i)
    items.push_back((first + 32 * i).smin(count - 1));
  return items;
}

Int mx::nvvm::isNonZero(ArrayRef<Int> codes) {
  Int any = codes[0];
  for (Int word : codes.drop_front())
    any = any | word;
  return (any & 0x77777777) != 0;
}

Int mx::nvvm::packRowScales(const RowScales &scales) {
  return (scales.largest + 1) | ((scales.smallest + 1) << 9) |
         (scales.isNaN << 18);
}

RowScales mx::nvvm::unpackRowScales(Int packed) {
  return {(packed & 511) - 1, ((packed >> 9) & 511) - 1, packed >> 18};
}

RowScales mx::nvvm::findRowScales(Kernel &k, Value codes, Value scales, Int row,
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
          if (codes)
            codesOf.push_back(k.loadWords(codes, at * 4, 4));
          scaleOf.push_back(k.loadByte(scales, at));
        }
        Int largest(k.emitter(), state[0]), smallest(k.emitter(), state[1]),
            isNaN(k.emitter(), state[2]);
        for (auto [i, scale] : llvm::enumerate(scaleOf)) {
          Int high = scale, low = scale;
          if (codes) {
            Int counts = isNonZero(codesOf[i]);
            high = counts.select(scale, k.i32(-1));
            low = counts.select(scale, k.i32(255));
          }
          largest = largest.smax(high);
          smallest = smallest.smin(low);
          isNaN = isNaN | (scale == 255).zext(32);
        }
        return SmallVector<Value>{largest.get(), smallest.get(), isNaN.get()};
      });
  return {warpMax(k, Int(k.emitter(), found[0])),
          warpMin(k, Int(k.emitter(), found[1])),
          warpOr(k, Int(k.emitter(), found[2]))};
}
