//===- DescribeBody.h - Elementwise ops as text -----------------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_DESCRIBEBODY_H
#define MX_LIB_CONVERSION_NVVM_DESCRIBEBODY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mx::nvvm {

/// Prints an op's maps and its body by its ops, the values they read and the
/// order of those: the same for ops that compute the same alike.
void describeBody(mlir::raw_ostream &os, mlir::linalg::GenericOp op);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_DESCRIBEBODY_H
