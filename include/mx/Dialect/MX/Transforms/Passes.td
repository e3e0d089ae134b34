//===- Passes.td - Passes of the mx dialect -----------------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_PASSES_TD
#define MX_DIALECT_MX_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def MXPack : Pass<"mx-pack", "::mlir::ModuleOp"> {
  let summary = "convert block-scaled tensors to packed codes and scales";
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // MX_DIALECT_MX_TRANSFORMS_PASSES_TD
