//===- Layout.h - Matrices of floats before they are quantised --*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_LAYOUT_H
#define MX_DIALECT_MX_TRANSFORMS_LAYOUT_H

#include "mlir/IR/Builders.h"

namespace mx {

/// `value` with its axes permuted; `value` itself for the identity.
mlir::Value transposeTo(mlir::OpBuilder &b, mlir::Location loc,
                        mlir::Value value, mlir::ArrayRef<int64_t> permutation);

/// Appends zeros to the last axis up to a multiple of `group`, so that
/// mx.hadamard takes it; mx-pack knows this form and makes it part of a
/// quantisation.
mlir::Value padToGroup(mlir::OpBuilder &b, mlir::Location loc,
                       mlir::Value value, int64_t group);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_LAYOUT_H
