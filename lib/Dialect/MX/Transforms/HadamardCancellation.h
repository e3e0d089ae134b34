//===- HadamardCancellation.h - Transforms of a product cancel --*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_HADAMARDCANCELLATION_H
#define MX_DIALECT_MX_TRANSFORMS_HADAMARDCANCELLATION_H

#include "mx/Dialect/MX/IR/MX.h"

namespace mx {

/// Checks that the Hadamard transforms behind the two operands of `product`
/// are inverse to each other: as many, of one size, with the same signs, along
/// the contraction axis. Block-scaled arguments, stored codes, constants and
/// values of loops and calls may have been transformed before and are trusted.
mlir::LogicalResult verifyHadamardCancels(MatmulOp product);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_HADAMARDCANCELLATION_H
