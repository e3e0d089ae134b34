//===- SavedOperands.h - Backward products of packed operands ---*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDOPERANDS_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDOPERANDS_H

#include "RewriteProduct.h"

namespace mx {

/// `use` is a view (transposes, reshapes, copies, widenings) of a value of
/// which `operand` is a view too. Returns the same view of that value with
/// `operand` replaced by what was `saved` of it, dequantised at `b` to the
/// element type of `use`, so that no float lives from the forward product to
/// here; null, having built nothing, where a step between them cannot be undone
/// (a narrowing, a broadcast) or what was saved is not visible at `b`.
mlir::Value viewSavedOperand(mlir::OpBuilder &b, mlir::Location loc,
                             mlir::Value use, mlir::Value operand,
                             const SavedOperand &saved);

/// The view that `value` is of `root`, of `other` instead, at `b`; null where
/// it is no view of it.
mlir::Value repeatView(mlir::OpBuilder &b, mlir::Value value, mlir::Value root,
                       mlir::Value other);

/// What `value` is a view of (transposes, reshapes, copies, widenings),
/// followed to the end.
mlir::Value getViewedSource(mlir::Value value);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDOPERANDS_H
