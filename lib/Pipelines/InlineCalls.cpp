//===- InlineCalls.cpp - Inlining where MLIR's inliner can run ------------===//

#include "InlineCalls.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace {
struct InlineCalls : PassWrapper<InlineCalls, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InlineCalls)

  StringRef getArgument() const override { return "mx-inline-calls"; }
  StringRef getDescription() const override {
    return "inline calls where every op with a region is known";
  }
  void runOnOperation() override {
    WalkResult unknown = getOperation()->walk([](Operation *op) {
      return op->getNumRegions() > 0 && !op->getDialect()
                 ? WalkResult::interrupt()
                 : WalkResult::advance();
    });
    if (unknown.wasInterrupted())
      return;
    OpPassManager inliner(ModuleOp::getOperationName());
    inliner.addPass(createInlinerPass());
    if (failed(runPipeline(inliner, getOperation())))
      signalPassFailure();
  }
};
} // namespace

std::unique_ptr<Pass> mx::createInlineCallsPass() {
  return std::make_unique<InlineCalls>();
}
