//===- Tensors.h - Elementwise and gathering loops --------------*- C++ -*-===//
//
// Short ways to write the linalg ops of the reference target.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_CONVERSION_REFERENCE_TENSORS_H
#define MX_LIB_CONVERSION_REFERENCE_TENSORS_H

#include "mx/Conversion/Scalar.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mx::reference {

using Sizes = llvm::SmallVector<mlir::OpFoldResult>;

/// The body of a loop over all elements of a result: from its indices to its
/// element.
using ElementFn =
    llvm::function_ref<mlir::Value(Emitter, llvm::ArrayRef<mlir::Value>)>;

/// A tensor of `sizes` whose element at each index `fn` computes; inputs are
/// read with tensor.extract. Written to `init` where that is given.
mlir::Value generate(Emitter e, Sizes sizes, mlir::Type elementType,
                     ElementFn fn, mlir::Value init = mlir::Value());

inline mlir::Value extract(Emitter e, mlir::Value tensor,
                           mlir::ValueRange indices) {
  return mlir::tensor::ExtractOp::create(e.b, e.loc, tensor, indices);
}

Sizes getSizes(Emitter e, mlir::Value tensor);

/// Arithmetic on sizes that folds.
mlir::OpFoldResult ceilDiv(Emitter e, mlir::OpFoldResult size,
                           mlir::OpFoldResult by);
mlir::OpFoldResult multiply(Emitter e, mlir::OpFoldResult a,
                            mlir::OpFoldResult b);
mlir::Value toValue(Emitter e, mlir::OpFoldResult size);

} // namespace mx::reference

#endif // MX_LIB_CONVERSION_REFERENCE_TENSORS_H
