//===- QuantizeResult.cpp - Results of products, quantised ----------------===//

#include "QuantizeResult.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::quantize;

std::string quantize::findProblemOfResult(const Form &form) {
  if (std::string problem = form.findProblem(); !problem.empty())
    return problem;
  QuantizerAttr quantizer = form.quantizer;
  if (quantizer.getTranspose() || form.hasTiles())
    return "blocks must be of a row";
  if (form.hasTensorScale())
    return "a tensor scale needs the whole result";
  if (quantizer.getHadamard() || form.getUnit() != kResultUnit)
    return "a thread has 32 elements of a row";
  return "";
}

SmallVector<Param> quantize::getResultParams() {
  return {Param::I64, Param::Pointer, Param::Pointer, Param::I32, Param::I32};
}

QuantizedResult::QuantizedResult(Kernel &k, const Form &form,
                                 unsigned firstParam, Int m, Int n)
    : k(k), form(form), m(m), n(n),
      unit(k, form, Extents{Int(), m, n, k.integer(firstParam)}, firstParam + 1,
           Producer(k, form, /*firstParam=*/0)) {}

void QuantizedResult::store(
    Int item, Int row, Int column,
    function_ref<std::array<Value, 2>(Int, int64_t)> get) {
  k.when(row.slt(m) & column.slt(n), [&] {
    SmallVector<Value> elements;
    for (int64_t i = 0; i < kResultUnit; i += 2)
      for (auto [j, x] : llvm::enumerate(get(column + i, i))) {
        Value wide = k.widen(x);
        Int isIn = (column + (i + int64_t(j))).slt(n);
        elements.push_back(form.isWhole ? wide : isIn.select(wide, k.f32(0)));
      }
    unit.quantize({item, row, column}, elements);
  });
}
