//===- VerifyQuantized.h - What may touch block-scaled tensors --*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_VERIFYQUANTIZED_H
#define MX_DIALECT_MX_TRANSFORMS_VERIFYQUANTIZED_H

#include "mlir/IR/Operation.h"

namespace mx {

/// Checks that no op under `root` separates elements of `!mx.scaled` tensors
/// from their scales; see `mx-verify-quantized`. Reports every offending op.
mlir::LogicalResult verifyQuantized(mlir::Operation *root);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_VERIFYQUANTIZED_H
