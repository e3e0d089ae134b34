//===- Buffers.cpp - What ops do with buffers -----------------------------===//

#include "Buffers.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

using namespace mlir;

Value mx::nvvm::getRoot(Value view) {
  return memref::skipViewLikeOps(cast<MemrefValue>(view));
}

bool mx::nvvm::mayChange(Operation *op, Value root) {
  return op
      ->walk([&](Operation *inner) {
        for (OpOperand &operand : inner->getOpOperands()) {
          if (!isa<MemRefType>(operand.get().getType()) ||
              getRoot(operand.get()) != root || isa<ViewLikeOpInterface>(inner))
            continue;
          auto destination = dyn_cast<DestinationStyleOpInterface>(inner);
          auto copy = dyn_cast<memref::CopyOp>(inner);
          bool onlyReads = isa<memref::LoadOp>(inner) ||
                           (destination && destination.isDpsInput(&operand)) ||
                           (copy && &operand == &copy.getSourceMutable());
          if (!onlyReads)
            return WalkResult::interrupt();
        }
        return WalkResult::advance();
      })
      .wasInterrupted();
}
