//===- FuseElementwise.h - Chains of elementwise ops as one -----*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_FUSEELEMENTWISE_H
#define MX_LIB_PIPELINES_FUSEELEMENTWISE_H

#include "mlir/Pass/Pass.h"

namespace mx {

/// mx-fuse-elementwise: a linalg.generic without reductions goes into the one
/// linalg.generic that reads it, broadcasts and casts into all that do. Nothing
/// goes into matrix products and scheduled ops, which read elements many times.
/// The bits stay: each element is computed as before.
std::unique_ptr<mlir::Pass> createFuseElementwisePass();

} // namespace mx

#endif // MX_LIB_PIPELINES_FUSEELEMENTWISE_H
