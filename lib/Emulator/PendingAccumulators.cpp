//===- PendingAccumulators.cpp - Registers that units still write ---------===//
//
// PTX ISA 9.7.15.7.3: accumulators of a group may only go to other wgmma
// instructions until the group was waited for. 9.7.16.8.5: what tcgen05.ld
// loads may not be used before tcgen05.wait::ld. Followed through branches when
// the kernel is compiled.
//
//===----------------------------------------------------------------------===//

#include "PendingAccumulators.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
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

static bool isWaitForLoads(Operation &op) {
  if (auto wait = dyn_cast<NVVM::Tcgen05WaitOp>(op))
    return wait.getKind() == NVVM::Tcgen05WaitKind::LOAD;
  auto assembly = dyn_cast<LLVM::InlineAsmOp>(op);
  return assembly && assembly.getAsmString().contains("tcgen05.wait::ld");
}

static bool leavesLoads(LLVM::InlineAsmOp op) {
  StringRef text = op.getAsmString();
  size_t last = text.rfind("tcgen05.ld");
  return last != StringRef::npos &&
         !text.substr(last).contains("tcgen05.wait::ld");
}

/// Whether a wait stands after the load in its block, or before the use in its
/// own.
static bool isWaitedFor(Operation *load, Operation *user) {
  auto hasWait = [](mlir::Block::iterator from, mlir::Block::iterator to) {
    return std::any_of(from, to, isWaitForLoads);
  };
  mlir::Block *block = user->getBlock();
  auto after = std::next(load->getIterator());
  if (load->getBlock() == block)
    return hasWait(after, user->getIterator());
  return hasWait(after, load->getBlock()->end()) ||
         hasWait(block->begin(), user->getIterator());
}

namespace {
/// All uses of values, through structs and branches.
class Search {
public:
  /// Uses that are allowed, and what is said of others.
  Search(llvm::function_ref<bool(Operation *)> isAllowed, const char *problem)
      : isAllowed(isAllowed), problem(problem) {}

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
    if (isAllowed(user))
      return success();
    return user->emitError(problem);
  }

  llvm::function_ref<bool(Operation *)> isAllowed;
  const char *problem;
  llvm::SetVector<Value> values;
};
} // namespace

static LogicalResult checkLoads(LLVM::LLVMFuncOp function) {
  WalkResult result = function.walk([](LLVM::InlineAsmOp op) {
    if (!leavesLoads(op))
      return WalkResult::advance();
    auto isAllowed = [&](Operation *user) { return isWaitedFor(op, user); };
    Search search(isAllowed, "uses a register that tcgen05.ld may still write "
                             "to; expected tcgen05.wait::ld in between");
    for (Value loaded : op->getResults())
      search.add(loaded);
    return failed(search.run()) ? WalkResult::interrupt()
                                : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult mx::emulator::checkPendingRegisters(LLVM::LLVMFuncOp function) {
  auto isAllowed = [](Operation *user) {
    auto assembly = dyn_cast<LLVM::InlineAsmOp>(user);
    return assembly && assembly.getAsmString().contains("wgmma.");
  };
  Search search(isAllowed, "uses an accumulator of wgmma.mma_async that may "
                           "still be written to; expected "
                           "wgmma.wait_group.sync.aligned 0 in between");
  function.walk([&](LLVM::InlineAsmOp op) {
    if (leavesPending(op))
      for (Value result : op->getResults())
        search.add(result);
  });
  if (failed(search.run()))
    return failure();
  return checkLoads(function);
}
