//===- Relayout.cpp - Scales in tiles of 128 x 4 --------------------------===//

#include "Relayout.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::relayout;

/// Word w of a tile is that of row (w mod 4)·32 + w / 4: its scales of 4
/// blocks.
void relayout::buildTiles(OpBuilder &b, gpu::GPUModuleOp module) {
  Kernel k(b, module, "tiles",
           {Param::Pointer, Param::Pointer, Param::I32, Param::I32, Param::I32,
            Param::I32},
           kThreads);
  Int rows = k.integer(2), blocks = k.integer(3), tilesM = k.integer(4),
      tilesK = k.integer(5);
  Int column = k.block().urem(tilesK), rest = k.block().udiv(tilesK);
  Int tile = rest.urem(tilesM), item = rest.udiv(tilesM);
  Int word = k.thread();
  Int row = tile * kTileRows + ((word & 3) << 5) + (word >> 2);
  Int first = column * kTileBlocks;
  Int line = item.sext(64) * rows.sext(64) + row.sext(64);
  Int start = line * blocks.sext(64) + first.sext(64);
  Int bits = k.i32(0);
  for (int i = 0; i < kTileBlocks; ++i) {
    Int isIn = row.slt(rows) & (first + i).slt(blocks);
    Value byte = k.choose(isIn, k.i32(0).get(), [&]() -> SmallVector<Value> {
      return {k.loadByte(k.parameter(0), start + i).get()};
    })[0];
    bits = bits | Int(k.emitter(), byte) << 8 * i;
  }
  Int place = k.block().sext(64) * (kTileBytes / 4) + word.sext(64);
  k.store(bits.get(), k.parameter(1), place);
  k.finish();
}
