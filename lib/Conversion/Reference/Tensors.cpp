//===- Tensors.cpp - Elementwise and gathering loops ----------------------===//

#include "Tensors.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace mlir;

namespace mx::reference {

Value generate(Emitter e, Sizes sizes, Type elementType, ElementFn fn,
               Value init) {
  int64_t rank = sizes.size();
  if (!init)
    init = tensor::EmptyOp::create(e.b, e.loc, sizes, elementType);
  AffineMap identity = e.b.getMultiDimIdentityMap(rank);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto op = linalg::GenericOp::create(
      e.b, e.loc, init.getType(), /*inputs=*/ValueRange(), ValueRange{init},
      ArrayRef<AffineMap>(identity), iterators,
      [&](OpBuilder &b, Location loc, ValueRange) {
        SmallVector<Value> indices;
        for (int64_t axis = 0; axis < rank; ++axis)
          indices.push_back(linalg::IndexOp::create(b, loc, axis));
        linalg::YieldOp::create(b, loc, fn(Emitter{b, loc}, indices));
      });
  return op.getResult(0);
}

Sizes getSizes(Emitter e, Value tensor) {
  return tensor::getMixedSizes(e.b, e.loc, tensor);
}

OpFoldResult ceilDiv(Emitter e, OpFoldResult size, OpFoldResult by) {
  AffineExpr s0, s1;
  bindSymbols(e.b.getContext(), s0, s1);
  return affine::makeComposedFoldedAffineApply(e.b, e.loc, s0.ceilDiv(s1),
                                               {size, by});
}

OpFoldResult multiply(Emitter e, OpFoldResult a, OpFoldResult b) {
  AffineExpr s0, s1;
  bindSymbols(e.b.getContext(), s0, s1);
  return affine::makeComposedFoldedAffineApply(e.b, e.loc, s0 * s1, {a, b});
}

Value toValue(Emitter e, OpFoldResult size) {
  return getValueOrCreateConstantIndexOp(e.b, e.loc, size);
}

} // namespace mx::reference
