//===- BytesMoved.h - What products read and write --------------*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_BYTESMOVED_H
#define MX_DIALECT_MX_TRANSFORMS_BYTESMOVED_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace mx {

/// Bytes of the tensors that ops of one kind take and give, each op once,
/// wherever it stands; caches may save some of that.
struct MovedBytes {
  int64_t ops = 0, reads = 0, writes = 0;
  int64_t uncounted = 0; ///< ops with a tensor of dynamic extents
};

/// What a recipe changes in a module: its products, what prepares their
/// operands (quantisations and what undoes them, transforms, casts, largest
/// magnitudes) and transposes. All other ops stay as they are.
struct BytesMoved {
  MovedBytes products, preparations, transposes;

  int64_t getTotal() const {
    int64_t total = 0;
    for (const MovedBytes &kind : {products, preparations, transposes})
      total += kind.reads + kind.writes;
    return total;
  }
};

/// At any stage with tensors: imported, quantized or packed.
BytesMoved countBytesMoved(mlir::Operation *root);

/// Bytes of a tensor as it is stored, block-scaled ones as codes and scales; 0
/// where an extent is dynamic.
int64_t getStoredBytes(mlir::RankedTensorType type);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_BYTESMOVED_H
