//===- FoldReduce.cpp - Sums of a tile that several clusters shared -------===//

#include "FoldResult.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::fold;

namespace {

class Reduce {
public:
  Reduce(Kernel &k, const Form &form) : k(k) {
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

  /// Results of more than one split are small.
  void emit() {
    Int count = (splits == 1).select(k.i32(0), rows * n);
    Int size = rows.sext(64) * n.sext(64);
    Int first = k.block() * kReduceThreads + k.thread();
    k.loop(first, count, k.blocks() * kReduceThreads, [&](Int i) {
      SmallVector<Value> none = {k.f32(0)};
      SmallVector<Value> sum = k.loop(
          k.i32(0), splits, k.i32(1), none, [&](Int split, ValueRange sum) {
            Int at = split.sext(64) * size + i.sext(64);
            return SmallVector<Value>{
                k.fadd(sum[0], k.load(partials, k.f32Type(), at))};
          });
      result->storeOne(sum[0], i.udiv(n).sext(64), i.urem(n));
    });
  }

private:
  Kernel &k;
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
