//===- BlockAlignment.h - Slices that divide no block -----------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_BLOCKALIGNMENT_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_BLOCKALIGNMENT_H

#include "mlir/IR/Operation.h"

namespace mx {

/// Checks that an extract_slice, insert_slice, parallel_insert_slice, concat or
/// pad of scaled tensors divides no block and keeps the layout of its axes.
mlir::LogicalResult verifyBlockAlignment(mlir::Operation *op);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_BLOCKALIGNMENT_H
