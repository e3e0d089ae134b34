//===- RaiseShapes.h - Loops that only move elements ------------*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_RAISESHAPES_H
#define MX_LIB_PIPELINES_RAISESHAPES_H

#include "mlir/Pass/Pass.h"

namespace mx {

/// mx-raise-shapes: what StableHLO's linalg form spells as loops over elements
/// becomes one op again: a choice by index between tensors, or a sum of tensors
/// among zeros that fill an axis, a tensor.concat; a broadcast along axes of
/// one element a tensor.expand_shape. The bits stay.
std::unique_ptr<mlir::Pass> createRaiseShapesPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_RAISESHAPES_H
