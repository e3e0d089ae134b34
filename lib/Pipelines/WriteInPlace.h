//===- WriteInPlace.h - Buffers that are copied into others -----*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_WRITEINPLACE_H
#define MX_LIB_PIPELINES_WRITEINPLACE_H

#include "mlir/Pass/Pass.h"

namespace mx {

/// mx-write-in-place: a buffer that is copied into a part of another of the
/// same block, as the pieces of a concatenation are, is that part from the
/// start, and the copy is gone.
std::unique_ptr<mlir::Pass> createWriteInPlacePass();

} // namespace mx

#endif // MX_LIB_PIPELINES_WRITEINPLACE_H
