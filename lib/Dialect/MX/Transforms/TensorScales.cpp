//===- TensorScales.cpp - Whose tensor scale a value has ------------------===//
//
// A two-level tensor has one tensor scale. When tiles of it are put together,
// they must have been quantised with the same amax or cut from the same tensor;
// the value that the scale follows from is traced through slices and loops.
//
//===----------------------------------------------------------------------===//

#include "TensorScales.h"

#include "Packing.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace mx {
namespace {

/// Collects the values that the tensor scale of a value may follow from: an
/// amax, or a tensor that is not traced further. An empty tensor has none.
class ScaleOrigins {
public:
  void trace(Value value) {
    if (!visited.insert(value).second)
      return;
    if (auto argument = dyn_cast<BlockArgument>(value))
      return traceArgument(argument);
    Operation *op = value.getDefiningOp();
    if (isa<tensor::EmptyOp>(op))
      return;
    if (auto quantize = dyn_cast<QuantizeOp>(op);
        quantize && quantize.getTensorAmax()) {
      origins.insert(quantize.getTensorAmax());
      return;
    }
    if (isa<tensor::ExtractSliceOp, tensor::CastOp, TransposeOp>(op))
      return trace(op->getOperand(0));
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
      trace(insert.getSource());
      return trace(insert.getDest());
    }
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      unsigned index = cast<OpResult>(value).getResultNumber();
      trace(loop.getInitArgs()[index]);
      return trace(loop.getYieldedValues()[index]);
    }
    origins.insert(value);
  }

  bool single() const { return origins.size() <= 1; }

private:
  void traceArgument(BlockArgument argument) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto loop = dyn_cast_or_null<scf::ForOp>(parent))
      if (OpOperand *init = loop.getTiedLoopInit(argument)) {
        trace(init->get());
        return trace(loop.getTiedLoopYieldedValue(argument)->get());
      }
    if (auto loop = dyn_cast_or_null<scf::ForallOp>(parent))
      if (argument.getArgNumber() >= unsigned(loop.getRank()))
        return trace(loop.getTiedOpOperand(argument)->get());
    origins.insert(argument);
  }

  llvm::SmallDenseSet<Value> visited, origins;
};

} // namespace

LogicalResult verifySharedTensorScale(Operation *op, Value source, Value dest) {
  ScaledType format = getScaledElement(source.getType());
  if (!format.getHasTensorScale())
    return success();
  ScaleOrigins origins;
  origins.trace(source);
  origins.trace(dest);
  if (origins.single())
    return success();
  return op->emitOpError()
         << "expected the parts of a tensor of " << format
         << " to share one tensor scale, but found parts quantised apart; give "
            "each 'mx.quantize' the whole tensor's 'amax'";
}

} // namespace mx
