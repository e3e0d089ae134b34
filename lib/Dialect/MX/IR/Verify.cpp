//===- Verify.cpp - Checks that several ops share -------------------------===//

#include "Verify.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace mx {

LogicalResult verifySeed(Operation *op, Value seed, bool needed,
                         StringRef reason) {
  if (needed && !seed)
    return op->emitOpError() << "expected a seed for " << reason
                             << ", but found none; add `seed %s` (i64)";
  if (!needed && seed)
    return op->emitOpError() << "expected no seed without " << reason
                             << ", but found one; remove it or ask for random "
                                "bits";
  return success();
}

LogicalResult verifyOrigin(Operation *op, ValueRange origin,
                           ValueRange extents, int64_t rank) {
  if (origin.empty() && extents.empty())
    return success();
  if (int64_t(origin.size()) != rank)
    return op->emitOpError() << "expected an origin of " << rank
                             << " indices, one for each axis, but found "
                             << origin.size();
  if (int64_t(extents.size()) != rank - 1)
    return op->emitOpError()
           << "expected extents of " << rank - 1
           << " axes, all but the last, with an origin, but found "
           << extents.size();
  return success();
}

bool areCompatible(int64_t extent, int64_t other) {
  return extent == other || ShapedType::isDynamic(extent) ||
         ShapedType::isDynamic(other);
}

std::string formatShape(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      shape, os,
      [&](int64_t extent) {
        if (ShapedType::isDynamic(extent))
          os << '?';
        else
          os << extent;
      },
      "x");
  return text.empty() ? "a scalar" : text;
}

LogicalResult verifyShape(Operation *op, StringRef what, Value value,
                          ArrayRef<int64_t> expected, StringRef because) {
  ArrayRef<int64_t> found = cast<ShapedType>(value.getType()).getShape();
  bool matches = found.size() == expected.size() &&
                 llvm::all_of(llvm::zip(found, expected), [](auto extents) {
                   return areCompatible(std::get<0>(extents),
                                        std::get<1>(extents));
                 });
  if (matches)
    return success();
  return op->emitOpError() << "expected " << what << " of shape "
                           << formatShape(expected) << because
                           << ", but found " << formatShape(found);
}

LogicalResult verifyDestination(Operation *op, ValueRange inits) {
  unsigned tensors =
      llvm::count_if(inits.getTypes(), llvm::IsaPred<RankedTensorType>);
  if (tensors != 0 && tensors != inits.size())
    return op->emitOpError() << "expected outs that are all tensors or all "
                                "memrefs, but found a mixture";
  if (op->getNumResults() != tensors)
    return op->emitOpError()
           << "expected " << tensors << " results, one for each tensor in "
           << "outs, but found " << op->getNumResults();
  if (tensors == 0)
    return success();
  for (auto [result, init] :
       llvm::zip(op->getResultTypes(), inits.getTypes()))
    if (result != init)
      return op->emitOpError() << "expected a result of the type of its outs, "
                               << init << ", but found " << result;
  return success();
}

LogicalResult verifyBlockRank(Operation *op, RankedTensorType type) {
  auto format = cast<ScaledType>(type.getElementType());
  int64_t needed = format.getBlockRows() == 1 ? 1 : 2;
  if (type.getRank() >= needed)
    return success();
  return op->emitOpError() << "expected a tensor of rank " << needed
                           << " or more for blocks of " << format
                           << ", but found rank " << type.getRank();
}

void getDestinationEffects(
    Operation *op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  auto destination = cast<DestinationStyleOpInterface>(op);
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (destination.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand, /*stage=*/0,
                           /*effectOnFullRegion=*/true,
                           SideEffects::DefaultResource::get());
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand, /*stage=*/0,
                           /*effectOnFullRegion=*/true,
                           SideEffects::DefaultResource::get());
  }
}

LogicalResult reifyInits(Operation *op, OpBuilder &builder,
                         ReifiedRankedShapedTypeDims &reified) {
  for (Value init : cast<DestinationStyleOpInterface>(op).getDpsInits()) {
    if (!isa<RankedTensorType>(init.getType()))
      return failure();
    reified.push_back(tensor::getMixedSizes(builder, op->getLoc(), init));
  }
  return success();
}

} // namespace mx
