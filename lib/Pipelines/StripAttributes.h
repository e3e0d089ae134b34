//===- StripAttributes.h - No attribute of ours is left ---------*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_STRIPATTRIBUTES_H
#define MX_LIB_PIPELINES_STRIPATTRIBUTES_H

#include "mlir/Pass/Pass.h"

namespace mx {

/// Removes `mx.role`, `mx.name`, `mx.seed` and `mx.recipe`, which tools without
/// the dialect would reject.
std::unique_ptr<mlir::Pass> createStripAttributesPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_STRIPATTRIBUTES_H
