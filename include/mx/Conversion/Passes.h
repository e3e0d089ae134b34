//===- Passes.h - Lowerings to the targets ----------------------*- C++ -*-===//

#ifndef MX_CONVERSION_PASSES_H
#define MX_CONVERSION_PASSES_H

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

namespace mx {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "mx/Conversion/Passes.h.inc"
} // namespace mx

#endif // MX_CONVERSION_PASSES_H
