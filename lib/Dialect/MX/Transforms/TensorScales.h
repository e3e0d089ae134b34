//===- TensorScales.h - Whose tensor scale a value has ----------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_TENSORSCALES_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_TENSORSCALES_H

#include "mlir/IR/Operation.h"

namespace mx {

/// Checks that `source`, inserted into `dest`, shares its tensor scale, so that
/// the result has one. Formats without a tensor scale always pass.
mlir::LogicalResult verifySharedTensorScale(mlir::Operation *op,
                                            mlir::Value source,
                                            mlir::Value dest);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_TENSORSCALES_H
