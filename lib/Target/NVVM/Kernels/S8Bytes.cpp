//===- S8Bytes.cpp - A row of MXFP4 as signed bytes -----------------------===//

#include "S8Bytes.h"

#include "RowScales.h"
#include "S8Codes.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

ByteRow::ByteRow(Kernel &k, Value codes, Value scales, Int row, Int blocks,
                 Int largest)
    : k(k), codes(codes), scales(scales), blocks(blocks),
      first(row.sext(64) * blocks.sext(64)), largest(largest) {}

/// 8 at the largest scale, 1 at three steps below it and, for blocks of zeros,
/// anywhere.
Int ByteRow::getFactor(Int steps) { return k.i32(8) >> steps.smax(0).smin(3); }

/// A lane makes 16 bytes of a block, of the first or the second half of each
/// word of codes.
void ByteRow::writeBand(Value bytes, Int target, Int band) {
  Int out = target.sext(64) * blocks.sext(64) * 2;
  Int halves = blocks * 2;
  Int shift = (k.lane() & 1) << 4;
  k.loop(k.lane(), halves, k.i32(32 * kInFlight), [&](Int half) {
    SmallVector<SmallVector<Int>> words;
    SmallVector<Int> scaleOf;
    for (Int item : getItems(half, halves)) {
      Int at = first + (item >> 1).sext(64);
      words.push_back(k.loadWords(codes, at * 4, 4));
      scaleOf.push_back(k.loadByte(scales, at));
    }
    for (int i = 0; i < kInFlight; ++i) {
      SmallVector<Int> decoded = decode(words[i], shift, scaleOf[i], band);
      Int item = half + 32 * i;
      k.when(item.slt(halves),
             [&] { k.storeWords(decoded, bytes, (out + item.sext(64)) * 4); });
    }
  });
}

SmallVector<Int> ByteRow::decode(ArrayRef<Int> words, Int shift, Int scale,
                                 Int band) {
  Int steps = largest - scale - (band << 2);
  Int isIn = steps.sgt(-1) & steps.slt(4);
  ByteTable table(k, getFactor(steps));
  SmallVector<Int> decoded;
  for (Int word : words)
    decoded.push_back(table.decodeHalf(isIn.select(word >> shift, k.i32(0))));
  return decoded;
}

void ByteRow::writeFactors(Value bytes) {
  Int start = first >> 2;
  k.loop(k.lane(), blocks >> 2, k.i32(32), [&](Int word) {
    Int at = start + word.sext(64);
    Int four = k.loadWords(scales, at, 1)[0], factors = k.i32(0);
    for (int i = 0; i < 4; ++i) {
      Int scale = (four >> (8 * i)) & 0xFF;
      factors = factors | (getFactor(largest - scale) << (8 * i));
    }
    k.storeWords({factors}, bytes, at);
  });
}
