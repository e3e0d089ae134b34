//===- BufferizableOpInterfaceImpl.cpp - Bufferization of mx ops ----------===//
//
// Every destination-style op becomes itself on buffers, without results.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/Transforms/BufferizableOpInterfaceImpl.h"

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;

namespace mx {
namespace {

template <typename OpTy>
struct DestinationStyleModel
    : DstBufferizableOpInterfaceExternalModel<DestinationStyleModel<OpTy>,
                                              OpTy> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    SmallVector<Value> operands, results;
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (isa<TensorType>(value.getType())) {
        FailureOr<Value> buffer = getBuffer(rewriter, value, options, state);
        if (failed(buffer))
          return failure();
        value = *buffer;
      }
      operands.push_back(value);
      if (cast<DestinationStyleOpInterface>(op).isDpsInit(&operand))
        results.push_back(value);
    }
    OperationState newOp(op->getLoc(), op->getName());
    newOp.addOperands(operands);
    newOp.addAttributes(llvm::to_vector(op->getDiscardableAttrs()));
    newOp.propertiesAttr = op->getPropertiesAsAttribute();
    rewriter.create(newOp);
    replaceOpWithBufferizedValues(rewriter, op, results);
    return success();
  }
};

template <typename... Ops> void attach(MLIRContext *context) {
  (Ops::template attachInterface<DestinationStyleModel<Ops>>(*context), ...);
}

} // namespace

void registerBufferizableOpInterfaceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, MXDialect *) {
    attach<HadamardOp, CastOp, PackedQuantizeOp, PackedDequantizeOp,
           PackedMatmulOp, PackedRelayoutOp>(context);
  });
}

} // namespace mx
