//===- S8Choose.cpp - Which units, and which form of B, a product is for --===//

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

Int number(Kernel &k, Choice choice) { return k.i32(static_cast<int>(choice)); }

} // namespace

/// Whether bands and repairs would take longer than floats, and if so those;
/// integers otherwise.
static Int chooseFloats(Kernel &k, const RowCounts &a, const RowCounts &b,
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
  Int floatsOf =
      isE5M2.select(number(k, Choice::E5M2), number(k, Choice::BF16));
  return isFloats.select(floatsOf, number(k, Choice::Integers));
}

/// Whether no row is in bands or a misfit.
static Int fitsAll(Kernel &k, const RowCounts &a, const RowCounts &b) {
  Int others = k.i32(0);
  for (const RowCounts *o : {&a, &b})
    for (Count i : {kExtraRows, kMisfits})
      others =
          others | Int(k.emitter(), k.load(o->counts, k.i32Type(), k.i32(i)));
  return others == 0;
}

Int s8_fold::chooseUnits(Kernel &k, const RowCounts &a, const RowCounts &b,
                         Int blocks, const Choices &choices) {
  Int integers = number(k, Choice::Integers), choice = integers;
  if (choices.hasPacked)
    choice = a.rows.slt(kMostPackedRows + 1)
                 .select(number(k, Choice::Packed), integers);
  // A branch, as every warp would wait for the divisions.
  SmallVector<Value> whole = {choice.get()};
  SmallVector<Value> chosen = k.choose(~fitsAll(k, a, b), whole, [&] {
    Int other = integers;
    if (choices.floats)
      other = chooseFloats(k, a, b, blocks, choices.floats->e5m2Cost);
    return SmallVector<Value>{other.get()};
  });
  return Int(k.emitter(), chosen[0]);
}
