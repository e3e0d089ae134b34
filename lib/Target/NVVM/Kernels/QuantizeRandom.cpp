//===- QuantizeRandom.cpp - Random words of rows and columns --------------===//

#include "QuantizeRandom.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

static constexpr int64_t kEntryBytes = 16;

int64_t quantize::countDraws(int64_t bits) {
  return bits == 24 ? 4 : 4 * (32 / bits);
}

int64_t ColumnTable::countBytes(const Form &form) {
  if (form.quantizer.getRounding() != Rounding::Stochastic ||
      !(form.hasRing || form.isOfTile))
    return 0;
  int64_t columns = form.isOfTile ? kTile : kThreads * form.getHeld();
  return columns / countDraws(form.quantizer.getRandomBits()) * kEntryBytes;
}

ColumnTable::ColumnTable(Kernel &k, const Form &form, Int address)
    : k(&k), draws(countDraws(form.quantizer.getRandomBits())),
      held(form.getHeld()) {
  if (countBytes(form) != 0)
    this->address = address;
}

void ColumnTable::fill(Int at, Int column, Int stream, Int seed) {
  reference::PhiloxColumn part =
      reference::startPhiloxColumn(column.udiv(draws), stream, k->i32(0), seed);
  k->storeSharedWords(part, at);
}

void ColumnTable::fillOwn(Int first, Int stream, Int seed) {
  if (!*this)
    return;
  for (int64_t i = 0; i < held / draws; ++i)
    fill(address + (k->thread() + i * kThreads) * kEntryBytes,
         first + i * draws, stream, seed);
}

void ColumnTable::fillTile(Int first, Int stream, Int seed) {
  if (!*this)
    return;
  Int number = k->thread();
  k->when(number.slt(kTile / draws), [&] {
    fill(address + number * kEntryBytes, first + number * draws, stream, seed);
  });
}

reference::PhiloxColumn ColumnTable::read(Int inTile, int64_t number) const {
  Int at = inTile.get() ? address + inTile.udiv(draws) * kEntryBytes +
                              number * kEntryBytes
                        : address + k->thread() * kEntryBytes +
                              number * kThreads * kEntryBytes;
  SmallVector<Int> words = k->reloadSharedWords(at, 4);
  return {words[0], words[1], words[2], words[3]};
}
