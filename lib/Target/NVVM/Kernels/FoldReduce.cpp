//===- FoldReduce.cpp - Sums of a tile that several clusters shared -------===//

#include "FoldResult.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::fold;

namespace {

class Reduce {
public:
  Reduce(Kernel &k, const Form &form) : k(k), form(form) {
    partials = k.parameter(0);
    splits = k.integer(1);
    FoldResult::Places places{k.parameter(5), k.integer(2), k.integer(3)};
    rows = k.integer(4) * places.m;
    n = places.n;
    unsigned next = 6;
    if (form.a.hasFactors)
      places.factorsA = k.parameter(next++);
    if (form.b.hasFactors)
      places.factorsB = k.parameter(next++);
    for (bool isThere : {form.a.hasTensorScale, form.b.hasTensorScale})
      if (isThere)
        places.tensorScales.push_back(
            k.load(k.parameter(next++), k.f32Type(), k.i32(0)));
    if (form.hasAcc)
      places.acc = k.parameter(next++);
    result.emplace(k, form, places, next);
  }

  /// A thread takes some neighbours of a row. Results of more than one split
  /// are small.
  void emit() {
    constexpr int kWide = 4;
    if (form.alignedN)
      return addAll(kWide);
    k.whenElse(n.urem(kWide) == 0, [&] { addAll(kWide); }, [&] { addAll(1); });
  }

private:
  static constexpr int kAtOnce = 4; ///< splits whose sums are on their way

  void addAll(int width) {
    Int count = (splits == 1).select(k.i32(0), rows * n);
    Int first = (k.block() * kReduceThreads + k.thread()) * width;
    k.loop(first, count, k.blocks() * (kReduceThreads * width), [&](Int i) {
      SmallVector<Value> none(width, k.f32(0));
      SmallVector<Value> sums = k.loop(
          k.i32(0), splits, k.i32(kAtOnce), none,
          [&](Int split, ValueRange sums) { return add(sums, split, i); });
      result->storeRun(sums, i.udiv(n).sext(64), i.urem(n));
    });
  }

  /// Element i and its neighbours of some splits from one on.
  SmallVector<Value> add(ValueRange sums, Int first, Int i) {
    SmallVector<SmallVector<Int>> loaded;
    Int size = rows.sext(64) * n.sext(64);
    for (int j = 0; j < kAtOnce; ++j) {
      Int split = (first + j).smin(splits - 1);
      loaded.push_back(k.loadWords(partials, split.sext(64) * size + i.sext(64),
                                   int(sums.size())));
    }
    SmallVector<Value> all(sums);
    for (auto [j, words] : llvm::enumerate(loaded))
      for (auto [sum, word] : llvm::zip(all, words)) {
        Int isThere = (first + j).slt(splits);
        sum = k.fadd(sum, floatOf(isThere.select(word, k.i32(0)), k.f32Type()));
      }
    return all;
  }

  Kernel &k;
  const Form &form;
  Value partials;
  Int splits, rows, n;
  std::optional<FoldResult> result;
};

} // namespace

void fold::buildReduce(OpBuilder &b, gpu::GPUModuleOp module,
                       const Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::I32, Param::I32,
                               Param::I32,     Param::I32, Param::Pointer};
  params.append(form.a.hasFactors + form.b.hasFactors + form.a.hasTensorScale +
                    form.b.hasTensorScale + form.hasAcc,
                Param::Pointer);
  params.append(form.epilogue.getParams());
  Kernel k(b, module, "reduce", params, kReduceThreads);
  Reduce(k, form).emit();
  k.finish();
}
