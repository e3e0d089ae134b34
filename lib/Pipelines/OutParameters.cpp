//===- OutParameters.cpp - Results in memory of the caller ----------------===//

#include "OutParameters.h"

#include "mx/Pipelines/PublicFunctions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace {

/// Gives callers inside the module a private copy that returns what it did.
void detachCalls(func::FuncOp function, SymbolTable &table) {
  auto uses = SymbolTable::getSymbolUses(function, table.getOp());
  if (!uses || uses->empty())
    return;
  auto copy = function.clone();
  copy.setPrivate();
  table.insert(copy);
  for (SymbolTable::SymbolUse use : *uses)
    if (auto call = dyn_cast<func::CallOp>(use.getUser()))
      call.setCallee(copy.getSymName());
}

/// Whether a returned buffer may be the caller's from the start: made by this
/// function for this result alone.
bool isMadeFor(Value value, Type type, func::FuncOp function) {
  auto alloc = value.getDefiningOp<memref::AllocOp>();
  return alloc && alloc.getType() == type && function.getBody().hasOneBlock();
}

void returnInto(func::ReturnOp op, func::FuncOp function, unsigned first) {
  OpBuilder b(op);
  SmallVector<Value> operands(op.getOperands()), scalars;
  unsigned out = first;
  for (Value &value : operands) {
    if (!isa<MemRefType>(value.getType())) {
      scalars.push_back(value);
      continue;
    }
    Value room = function.getArgument(out++);
    if (isMadeFor(value, room.getType(), function)) {
      Operation *alloc = value.getDefiningOp();
      // The same buffer as a later result is copied there from here.
      for (Value &later : operands)
        if (later == value && &later != &value)
          later = room;
      value.replaceAllUsesWith(room);
      alloc->erase();
      value = room;
    } else {
      memref::CopyOp::create(b, op.getLoc(), value, room);
    }
  }
  op.getOperandsMutable().assign(scalars);
}

struct OutParameters : PassWrapper<OutParameters, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OutParameters)

  StringRef getArgument() const override { return "mx-out-parameters"; }
  StringRef getDescription() const override {
    return "results of public functions in memory of the caller";
  }

  void runOnOperation() override {
    SymbolTable table(getOperation());
    for (func::FuncOp function : mx::getPublicFunctions(getOperation())) {
      detachCalls(function, table);
      rewrite(function);
    }
  }

private:
  void rewrite(func::FuncOp function) {
    unsigned first = function.getNumArguments();
    SmallVector<unsigned> moved;
    for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
      if (isa<MemRefType>(type))
        moved.push_back(i);
    for (unsigned i : moved)
      if (failed(function.insertArgument(function.getNumArguments(),
                                         function.getResultTypes()[i], {},
                                         function.getLoc())))
        return signalPassFailure();
    function.walk([&](func::ReturnOp op) { returnInto(op, function, first); });
    BitVector erased(function.getNumResults());
    for (unsigned i : moved)
      erased.set(i);
    if (failed(function.eraseResults(erased)))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> mx::createOutParametersPass() {
  return std::make_unique<OutParameters>();
}
