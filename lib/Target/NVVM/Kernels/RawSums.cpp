//===- RawSums.cpp - Sums that combine needs ------------------------------===//
//
// Few rows and columns are in bands: branches leave out the others.
//
//===----------------------------------------------------------------------===//

#include "RawSums.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

void RawSums::store(Int row, Int column, ValueRange sums) {
  const Line lines[] = {locateLine(row), locateLine(row + 8)};
  for (int half = 0; half < 2; ++half)
    k.when(lines[half].inA,
           [&] { storeLine(lines[half], column, sums, half); });
  k.when(lines[0].inB | lines[1].inB,
         [&] { storeColumns(lines, column, sums); });
}

RawSums::Line RawSums::locateLine(Int row) {
  Int slot(k.emitter(), k.load(a.slots, k.i32Type(), row.smin(a.size - 1)));
  Int place = locate(a, row, slot);
  Int isIn = row.slt(a.size + a.extra);
  return {isIn & place.sgt(-1), isIn & place.slt(0),
          place.sext(64) * (b.size + b.room).sext(64),
          row.sext(64) * (b.room * 2).sext(64)};
}

/// Of an extra row, or of a row with a slot; -1 for the others.
Int RawSums::locate(const Operand &o, Int at, Int slot) {
  Int ofRow = slot.slt(0).select(k.i32(-1), slot + o.room);
  Int ofExtra = at.slt(o.size + o.extra).select(at - o.size, k.i32(-1));
  return at.slt(o.size).select(ofRow, ofExtra);
}

void RawSums::storeLine(const Line &line, Int column, ValueRange sums,
                        int half) {
  for (size_t i = 2 * half; i < sums.size(); i += 4) {
    Int at = column + int64_t(2 * (i - 2 * half));
    Int place = line.startA + at.sext(64);
    Int first(k.emitter(), sums[i]), second(k.emitter(), sums[i + 1]);
    Int end = b.size + b.extra;
    if (isEven) {
      k.when(at.slt(end), [&] { k.storeWords({first, second}, a.raw, place); });
      continue;
    }
    k.when(at.slt(end), [&] { k.store(first.get(), a.raw, place); });
    k.when((at + 1).slt(end), [&] { k.store(second.get(), a.raw, place + 1); });
  }
}

/// Slots are read some columns at a time, so that their latencies overlap.
void RawSums::storeColumns(ArrayRef<Line> lines, Int column, ValueRange sums) {
  const size_t batch = isEven ? 8 : 4; // as registers allow
  for (size_t first = 0; first < sums.size() / 4; first += batch) {
    SmallVector<SmallVector<Int, 2>> places;
    for (size_t i = 0; i < batch; ++i)
      places.push_back(locatePair(column + int64_t(8 * (first + i))));
    for (size_t i = 0; i < batch; ++i) {
      const SmallVector<Int, 2> &pair = places[i];
      k.when((pair[0] & pair[1]).sgt(-1), [&] { // the sign of both
        for (int j = 0; j < 4; ++j) {
          const Line &line = lines[j / 2];
          k.when(line.inB & pair[j % 2].sgt(-1), [&] {
            k.store(sums[4 * (first + i) + j], b.raw,
                    line.startB + pair[j % 2].sext(64));
          });
        }
      });
    }
  }
}

SmallVector<Int, 2> RawSums::locatePair(Int column) {
  SmallVector<Int, 2> slots;
  if (isEven)
    slots.append(k.loadWords(b.slots, column.smin(b.size - 2), 2));
  else
    for (int i = 0; i < 2; ++i)
      slots.emplace_back(k.emitter(), k.load(b.slots, k.i32Type(),
                                             (column + i).smin(b.size - 1)));
  return {locate(b, column, slots[0]), locate(b, column + 1, slots[1])};
}
