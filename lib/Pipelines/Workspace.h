//===- Workspace.h - Temporaries in one buffer of the caller ----*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_WORKSPACE_H
#define MX_LIB_PIPELINES_WORKSPACE_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mx {

/// The temporaries of a public function F move into one buffer of bytes, its
/// new last argument, and a private function F.workspace_bytes, with F's
/// arguments but that one, tells how many bytes that takes. Buffers that are
/// never alive together share their place where both are of static size or of
/// the same dynamic one. What cannot be planned stays on the heap, and F then
/// has the attribute `mx_heap`: a buffer whose size follows from data, or that
/// is not freed in the block that made it.
std::unique_ptr<mlir::Pass> createPlanWorkspacePass();

} // namespace mx

#endif // MX_LIB_PIPELINES_WORKSPACE_H
