//===- PendingAccumulators.cpp - Registers that wgmma still writes --------===//
//
// PTX ISA 9.7.15.7.3: accumulators of a group may only go to other wgmma
// instructions until the group was waited for. Followed through branches when
// the kernel is compiled.
//
//===----------------------------------------------------------------------===//

#include "PendingAccumulators.h"

#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

/// Whether the registers that come out of a statement are still written to.
static bool leavesPending(LLVM::InlineAsmOp op) {
  StringRef text = op.getAsmString();
  size_t last = text.rfind("wgmma.mma_async");
  return last != StringRef::npos &&
         !text.substr(last).contains("wgmma.wait_group.sync.aligned 0;");
}

namespace {
class Search {
public:
  void add(Value value) { values.insert(value); }

  LogicalResult run() {
    for (size_t i = 0; i < values.size(); ++i)
      for (OpOperand &use : values[i].getUses())
        if (failed(visit(use)))
          return failure();
    return success();
  }

private:
  LogicalResult visit(OpOperand &use) {
    Operation *user = use.getOwner();
    if (auto assembly = dyn_cast<LLVM::InlineAsmOp>(user))
      if (assembly.getAsmString().contains("wgmma."))
        return success();
    if (isa<LLVM::ExtractValueOp, LLVM::InsertValueOp>(user)) {
      add(user->getResult(0));
      return success();
    }
    if (auto branch = dyn_cast<BranchOpInterface>(user))
      if (auto argument =
              branch.getSuccessorBlockArgument(use.getOperandNumber())) {
        add(*argument);
        return success();
      }
    return user->emitError("uses an accumulator of wgmma.mma_async that may "
                           "still be written to; expected "
                           "wgmma.wait_group.sync.aligned 0 in between");
  }

  llvm::SetVector<Value> values;
};
} // namespace

LogicalResult
mx::emulator::checkPendingAccumulators(LLVM::LLVMFuncOp function) {
  Search search;
  function.walk([&](LLVM::InlineAsmOp op) {
    if (leavesPending(op))
      for (Value result : op->getResults())
        search.add(result);
  });
  return search.run();
}
