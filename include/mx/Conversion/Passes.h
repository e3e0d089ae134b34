//===- Passes.h - Lowerings to the targets ----------------------*- C++ -*-===//

#ifndef MX_CONVERSION_PASSES_H
#define MX_CONVERSION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mx {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "mx/Conversion/Passes.h.inc"
} // namespace mx

#endif // MX_CONVERSION_PASSES_H
