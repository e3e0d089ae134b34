//===- Reductions.h - Reductions by many threads ----------------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_GPU_REDUCTIONS_H
#define MX_LIB_CONVERSION_GPU_REDUCTIONS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mx::gpu_kernels {

/// Replaces a reduction on memrefs, its parallel loops first, by kernels in
/// which several threads share each result; false where it is not one that an
/// associative op combines, or where one thread a result does as well.
///
/// Each thread has every L-th element in four partial results, and a tree over
/// a warp, or in shared memory, combines those of the threads. Results too few
/// for a GPU are split further, and a second kernel combines the parts. The
/// order depends on the extents alone. Neighbouring threads read neighbouring
/// elements.
bool launchReduction(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op);

} // namespace mx::gpu_kernels

#endif // MX_LIB_CONVERSION_GPU_REDUCTIONS_H
