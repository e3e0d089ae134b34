//===- Assembly.cpp - PTX for what no op emits ----------------------------===//

#include "Assembly.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

SmallVector<Value> mx::nvvm::assembly(Kernel &k, StringRef text,
                                      StringRef constraints, TypeRange results,
                                      ValueRange operands,
                                      bool hasSideEffects) {
  return assembly(k.emitter(), text, constraints, results, operands,
                  hasSideEffects);
}

SmallVector<Value> mx::nvvm::assembly(Emitter e, StringRef text,
                                      StringRef constraints, TypeRange results,
                                      ValueRange operands,
                                      bool hasSideEffects) {
  OpBuilder &b = e.b;
  Location loc = e.loc;
  Type type;
  if (results.size() == 1)
    type = results[0];
  else if (results.size() > 1)
    type = LLVM::LLVMStructType::getLiteral(b.getContext(),
                                            llvm::to_vector(results));
  auto op = LLVM::InlineAsmOp::create(
      b, loc, type ? TypeRange(type) : TypeRange(), operands, text, constraints,
      hasSideEffects, /*is_align_stack=*/false,
      LLVM::tailcallkind::TailCallKind::None,
      LLVM::AsmDialectAttr::get(b.getContext(), LLVM::AsmDialect::AD_ATT),
      /*operand_attrs=*/ArrayAttr());
  if (results.size() <= 1)
    return op->getResults();
  SmallVector<Value> values;
  for (size_t i = 0; i < results.size(); ++i)
    values.push_back(
        LLVM::ExtractValueOp::create(b, loc, op->getResult(0), int64_t(i)));
  return values;
}

Int mx::nvvm::hide(Kernel &k, Int x) {
  return Int(k.emitter(), assembly(k, "mov.b32 $0, $1;", "=r,r", {k.i32Type()},
                                   {x.get()})[0]);
}
