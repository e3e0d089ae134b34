//===- IdleStreams.h - Ops whose stream draws nothing -----------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_IDLESTREAMS_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_IDLESTREAMS_H

#include "mlir/IR/Operation.h"

namespace mx {

/// Whether `op` could draw by its stream or sign stream, and does not: its
/// result is the same whatever the stream's number.
bool hasIdleStream(mlir::Operation *op);

/// The attribute with the number of such an op's stream.
llvm::StringRef getStreamName(mlir::Operation *op);

/// Whether two such ops are equal but for the number, with operands that
/// `areEqual` says are.
bool isEqualButForStream(
    mlir::Operation *a, mlir::Operation *b,
    llvm::function_ref<bool(mlir::Value, mlir::Value)> areEqual);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_IDLESTREAMS_H
