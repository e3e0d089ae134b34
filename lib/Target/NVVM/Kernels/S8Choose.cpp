//===- S8Choose.cpp - Whether a product is for the integer units ----------===//

#include "Choice.h"
#include "ExtraSteps.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

Int mx::nvvm::isChosen(Kernel &k, Value choice, Choice own) {
  Int chosen(k.emitter(), k.load(choice, k.i32Type(), k.i32(0)));
  return chosen == static_cast<int>(own);
}

void mx::nvvm::whenChosen(Kernel &k, Value choice, std::optional<Choice> own,
                          function_ref<void()> body) {
  if (!own)
    return body();
  k.when(isChosen(k, choice, *own), body);
}

namespace {

/// Costs of an element as kE5M2's: by the integer units; by BF16; to repair; to
/// put bands together, times the blocks along K, since that does not grow with
/// them.
constexpr int kInteger = 8, kBF16 = 20, kRepaired = 1024, kCombined = 3840;

struct Rows {
  Int all, extra, wild, far, room; ///< i64
  Int multiplied; ///< as many whole rows as the tiles of extra ones are worth
};

Rows readRows(Kernel &k, const RowCounts &o, Int blocks) {
  auto count = [&](Count i) {
    Value found = k.load(o.counts, k.i32Type(), k.i32(i));
    return Int(k.emitter(), found).sext(64);
  };
  Int extra = count(kExtraRows);
  Int share = (count(kMarkedSteps) * (256 * kStepBlocks)).udiv(blocks);
  return {o.rows.sext(64), extra,
          count(kWild),    count(kFar),
          o.room.sext(64), extra.smin(((extra * share) >> 8) + kExtraTile)};
}

} // namespace

Int s8_fold::chooseUnits(Kernel &k, const RowCounts &a, const RowCounts &b,
                         Int blocks, int e5m2Cost) {
  blocks = blocks.sext(64).smax(1);
  Rows rowsA = readRows(k, a, blocks), rowsB = readRows(k, b, blocks);
  Int integers =
      (rowsA.all + rowsA.multiplied) * (rowsB.all + rowsB.multiplied) *
          kInteger +
      ((rowsA.extra * rowsB.all + rowsB.extra * rowsA.all) * kCombined)
          .udiv(blocks) +
      (rowsA.wild * rowsB.all + rowsB.wild * rowsA.all) * kRepaired;
  Int isE5M2 = (rowsA.far | rowsB.far) == 0;
  Int floats =
      rowsA.all * rowsB.all * isE5M2.select(k.i64(e5m2Cost), k.i64(kBF16));
  Int isFloats = integers.sgt(floats) | rowsA.extra.sgt(rowsA.room) |
                 rowsB.extra.sgt(rowsB.room);
  auto number = [&](Choice choice) { return k.i32(static_cast<int>(choice)); };
  Int floatsOf = isE5M2.select(number(Choice::E5M2), number(Choice::BF16));
  return isFloats.select(floatsOf, number(Choice::Integers));
}
