//===- Passes.td - Lowerings to the targets -----------------*- tablegen -*-===//

#ifndef MX_CONVERSION_PASSES_TD
#define MX_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def MXExpandSmallFloats : Pass<"mx-expand-small-floats"> {
  let summary = "arith conversions of f4, f6, f8 and E8M0 as operations of 32 bits";
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

    After: operations of 32 bits, one of them an f32 addition to nearest even, and
    an `arith.bitcast` from i4.

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

def MXLinalgToRuntime : Pass<"mx-linalg-to-runtime", "::mlir::ModuleOp"> {
  let summary = "matrix products of floats on memrefs to calls of libmx_runtime";
  let description = [{
    A linalg op on memrefs that multiplies two buffers of f32, bf16 or f16 and
    adds to one of f32 becomes a call of the kernels that rewritten products
    use, with its operands where they lie: batch axes, strides and transposed
    operands are views. Products of fewer than 4096 multiply-adds, with a
    vector, or with several contracted axes stay loops. Runs after
    bufferization and before `mx-lower-cpu`.

    All stay loops in a module with a packed product of `accumulate exact`:
    there every target has the same bits, and loops add in the same order.

    Before:

    ```mlir
    func.func @f(%x: memref<32x64xbf16>, %w: memref<64x16xbf16>, %y: memref<32x16xf32>) {
      linalg.matmul ins(%x, %w : memref<32x64xbf16>, memref<64x16xbf16>) outs(%y : memref<32x16xf32>)
      return
    }
    ```

    After: `call @mx_call_matmul_bf16_bf16_f32_<hash>(%record, %x, %transpose, %y, %y)`.

    Numerics: operands exactly as they are, sums in f32 or better, within the
    bound of MX_ACCUMULATE_DEFAULT in `mx-runtime/mx_runtime.h`.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::arith::ArithDialect"];
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

def MXSelectSchedule : Pass<"mx-select-schedule"> {
  let summary = "a kernel family for each product and packed op of the nvvm target";
  let description = [{
    Sets `mx.schedule` on each packed op, and each linalg op that is a product
    of two float matrices, that a kernel family takes on the chip; one that the
    user has set stays. Packed ops without a schedule are left to
    `mx-lower-reference`: plain kernels, for every chip.

    Operands of a float product whose batch, row and contracted axes do not lie
    in groups are transposed before it, such as the heads of an attention. A
    large product, packed or of floats, that is only read with its last two axes
    swapped is computed swapped, with its operands exchanged.

    | family | takes |
    |---|---|
    | `gemv` | 1 to 64 rows of bf16, or packed ones that the next two do not take, by E2M1 weights, not `exact` |
    | `tcgen05` | two scaled operands that `tcgen05.mma` takes with their block scales, not `exact`, on chips with tcgen05 |
    | `mma_block_scale` | E2M1 x E2M1, and pairs of E2M1, E2M3, E3M2, E4M3, E5M2 with E8M0 scales in blocks of 32, not `exact`; on sm_120a and sm_121a |
    | `s8_fold` | mxfp4 x mxfp4 on chips with wgmma |
    | `bf16_decode` | rows of bf16, or packed ones (of mxfp4 by mxfp4 up to 256, up to 128 by 2^25 weights and more), by E2M1 or MXFP8 weights of a static K, of bf16 by E2M1 and in blocks of 16 a multiple of 256, not `exact`, at most 4096 rows by blocks of 16; on chips with wgmma |
    | `bf16_fold` | any other operands of 4, 6 or 8 bits or floats, not `exact`, and linalg products of bf16 or f16 whose last extents are multiples of 8; on chips with wgmma |
    | `tiled` | any other linalg product of f32, bf16 and f16 |

    Before:

    ```mlir
    func.func @f(%a: tensor<64x4x16xi8>, %as: tensor<64x4xi8>, %b: tensor<32x4x16xi8>,
                 %bs: tensor<32x4xi8>, %out: tensor<64x32xf32>) -> tensor<64x32xf32> {
      %k = arith.constant 128 : index
      %0 = mx.packed.matmul a(%a, %as : tensor<64x4x16xi8>, tensor<64x4xi8>)
             b(%b, %bs : tensor<32x4x16xi8>, tensor<32x4xi8>) k %k
             outs(%out : tensor<64x32xf32>)
             {a_format = !mx.mxfp4, b_format = !mx.mxfp4} -> tensor<64x32xf32>
      return %0 : tensor<64x32xf32>
    }
    ```

    After: the product has `mx.schedule = #mx.schedule<"gemv", …>`.

    Numerics: none.
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90a\"",
           "NVIDIA chip, as sm_90a">
  ];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect",
                           "::mx::MXDialect"];
}

def MXLowerNVVM : Pass<"mx-lower-nvvm", "::mlir::ModuleOp"> {
  let summary = "scheduled ops on memrefs to kernels and their launches";
  let description = [{
    Each packed or linalg op with an `mx.schedule` becomes buffers, tensor maps and
    launches of kernels that are built for its format and result type; equal
    kernels are made once. Runs after bufferization.

    | family | how |
    |---|---|
    | `gemv` | weights decoded in registers, `mma.sync` with f32 sums, K shared by the warps of a block |
    | `tcgen05` | scales in tiles of 128 x 4, codes as they are (6 bits, and 4 beside 8, with padding), `tcgen05.mma` with `.block_scale`, f32 sums in tensor memory |
    | `mma_block_scale` | codes and scales as they are packed, `mma.sync` with block scales, f32 sums |
    | `s8_fold` | both operands to signed bytes with one power of two a row, `wgmma` with s32 sums (few rows of A: B's codes decoded in registers, where all rows fit); rows whose scales span more than 3 steps are added up from bands, exactly, or, without `exact`, the whole on the FP8 or bf16 units where most rows do |
    | `bf16_decode` | weights decoded in registers to bf16, from where `wgmma` takes them, f32 sums |
    | `bf16_fold` | operands to bf16 with one power of two a row (f32 and f16 in several parts), `wgmma` with f32 sums; linalg products of bf16 or f16 as they are, transposed or not |
    | `tiled` | tiles in shared memory, f32 sums by fma in the order of K |

    Where the rows of a product are dynamic and `gemv` would take up to 64 of them, the
    host branches: up to 16 and up to 64 have a `gemv` kernel each, more go by the
    schedule; so do the rows of mxfp4 by mxfp4 that `bf16_decode` would take.
    Packed rows of both become bf16 by a kernel before.

    A `linalg.generic` that alone reads a product's result, element by element, is
    computed by the product's kernels as they store, where nothing between the two
    changes what the product reads.

    Before:

    ```mlir
    func.func @f(%a: memref<64x4x16xi8>, %as: memref<64x4xi8>, %b: memref<32x4x16xi8>,
                 %bs: memref<32x4xi8>, %out: memref<64x32xf32>) {
      %k = arith.constant 128 : index
      mx.packed.matmul a(%a, %as : memref<64x4x16xi8>, memref<64x4xi8>)
        b(%b, %bs : memref<32x4x16xi8>, memref<32x4xi8>) k %k
        outs(%out : memref<64x32xf32>)
        {a_format = !mx.mxfp4, b_format = !mx.mxfp4,
         mx.schedule = #mx.schedule<"s8_fold", tile = [128, 256, 128], stages = 4, cluster = 2>}
      return
    }
    ```

    After: `gpu.launch_func` of `clear`, `survey`, `expand`, `multiply` and
    `finish`.

    A fill with zero right before a linalg product that adds to it is not done.

    Numerics: s8_fold gives exact sums, rounded once, and where it leaves them to
    floats sums in f32 of exact sums of blocks; bf16_fold, bf16_decode, gemv, tcgen05 and mma_block_scale exact
    products and sums in f32; tiled sums in f32. A schedule whose family cannot take the op is an
    error that says why.
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90a\"",
           "NVIDIA chip, as sm_90a">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::gpu::GPUDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::NVVM::NVVMDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def MXLowerNVVMCasts : Pass<"mx-lower-nvvm-casts", "::mlir::ModuleOp"> {
  let summary = "lower mx.cast on tensors to linalg for NVIDIA GPUs";
  let description = [{
    An elementwise op of few instructions, which fuses with its neighbours: to
    f8E4M3FN and f8E5M2, to nearest even, by `cvt.rn.satfinite` on chips that
    have it (sm_89 and later), to bf16 and f16 by arith, to other formats and by
    other roundings in integers of 32 bits. What needs more (f8E8M0FNU, 8
    exponent bits without Inf, 24 random bits) is left to `mx-lower-reference`.
    Runs before bufferization.

    Before:

    ```mlir
    func.func @f(%x: tensor<4x8xf32>, %out: tensor<4x8xbf16>) -> tensor<4x8xbf16> {
      %0 = mx.cast ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xbf16>)
             -> tensor<4x8xbf16>
      return %0 : tensor<4x8xbf16>
    }
    ```

    After: a `linalg.generic` of `arith.truncf` and a choice of the canonical
    NaN.

    Numerics: exact; these are the contract's bits.
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90a\"",
           "NVIDIA chip, as sm_90a">
  ];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect"];
}

def MXLinalgToKernels : Pass<"mx-linalg-to-kernels"> {
  let summary = "linalg ops on memrefs as gpu.launch";
  let description = [{
    Each op becomes a kernel: a thread for each point of its parallel
    dimensions, in row-major order so that neighbours write neighbours, or in
    squares where they read along another axis. Where all reads and writes go
    along the last axis, or stay the same along it, the loop is large or of
    unknown extents, and vectors are aligned, a thread has one or two vectors of
    up to 16 bytes. A reduction by one associative
    op is shared by several threads of a block for each result, and by several
    blocks where there are few results; other reductions are loops inside the
    thread. Runs after bufferization.

    Before:

    ```mlir
    func.func @f(%x: memref<4x64xf32>, %y: memref<64x4xf32>) {
      linalg.transpose ins(%x : memref<4x64xf32>) outs(%y : memref<64x4xf32>)
        permutation = [1, 0]
      return
    }
    ```

    After: a `gpu.launch` of one block of 256 threads.

    Numerics: those of the op's body. The order of a shared reduction is fixed
    by the extents: every thread's elements in four sums, then a tree.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::affine::AffineDialect",
                           "::mlir::gpu::GPUDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def MXDeviceMemory : Pass<"mx-device-memory", "::mlir::ModuleOp"> {
  let summary = "buffers of a program in GPU memory";
  let description = [{
    Memrefs of function bodies and kernels move to memory space 1 (global
    memory). What a public function did becomes a private function on such
    buffers; the public one keeps its signature on host memrefs, and copies its
    arguments to the device once and its results back once. Constants are
    uploaded at their first use. Runs after kernels are outlined.

    With `device-arrays` public functions, too, take and return buffers in
    memory space 1, and nothing is copied at the boundary. A descriptor that a
    function makes of its caller's pointers (a cast from an LLVM struct) is then
    one of such a buffer.

    Before:

    ```mlir
    func.func @f(%x: memref<4xf32>) -> memref<4xf32> {
      %0 = memref.alloc() : memref<4xf32>
      return %0 : memref<4xf32>
    }
    ```

    After: `@f` allocates `memref<4xf32, 1>`, copies `%x` into it, calls
    `@f_on_device` and copies what it returns.

    Numerics: none.
  }];
  let options = [
    Option<"deviceArrays", "device-arrays", "bool", "false",
           "callers' arrays are in GPU memory">,
  ];
  let dependentDialects = ["::mlir::func::FuncDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect"];
}

def MXKernelsToNVVM : Pass<"mx-kernels-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "kernels to the llvm and nvvm dialects, without libdevice";
  let description = [{
    Upstream's conversion of gpu, memref, cf and arith, but math ops become
    arithmetic (upstream's polynomials of f32, to which bf16 and f16 extend) and
    the instructions that NVIDIA GPUs have, where upstream calls libdevice: PTX
    is made without CUDA. A function without an expansion is an error.

    Before:

    ```mlir
    gpu.module @kernels {
      gpu.func @k(%x: memref<4xf32, 1>, %i: index) kernel {
        %0 = memref.load %x[%i] : memref<4xf32, 1>
        %1 = math.exp %0 : f32
        memref.store %1, %x[%i] : memref<4xf32, 1>
        gpu.return
      }
    }
    ```

    After: an `llvm.func` with `nvvm.kernel` in which the exponential is a
    polynomial.

    Numerics: exp, log, tanh and others within a few units in the last place of
    f32, not the bits of libm.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::NVVM::NVVMDialect"];
}

def MXKernelsToPTX : Pass<"mx-kernels-to-ptx", "::mlir::ModuleOp"> {
  let summary = "kernels in the llvm and nvvm dialects to PTX";
  let description = [{
    Each `gpu.module` becomes a `gpu.binary` of PTX text, made by LLVM in this
    process; CUDA is not needed. A chip that is not in the target table is an
    error.

    Before:

    ```mlir
    gpu.module @kernels {
      llvm.func @nothing() attributes {gpu.kernel, nvvm.kernel} {
        llvm.return
      }
    }
    ```

    After: `gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a", …>, "…">]`.

    Numerics: multiplications and additions are not fused, denormals are kept,
    division and square root are rounded correctly.
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90a\"",
           "NVIDIA chip, as sm_90a">
  ];
}

def MXKernelsToHost : Pass<"mx-kernels-to-host", "::mlir::ModuleOp"> {
  let summary = "kernels in the llvm and nvvm dialects to code for the emulator";
  let description = [{
    Each `gpu.module` becomes a `gpu.binary` of host code for the emulator's
    `mx_cuda_launch` (docs/emulator.md), instead of `mx-kernels-to-ptx`. An
    instruction that the emulator does not know is an error.

    Before:

    ```mlir
    gpu.module @kernels {
      llvm.func @nothing() attributes {gpu.kernel, nvvm.kernel} {
        llvm.return
      }
    }
    ```

    After: `gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a", …>, "…">]`.
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90a\"",
           "NVIDIA chip, as sm_90a">
  ];
}

def MXDeviceCalls : Pass<"mx-device-calls", "::mlir::ModuleOp"> {
  let summary = "host code of a GPU program to calls of libmx_cuda_runtime";
  let description = [{
    Allocation, deallocation and copies of buffers in memory space 1, loads and
    stores of single elements of them by the host, and launches of kernels in
    `gpu.binary` become calls of the C ABI in `mx-runtime/mx_cuda.h`. Other ops
    on such buffers are upstream's to convert.

    Before:

    ```mlir
    func.func @f(%i: index) -> f32 {
      %0 = memref.alloc() : memref<4xf32, 1>
      %1 = memref.load %0[%i] : memref<4xf32, 1>
      memref.dealloc %0 : memref<4xf32, 1>
      return %1 : f32
    }
    ```

    After: calls of `mx_cuda_alloc`, `mx_cuda_download` and `mx_cuda_free`.

    Numerics: none.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // MX_CONVERSION_PASSES_TD
