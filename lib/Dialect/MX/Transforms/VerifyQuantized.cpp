//===- VerifyQuantized.cpp - What may touch block-scaled tensors ----------===//
//
// mx-verify-quantized: a scaled element type does not protect its scales, since
// upstream ops verify on any element type. Ops are accepted here by name, and
// slices only where they divide no block (BlockAlignment.cpp). Products are
// accepted where their Hadamard transforms cancel (HadamardCancellation.cpp).
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/Transforms/VerifyQuantized.h"

#include "BlockAlignment.h"
#include "HadamardCancellation.h"
#include "mx/Dialect/MX/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXVERIFYQUANTIZED
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

class Verifier {
public:
  LogicalResult verify(Operation *root) {
    root->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (succeeded(verifyOp(op)))
        return WalkResult::advance();
      // One error says enough about an op and its body.
      result = failure();
      return WalkResult::skip();
    });
    return result;
  }

private:
  enum class Use { None, Tensor, Other };

  /// Whether a type is a scaled tensor, or holds a scaled type elsewhere.
  Use classify(Type type) {
    auto [entry, isNew] = uses.try_emplace(type, Use::None);
    if (!isNew)
      return entry->second;
    Use use = Use::None;
    if (auto tensor = dyn_cast<RankedTensorType>(type);
        tensor && isa<ScaledType>(tensor.getElementType())) {
      use = Use::Tensor;
    } else {
      type.walk([&](ScaledType) { use = Use::Other; });
    }
    return entry->second = use;
  }

  /// The value of a tensor.pad, which verifyBlockAlignment judges.
  static bool isPadding(Operation *op) {
    return isa<ub::PoisonOp>(op) ||
           (isa<tensor::YieldOp>(op) && isa<tensor::PadOp>(op->getParentOp()));
  }

  LogicalResult verifyOp(Operation *op) {
    if (isPadding(op))
      return success();
    bool touches = false;
    auto check = [&](TypeRange types) -> LogicalResult {
      for (Type type : types) {
        Use use = classify(type);
        if (use == Use::Other)
          return op->emitOpError()
                 << "expected block-scaled elements in ranked tensors only, "
                    "but found "
                 << type;
        touches |= use == Use::Tensor;
      }
      return success();
    };
    if (failed(check(op->getOperandTypes())) ||
        failed(check(op->getResultTypes())))
      return failure();
    if (touches && failed(verifyUse(op)))
      return failure();
    for (Region &region : op->getRegions())
      for (Block &block : region)
        if (failed(check(block.getArgumentTypes())))
          return failure();
    return touches ? verifyUse(op) : success();
  }

  LogicalResult verifyUse(Operation *op) {
    if (auto product = dyn_cast<MatmulOp>(op))
      return verifyHadamardCancels(product);
    if (isa_and_nonnull<MXDialect, cf::ControlFlowDialect>(op->getDialect()) ||
        isa<func::FuncOp, func::CallOp, func::ReturnOp, arith::SelectOp,
            tensor::EmptyOp, tensor::CastOp>(op) ||
        isa<scf::ForOp, scf::WhileOp, scf::IfOp, scf::IndexSwitchOp,
            scf::ForallOp, scf::ExecuteRegionOp, scf::ConditionOp,
            scf::YieldOp>(op))
      return success();
    if (auto dim = dyn_cast<tensor::DimOp>(op)) {
      if (dim.getConstantIndex())
        return success();
      return op->emitOpError() << "expected a constant axis of a block-scaled "
                                  "tensor, but found a computed one";
    }
    if (isa<tensor::ExtractSliceOp, tensor::InsertSliceOp,
            tensor::ParallelInsertSliceOp, tensor::ConcatOp, tensor::PadOp>(op))
      return verifyBlockAlignment(op);
    return op->emitOpError()
           << "expected an op that keeps blocks and their scales together, but "
              "found '"
           << op->getName()
           << "' on a block-scaled tensor; apply it before 'mx.quantize' or "
              "after 'mx.dequantize'"
           << getRemedy(op->getName().getStringRef());
  }

  static StringRef getRemedy(StringRef name) {
    if (name == "linalg.transpose")
      return ", or use 'mx.transpose'";
    if (name == "arith.constant")
      return ", or use 'mx.assemble' of constant codes and scales";
    return "";
  }

  DenseMap<Type, Use> uses;
  LogicalResult result = success();
};

struct VerifyQuantized : impl::MXVerifyQuantizedBase<VerifyQuantized> {
  void runOnOperation() final {
    if (failed(verifyQuantized(getOperation())))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace

LogicalResult verifyQuantized(Operation *root) {
  return Verifier().verify(root);
}

} // namespace mx
