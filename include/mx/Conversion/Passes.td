//===- Passes.td - Lowerings to the targets -----------------*- tablegen -*-===//

#ifndef MX_CONVERSION_PASSES_TD
#define MX_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def MXLowerCPU : Pass<"mx-lower-cpu", "::mlir::ModuleOp"> {
  let summary = "lower packed mx ops on memrefs to calls of libmx_runtime";
  let description = [{
    Each op of the packed level becomes one call of the C ABI in
    `mx-runtime/mx_runtime.h`; its attributes become a constant record of i64.
    Runs after bufferization.

    Before:

    ```mlir
    func.func @f(%x: memref<4x64xf32>, %c: memref<4x2x16xi8>, %s: memref<4x2xi8>) {
      mx.packed.quantize ins(%x : memref<4x64xf32>)
        outs(%c, %s : memref<4x2x16xi8>, memref<4x2xi8>)
        {quantizers = [#mx.quantizer<format = !mx.mxfp4>]}
      return
    }
    ```

    After: `call @mx_runtime_quantize_f32_s8(%spec, %x, …)`.

    Numerics: exact; the runtime gives the contract's bits.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::arith::ArithDialect"];
}

#endif // MX_CONVERSION_PASSES_TD
