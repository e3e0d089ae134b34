//===- AbsorbTranspose.h - Products written transposed ----------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_ABSORBTRANSPOSE_H
#define MX_LIB_CONVERSION_NVVM_ABSORBTRANSPOSE_H

#include "mlir/IR/PatternMatch.h"

namespace mx::nvvm {

/// Where all that reads a large product, packed or of floats, is a swap of its
/// last two axes, as of a weight's gradient that JAX computes: the product with
/// its operands exchanged gives the swapped result. True if `op` was replaced.
bool absorbTranspose(mlir::RewriterBase &rewriter, mlir::Operation *op);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_ABSORBTRANSPOSE_H
