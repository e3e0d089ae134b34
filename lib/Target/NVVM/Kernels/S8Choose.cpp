//===- S8Choose.cpp - Whether a product is for the integer units ----------===//

#include "Choice.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

void mx::nvvm::whenChosen(Kernel &k, Value choice, std::optional<Choice> own,
                          function_ref<void()> body) {
  if (!own)
    return body();
  Int chosen(k.emitter(), k.load(choice, k.i32Type(), k.i32(0)));
  k.when(chosen == static_cast<int>(*own), body);
}

namespace {

/// Costs in quarters of an element that the integer units make.
constexpr int kFloatElement = 7, kRepairedElement = 512;

struct Rows {
  Int all, extra, wild, room; ///< i64
};

Rows readRows(Kernel &k, unsigned parameter) {
  auto count = [&](Count i) {
    Value found = k.load(k.parameter(parameter), k.i32Type(), k.i32(i));
    return Int(k.emitter(), found).sext(64);
  };
  return {k.integer(parameter + 1).sext(64), count(kExtraRows), count(kWild),
          k.integer(parameter + 2).sext(64)};
}

} // namespace

/// Only counts that do not depend on the order of rows decide: where rows found
/// no room, it is floats.
void s8_fold::buildChoose(OpBuilder &b, gpu::GPUModuleOp module) {
  Kernel k(b, module, "choose",
           {Param::Pointer, Param::Pointer, Param::I32, Param::I32,
            Param::Pointer, Param::I32, Param::I32},
           kChooseThreads);
  Rows rowsA = readRows(k, 1), rowsB = readRows(k, 4);
  Int integers =
      (rowsA.all + rowsA.extra) * (rowsB.all + rowsB.extra) * 4 +
      (rowsA.wild * rowsB.all + rowsB.wild * rowsA.all) * kRepairedElement;
  Int floats = rowsA.all * rowsB.all * kFloatElement;
  Int isFloats = integers.sgt(floats) | rowsA.extra.sgt(rowsA.room) |
                 rowsB.extra.sgt(rowsB.room);
  Int choice = isFloats.select(k.i32(static_cast<int>(Choice::Floats)),
                               k.i32(static_cast<int>(Choice::Integers)));
  k.when(k.thread() == 0,
         [&] { k.store(choice.get(), k.parameter(0), k.i32(0)); });
  k.finish();
}
