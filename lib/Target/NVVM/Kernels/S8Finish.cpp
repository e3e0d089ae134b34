//===- S8Finish.cpp - Elements of rows that do not fit --------------------===//

#include "Choice.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

void Finish::store(Kernel &k, Value sum, Int row, Int column) const {
  k.store(epilogue.compute(sum, row, column), out,
          row * n.sext(64) + column.sext(64));
}

void s8_fold::buildFinish(OpBuilder &b, gpu::GPUModuleOp module,
                          const fold::Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::I32, Param::I32,
                               Param::I32};
  params.append(16, Param::Pointer);
  params.append(2, Param::I32);
  unsigned last = params.size();
  params.append(form.epilogue.getParams());
  if (form.choice)
    params.push_back(Param::Pointer);
  Kernel k(b, module, "finish", params, kFinishThreads);
  auto operand = [&](unsigned i) {
    return FinishOperand{
        k.parameter(4 + i),  k.parameter(6 + i),  k.parameter(8 + i),
        k.parameter(10 + i), k.parameter(12 + i), k.parameter(14 + i),
        k.parameter(16 + i), k.parameter(18 + i), k.integer(20 + i)};
  };
  Int n = k.integer(2);
  EpilogueCode epilogue(k, form.epilogue, last, n, form.evenN);
  Finish finish{form,         k.parameter(0), k.integer(1), n,
                k.integer(3), operand(0),     operand(1),   epilogue};
  Value choice = form.choice ? k.parameter(params.size() - 1) : Value();
  whenChosen(k, choice, form.choice, [&] {
    emitCombine(k, finish);
    emitRepair(k, finish);
  });
  k.finish();
}
