//===- Outline.h - One function for each distinct loop nest -----*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_OUTLINE_H
#define MX_LIB_PIPELINES_OUTLINE_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mx {

/// Moves the linalg ops on memrefs of large functions into private functions,
/// one for all equal ops: LLVM's loop passes take quadratic time in the loops
/// of a function, and a train step has hundreds of them, many alike.
std::unique_ptr<mlir::Pass> createOutlineLinalgPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_OUTLINE_H
