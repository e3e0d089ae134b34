//===- ClipMask.h - Which elements a quantisation clipped -------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_CLIPMASK_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_CLIPMASK_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mx {

/// Whether all axes before the last two have extent 1.
bool hasUnitBatch(mlir::RankedTensorType type);
/// Such a tensor as a matrix, and back to `type`.
mlir::Value dropUnitBatch(mlir::OpBuilder &b, mlir::Location loc,
                          mlir::Value tensor);
mlir::Value restoreUnitBatch(mlir::OpBuilder &b, mlir::Location loc,
                             mlir::Value matrix, mlir::RankedTensorType type);

/// tensor<R x K/32 x i32>: bit j of a word is 1 where element j of its block of
/// `matrix` (R x K, or with unit batch axes) is below the largest number of its
/// block in `quantized`, that is, where it was not clipped (contract 30). Null,
/// having built nothing, for blocks other than [32], scales other than E8M0, or
/// a K that is dynamic or no multiple of 32.
mlir::Value createClipMask(mlir::OpBuilder &b, mlir::Location loc,
                           mlir::Value matrix, mlir::Value quantized);

/// `gradient` (R x K, f32), 0 where the mask is 0.
mlir::Value applyClipMask(mlir::OpBuilder &b, mlir::Location loc,
                          mlir::Value gradient, mlir::Value mask);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_CLIPMASK_H
