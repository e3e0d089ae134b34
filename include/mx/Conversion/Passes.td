//===- Passes.td - Lowerings to the targets -----------------*- tablegen -*-===//

#ifndef MX_CONVERSION_PASSES_TD
#define MX_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def MXExpandSmallFloats : Pass<"mx-expand-small-floats"> {
  let summary = "arith conversions of f4, f6, f8 and E8M0 as integer operations";
  let description = [{
    A correct replacement of `--arith-expand` for `arith.extf`, `truncf`,
    `scaling_extf` and `scaling_truncf` on f4E2M1FN, f6E2M3FN, f6E3M2FN,
    f8E4M3FN, f8E5M2 and f8E8M0FNU: scalars, fixed-size vectors and tensors.
    Values are rounded once, from the real number.

    The bits are LLVM's APFloat's, except: Inf and NaN to f4 and f6 give the
    largest number (APFloat: zero), E8M0 of a value <= 0 is NaN (APFloat: sign
    ignored), E8M0's NaN extends to NaN (APFloat: Inf). Rounding modes
    `downward` and `upward` are left alone.

    | case | --arith-expand of MLIR 22.1 | here |
    |---|---|---|
    | -0.3 to f4E2M1FN | +0.5 | -0.5 |
    | 1.25 to f4E2M1FN | 1.5 (ties away) | 1 (ties to even) |
    | -0.0 to f4E2M1FN | +0 | -0 |
    | E8M0 byte 0 to f32 | 0 | 2^-127 |
    | 1.5 to E8M0 | 2^0 | 2^1 |
    | scaling_extf f4 · 2^16 to f16 | the scale is clamped first | exact |
    | scaling_extf with an f8E4M3FN scale | error | exact |

    Before:

    ```mlir
    func.func @f(%x: f32) -> f4E2M1FN {
      %0 = arith.truncf %x : f32 to f4E2M1FN
      return %0 : f4E2M1FN
    }
    ```

    After: integer operations and an `arith.bitcast` from i4.

    Numerics: exact up to the one rounding that the op asks for.
  }];
  let options = [
    Option<"saturate", "saturate", "bool", /*default=*/"false",
           "overflow saturates in f8E4M3FN, f8E5M2 and f8E8M0FNU too and NaN is "
           "canonical, as mx.cast does">
  ];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect",
                           "::mlir::vector::VectorDialect"];
}

def MXLowerCPU : Pass<"mx-lower-cpu", "::mlir::ModuleOp"> {
  let summary = "lower packed mx ops on memrefs to calls of libmx_runtime";
  let description = [{
    Each packed op, `mx.hadamard` and `mx.cast` on memrefs becomes a call of the
    C ABI in `mx-runtime/mx_runtime.h`; its attributes become a constant record
    of i64, one global for each distinct one. A private function for each entry
    point and operand types casts to the unranked memrefs of the ABI, so that
    loops take no stack. `mx.derive_seed` becomes arith. Runs after
    bufferization; an mx op that is left is an error.

    Before:

    ```mlir
    func.func @f(%x: memref<4x64xf32>, %c: memref<4x2x16xi8>, %s: memref<4x2xi8>) {
      mx.packed.quantize ins(%x : memref<4x64xf32>)
        outs(%c, %s : memref<4x2x16xi8>, memref<4x2xi8>)
        {quantizers = [#mx.quantizer<format = !mx.mxfp4>]}
      return
    }
    ```

    After: `call @mx_call_quantize_f32_s8_<hash>(%record, %x, %seed, %c, %s)`,
    which calls `@mx_runtime_quantize_f32_s8`.

    Numerics: exact; the runtime gives the contract's bits.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::arith::ArithDialect"];
}

def MXLowerReference : Pass<"mx-lower-reference", "::mlir::ModuleOp"> {
  let summary = "lower packed mx ops on tensors to linalg and arith";
  let description = [{
    The semantics of the packed level (and of mx.hadamard, mx.cast, mx.amax and
    mx.derive_seed) as linalg, scf, tensor and arith on integers: no small-float
    type and no call is left, and any back end gives the contract's bits. Runs
    before bufferization. Products of every accumulation mode are exact sums in
    one wide integer.

    Before:

    ```mlir
    func.func @f(%seed: i64, %id: i64) -> i64 {
      %0 = mx.derive_seed %seed, %id
      return %0 : i64
    }
    ```

    After: ten rounds of Philox4x32 in arith.

    Numerics: exact; these are the contract's bits.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // MX_CONVERSION_PASSES_TD
