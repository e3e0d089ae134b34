//===- Tiling.h - Tiles of value-level mx ops -------------------*- C++ -*-===//
//
// Loops run over elements along free axes and over whole blocks (or Hadamard
// groups) along the others, so that no tile can split a block or a byte.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_TILING_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_TILING_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace mx {

using Sizes = mlir::SmallVector<mlir::OpFoldResult>;

/// Steps of each axis of a tensor: 1, a block's extent, or kFull.
mlir::SmallVector<int64_t> getSteps(mlir::RankedTensorType type);

/// Iterations along an axis of `size` elements in steps.
mlir::OpFoldResult countSteps(mlir::OpBuilder &b, mlir::Location loc,
                              mlir::OpFoldResult size, int64_t step);

mlir::SmallVector<mlir::Range>
getDomain(mlir::OpBuilder &b, mlir::Location loc,
          mlir::ArrayRef<mlir::OpFoldResult> sizes,
          mlir::ArrayRef<int64_t> steps);

/// The tile of a whole tensor, in elements.
struct Tile {
  Sizes offsets, sizes;

  Tile() = default;
  /// `offsets` and `sizes` count steps along axes of `whole` elements.
  Tile(mlir::OpBuilder &b, mlir::Location loc,
       mlir::ArrayRef<mlir::OpFoldResult> offsets,
       mlir::ArrayRef<mlir::OpFoldResult> sizes,
       mlir::ArrayRef<mlir::OpFoldResult> whole, mlir::ArrayRef<int64_t> steps);

  mlir::Operation *slice(mlir::OpBuilder &b, mlir::Location loc,
                         mlir::Value tensor) const;
};

/// Adds TilingInterface and PartialReductionOpInterface to mx.matmul.
void attachMatmulTiling(mlir::MLIRContext &context);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_TILING_H
