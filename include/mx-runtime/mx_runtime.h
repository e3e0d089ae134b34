/*===- mx_runtime.h - C ABI of the kernels --------------------------*- C
-*-===//
//
// What compiled code, Python and C programs call. The semantics are those of
// docs/contract.md and of lib/Support, bit for bit; results do not depend on
// the number of threads. Every function saves MXCSR, computes with round to
// nearest, no FTZ and no DAZ (in its worker threads too), and restores it.
//
// Environment: MX_RUNTIME_ISA=<name> lets only kernels run that need no CPU
// feature beyond those of that ISA, as on a CPU that has no more (an unknown or
// unsupported name is MX_ERROR_ISA);
// MX_RUNTIME_TRACE=1 writes one line per kernel executed to stderr: its name,
// extents, operands that are not in linear layout, and threads;
// OMP_NUM_THREADS and omp_set_num_threads choose the threads.
//
//===----------------------------------------------------------------------===*/

#ifndef MX_RUNTIME_MX_RUNTIME_H
#define MX_RUNTIME_MX_RUNTIME_H

#include "mx-runtime/mx_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The library is built with hidden visibility; these are what it exports. */
#pragma GCC visibility push(default)

/*===----------------------------------------------------------------------===//
// 1. Plain C
//
// A null `mx_tensor *` stands for an operand that is absent. A function returns
// MX_OK or another mx_status; it has then written no result that can be relied
// on, and mx_last_error() says what was wrong. Buffers must not overlap, except
// where a function says so.
//===----------------------------------------------------------------------===*/

/* A strided buffer. `strides` counts elements; null means row-major without
 * gaps. Rank 0 … 8. */
typedef struct mx_tensor {
  void *data;
  int64_t dtype; /* mx_dtype */
  int64_t rank;
  const int64_t *sizes;
  const int64_t *strides;
} mx_tensor;

/* Position of a buffer within a whole tensor (contract 22), for stochastic
 * rounding: `rank` indices, then the global extents of all axes but the last
 * (rank - 1 of them). The axes are those of the K-innermost operand, that is,
 * after the swap of `transpose`. */
typedef struct mx_origin {
  int64_t count; /* 2·rank - 1; 0: the buffer is the whole tensor */
  const int64_t *values;
} mx_origin;

/* The text of the last error in this thread, "" if there was none. It stays
 * valid until the next failing call in this thread. */
const char *mx_last_error(void);

/* "isa=… threads=…" and the kernel that each operation would run. */
const char *mx_runtime_describe(void);

/* Calls visit(user, op, isa, supported) for every line of Kernels.inc, oldest
 * first; returns the number of lines. */
typedef void (*mx_kernel_visitor)(void *user, const char *op, const char *isa,
                                  int supported);
int64_t mx_runtime_kernels(mx_kernel_visitor visit, void *user);

/* Quantises x [batch…, M, K] (f32, bf16 or f16; rank 1 is one row; any
 * strides) to packed codes [batch…, M, J, bytes] i8, scales [batch…, I, J]
 * (i8, or f32 for f32 scales) and, with two levels, tensor_scale (one f32).
 * K is the padded length, J = ceil(K / block_cols), I = ceil(M / block_rows),
 * bytes = ceil(B·bits / 8) for 4 and 6 bits, B up to 8 bits, 2·B up to 16,
 * with B = block_cols, or K for MX_BLOCK_FULL. Rank 1: codes [J, bytes], scales
 * [J]. Blocks [B, 1] are stored as the transpose's [B]: the swap of `transpose`
 * happens once more.
 * `tensor_amax` (one f32, two levels only) replaces the amax of x; NaN,
 * infinite or negative, it makes every block and the tensor scale NaN.
 * Uses every field of the record. */
int mx_quantize(const mx_quantize_spec *spec, const mx_tensor *x,
                const mx_tensor *tensor_amax, uint64_t seed,
                const mx_origin *origin, const mx_tensor *codes,
                const mx_tensor *scale, const mx_tensor *tensor_scale);

/* What mx_quantize takes besides x. */
typedef struct mx_quantizer {
  const mx_quantize_spec *spec;
  const mx_tensor *tensor_amax;
  uint64_t seed;
  const mx_origin *origin;
  const mx_tensor *codes;
  const mx_tensor *scale;
  const mx_tensor *tensor_scale;
} mx_quantizer;

/* Two quantisations of one x, with the results of two calls of mx_quantize but
 * in one pass over x where both suit the kernels: usually one of them has
 * transpose = 1. */
int mx_quantize2(const mx_tensor *x, const mx_quantizer *first,
                 const mx_quantizer *second);

/* The inverse: x [batch…, M, K] in f32, bf16 or f16, rounded once (with two
 * levels, in f32 after each factor and then to x). Uses element, scale, block,
 * has_tensor_scale and transpose (x is then [batch…, K, M]). */
int mx_dequantize(const mx_quantize_spec *spec, const mx_tensor *codes,
                  const mx_tensor *scale, const mx_tensor *tensor_scale,
                  const mx_tensor *x);

/* out f32 = x·diag(S)·H/√g along the last axis, a multiple of g. Uses
 * hadamard_size, signs, sign_stream and sign_words. out may be x itself. */
int mx_hadamard(const mx_quantize_spec *spec, const mx_tensor *x, uint64_t seed,
                const mx_tensor *out);

/* Codes of x in the format `element`, without block scale: out has the shape
 * of x and is i8 (up to 8 bits), i16, bf16 or f16. Uses element, rounding,
 * random_bits and stream. */
int mx_cast(const mx_quantize_spec *spec, const mx_tensor *x, uint64_t seed,
            const mx_origin *origin, const mx_tensor *out);

/* The values of unpacked codes (i8 or i16, without block scale) in f32, bf16
 * or f16, rounded once; bits above the format's width are ignored. */
int mx_decode(int64_t format, const mx_tensor *codes, const mx_tensor *out);

/* out (one f32) = the largest finite magnitude of x, 0 if there is none. */
int mx_amax(const mx_tensor *x, const mx_tensor *out);

/* One operand of mx_matmul: codes and scales as mx_quantize writes them or as
 * mx_prepack orders them, or a plain float `codes` (f32, bf16, f16)
 * [batch…, rows, K] without scales. */
typedef struct mx_operand {
  const mx_tensor *codes;
  const mx_tensor *scale;
  const mx_tensor *tensor_scale;
} mx_operand;

/* out [batch…, M, N] (f32, bf16, f16) = alpha·a·bᵀ (contract 25). Batch axes
 * broadcast: 1 against n, missing leading ones. `acc` has the type of out and
 * broadcasts to its shape; it may be out itself.
 *
 *   r   = Σ_k a[m,k]·b[n,k]     block scales multiplied in
 *   out = ((r + acc)·ts_a·ts_b)·alpha, each step rounded to f32, then to out
 *
 * MX_ACCUMULATE_EXACT: r is the real number rounded once to f32.
 * MX_ACCUMULATE_DEFAULT: sums in f32 or better, operands exactly as they are:
 * |r - exact| <= 2^-24·|exact| + (K + 32)·2^-24·Σ_k |a·b| + K·η + 2^-149, where
 * η = 2^-100·(largest |a| of the row)·(largest |b| of the row).
 * MX_ACCUMULATE_FAST: the same with 10^-4 in place of (K + 32)·2^-24 if that is
 * less; f32 operands may enter as two bf16 numbers. The portable kernels sum in
 * f64: K·2^-51 in place of it, and no η. An overflow rounds as if 2^128 was the
 * number after the largest one.
 * NaN is written canonically. A NaN scale anywhere in a row makes its results
 * NaN; an infinite operand follows IEEE (0·Inf and Inf - Inf are NaN). */
int mx_matmul(const mx_matmul_spec *spec, const mx_operand *a,
              const mx_operand *b, const mx_tensor *acc, const mx_tensor *out);

enum mx_activation {
  MX_ACTIVATION_NONE = 0,
  MX_ACTIVATION_RELU = 1,      /* max(x, 0) */
  MX_ACTIVATION_GELU = 2,      /* x·Φ(x), Φ of the normal distribution */
  MX_ACTIVATION_GELU_TANH = 3, /* x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2 */
  MX_ACTIVATION_SILU = 4,      /* x / (1 + e^-x) */
};

/* What mx_matmul_fused does with a result before it is stored. `bias` and
 * `residual` are f32, bf16 or f16 and broadcast to the shape of out, as [N]
 * does; null: none. `residual` may be out itself. */
typedef struct mx_epilogue {
  int64_t version;    /* MX_ABI_VERSION */
  int64_t activation; /* mx_activation */
  const mx_tensor *bias;
  const mx_tensor *residual;
} mx_epilogue;

/* mx_matmul and what follows it in one pass over the result:
 *
 *   x   = the f32 number that mx_matmul rounds to the type of out
 *   out = activation(x + bias) + residual, each step rounded to f32, then to
 *         out
 *
 * With out in f32 these are the bits of mx_matmul followed by the steps one by
 * one; with bf16 and f16 one rounding less, as mx_matmul alone would round x.
 * GELU and SiLU are at most 2^-21·|x| off and have the same bits on every ISA
 * (mx/Support/Activation.h). A null epilogue does nothing. */
int mx_matmul_fused(const mx_matmul_spec *spec, const mx_operand *a,
                    const mx_operand *b, const mx_tensor *acc,
                    const mx_epilogue *epilogue, const mx_tensor *out);

/* Moves a matrix of bytes [batch…, M, J] between layouts. Tiles follow each
 * other row-major; that side is a contiguous buffer of any shape.
 *
 *   layout                 tile        bytes of a tile   (m, j) is at byte
 *   MX_LAYOUT_TILE_128X4   128 × 4     512               (m mod 32)·16 +
 *                                                        (m div 32 mod 4)·4 +
 *                                                        j mod 4
 *   MX_LAYOUT_TILE_16X4    16 × 4      64                (m mod 16)·4 + j mod 4
 *
 * Places without a byte of the matrix hold `padding`. linear → linear copies
 * between equal shapes. */
int mx_relayout(const mx_relayout_spec *spec, const mx_tensor *src,
                const mx_tensor *dst);

/* Weights that many products take, in the order in which the kernels multiply:
 * codes [batch…, N, J, bytes] as the matrix [batch…, N, J·bytes] and scales
 * [batch…, N, J], both in `layout` (MX_LAYOUT_TILE_16X4, padded with zeros).
 * mx_matmul takes the result as codes [batch…, ceil(N/16), J·bytes/4, 64] and
 * scales [batch…, ceil(N/16), ceil(J/4), 64] where its record says so
 * (a_layout, b_layout); rows and k are then those of `out` and of the record or
 * of the other operand. Results are those of linear operands within the same
 * bounds; those of MX_ACCUMULATE_EXACT have the same bits.
 * Scales are 8-bit, a block is in one row and its bytes are a multiple of 4,
 * and those of codes have no gaps between blocks; else MX_ERROR_ARGUMENT.
 * mx_prepack_size gives the bytes of both, mx_prepack fills contiguous i8
 * buffers of any shape. */
int mx_prepack_size(int64_t layout, const mx_operand *from, int64_t *codes,
                    int64_t *scale);
int mx_prepack(int64_t layout, const mx_operand *from, const mx_tensor *codes,
               const mx_tensor *scale);

/* Codes [n] i8 or i16 ↔ their packed bytes (contract 12); both contiguous.
 * Unpacking reads as many codes as `codes` holds. */
int mx_pack_codes(int64_t format, const mx_tensor *codes,
                  const mx_tensor *packed);
int mx_unpack_codes(int64_t format, const mx_tensor *packed,
                    const mx_tensor *codes);

/* Number of threads for the calls that follow from this thread; 0: default. */
void mx_set_num_threads(int64_t threads);

/* What a thread had set before mx_enter. */
typedef struct mx_scope {
  int64_t active, status, threads, reserved;
} mx_scope;

/* For a function around compiled code that returns an error code. From mx_enter
 * to mx_leave an error of an entry point of part 2 that this thread calls does
 * not end the process: the calls after it do nothing, and mx_leave returns its
 * status, with the text in mx_last_error(). `threads` is as in
 * mx_set_num_threads, 0 leaves it; mx_leave sets it back. Scopes nest. */
void mx_enter(mx_scope *outer, int64_t threads);
int mx_leave(const mx_scope *outer);

/*===----------------------------------------------------------------------===//
// 2. Entry points of compiled code
//
// The compiler declares
//     func.func private @mx_runtime_<op>(…) attributes {llvm.emit_c_interface}
// with unranked memrefs and i64, and the library defines the symbols
// _mlir_ciface_mx_runtime_<op>. A record (`spec`) is a rank-1 memref<*xi64>
// that holds the int64 fields of its struct in order. An operand that is absent
// is a rank-1 memref of size 0. Rank-0 memrefs count as one element. On an
// error the text goes to stderr and the process exits with status 1, unless
// mx_enter says otherwise.
//
//   T  f32 | bf16 | f16       element type of x
//   S  s8 | s32               scales are memref<*xi8> | memref<*xf32>
//   O  i8 | i16 | bf16 | f16  element type of a cast's result
//   A,B  s8 | s32 | f32 | bf16 | f16   operand of a product: codes memref<*xi8>
//        with scales memref<*xi8> or memref<*xf32>; or a plain float, whose
//        scale is then a size-0 memref<*xi8>
//
// mx_runtime_quantize_T_S(
//     spec: memref<*xi64>, x: memref<*xT>, tensor_amax: memref<*xf32>,
//     seed: i64, origin: memref<*xi64>,
//     codes: memref<*xi8>, scale: memref<*xS>, tensor_scale: memref<*xf32>)
// mx_runtime_quantize2_T_S(x: memref<*xT>,
//     spec, tensor_amax, seed, origin, codes, scale, tensor_scale,
//     spec, tensor_amax, seed, origin, codes, scale, tensor_scale)
//     two quantisations of one x, usually row-wise and with transpose = 1
// mx_runtime_dequantize_T_S(spec: memref<*xi64>, codes: memref<*xi8>,
//     scale: memref<*xS>, tensor_scale: memref<*xf32>, x: memref<*xT>)
// mx_runtime_hadamard_T(spec: memref<*xi64>, x: memref<*xT>, seed: i64,
//     out: memref<*xf32>)
// mx_runtime_cast_T_O(spec: memref<*xi64>, x: memref<*xT>, seed: i64,
//     origin: memref<*xi64>, out: memref<*xO>)
// mx_runtime_amax_T(x: memref<*xT>, out: memref<*xf32>)
// mx_runtime_matmul_A_B_T(spec: memref<*xi64>,
//     a: memref<*xi8 | T>, a_scale: memref<*xi8 | f32>,
//     a_tensor_scale: memref<*xf32>,
//     b, b_scale, b_tensor_scale: alike,
//     acc: memref<*xT>, out: memref<*xT>)
// mx_runtime_relayout(spec: memref<*xi64>, src: memref<*xi8>,
//     dst: memref<*xi8>)
// mx_runtime_derive_seed(seed: i64, id: i64) -> i64
//===----------------------------------------------------------------------===*/

#pragma GCC visibility pop

#ifdef __cplusplus
} // extern "C"
#endif

#endif /* MX_RUNTIME_MX_RUNTIME_H */
