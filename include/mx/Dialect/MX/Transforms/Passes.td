//===- Passes.td - Passes of the mx dialect -----------------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_PASSES_TD
#define MX_DIALECT_MX_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

#endif // MX_DIALECT_MX_TRANSFORMS_PASSES_TD
