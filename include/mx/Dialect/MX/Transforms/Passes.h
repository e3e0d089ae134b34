//===- Passes.h - Passes of the mx dialect ----------------------*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_PASSES_H
#define MX_DIALECT_MX_TRANSFORMS_PASSES_H

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Pass/Pass.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "mx/Dialect/MX/Transforms/Passes.h.inc"
} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_PASSES_H
