//===- Elementwise.h - What elementwise ops do ------------------*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_ELEMENTWISE_H
#define MX_DIALECT_MX_TRANSFORMS_ELEMENTWISE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mx {

/// True for a linalg.generic, on tensors or memrefs, that rounds each element
/// of its only operand to a narrower float type and does no more.
bool isRounding(mlir::linalg::GenericOp op);

/// True for one that adds two operands of floats, in either order.
bool isSum(mlir::linalg::GenericOp op);

/// True for an input of a linalg.generic whose only result has at each place
/// what is made of the input there, and perhaps of others.
bool isReadElementwise(mlir::OpOperand &input);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_ELEMENTWISE_H
