//===- CollapseLoops.h - Fewer loops for the same elements ------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_GPU_COLLAPSELOOPS_H
#define MX_LIB_CONVERSION_GPU_COLLAPSELOOPS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mx::gpu_kernels {

/// Makes loops of one kind that all operands have side by side one loop, so
/// that a kernel computes fewer indices; the op to go on with, which may be the
/// same. Parallel loops stay before reductions.
mlir::linalg::GenericOp collapseLoops(mlir::RewriterBase &rewriter,
                                      mlir::linalg::GenericOp op);

} // namespace mx::gpu_kernels

#endif // MX_LIB_CONVERSION_GPU_COLLAPSELOOPS_H
