//===- ExtraSteps.cpp - Where rows of bands are not zero ------------------===//

#include "ExtraSteps.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

static_assert(kExtraTile == 1 << 8);

Int ExtraSteps::isZero(Value place) {
  return Int(k.emitter(), k.load(place, k.i32Type(), k.i32(0))) == 0;
}
Int ExtraSteps::isFirst(Value place) {
  return k.atomicAdd(place, k.i32(1)) == 0;
}

/// Most flags are set: reading them first spares atomics.
void ExtraSteps::mark(Int row, Int step, Value total) {
  Value common = at(lists(tiles) + step);
  k.when(isZero(common), [&] {
    k.when(isFirst(common), [&] { k.atomicAdd(total, k.i32(1)); });
  });
  Int tile = row >> 8;
  Value flag = at(flags(tile) + step);
  k.when(has(tile << 8) & isZero(flag), [&] {
    k.when(isFirst(flag), [&] {
      Int number = k.atomicAdd(at(tile), k.i32(1));
      k.store(step.get(), table, lists(tile) + number);
    });
  });
}

Int ExtraSteps::count(Int firstRow) {
  return Int(k.emitter(), k.load(table, k.i32Type(), firstRow >> 8)).smax(1);
}

Value ExtraSteps::list(Int firstRow) { return at(lists(firstRow >> 8)); }
