//===- S8Finish.cpp - Elements of rows that do not fit --------------------===//

#include "Choice.h"
#include "S8Fold.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;
using namespace mx::nvvm::s8_fold;

void s8_fold::buildFinish(OpBuilder &b, gpu::GPUModuleOp module,
                          const fold::Form &form) {
  SmallVector<Param> params = {Param::Pointer, Param::I32, Param::I32,
                               Param::I32};
  params.append(16, Param::Pointer);
  params.append(2, Param::I32);
  if (form.choice)
    params.push_back(Param::Pointer);
  Kernel k(b, module, "finish", params, kFinishThreads);
  auto operand = [&](unsigned i) {
    return FinishOperand{
        k.parameter(4 + i),  k.parameter(6 + i),  k.parameter(8 + i),
        k.parameter(10 + i), k.parameter(12 + i), k.parameter(14 + i),
        k.parameter(16 + i), k.parameter(18 + i), k.integer(20 + i)};
  };
  Finish finish{form,         k.parameter(0), k.integer(1), k.integer(2),
                k.integer(3), operand(0),     operand(1)};
  Value choice = form.choice ? k.parameter(22) : Value();
  whenChosen(k, choice, form.choice, [&] {
    emitCombine(k, finish);
    emitRepair(k, finish);
  });
  k.finish();
}
