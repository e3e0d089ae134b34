//===- Passes.td - Passes of the mx dialect -----------------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_PASSES_TD
#define MX_DIALECT_MX_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def MXApplyRecipe : Pass<"mx-apply-recipe", "::mlir::ModuleOp"> {
  let summary = "rewrite matrix products into block-scaled form by a recipe";
  let description = [{
    Each contraction whose `mx.role` the recipe names becomes: its operands
    brought to `[batch, rows, K]` on floats, zero-padded and transformed if the
    recipe says so, `mx.quantize` of both, `mx.matmul`, and the way back to the
    source's result. A product that is left as it is gets a remark with the
    reason. Product p (in pre-order over all products of the module) has random
    streams 2p and 2p + 1 and sign stream p. Where random bits are needed, the
    function gets a last argument, i64, with the attribute `mx.seed`; each call
    site and loop iteration derives its own.

    Before:

    ```mlir
    func.func @f(%x: tensor<64x32xf32>, %w: tensor<32x16xf32>, %o: tensor<64x16xf32>) -> tensor<64x16xf32> {
      %0 = linalg.matmul {mx.role = "forward"}
             ins(%x, %w : tensor<64x32xf32>, tensor<32x16xf32>)
             outs(%o : tensor<64x16xf32>) -> tensor<64x16xf32>
      return %0 : tensor<64x16xf32>
    }
    ```

    After, with `recipe=nvfp4`: `linalg.transpose` of `%w`, two `mx.quantize` to
    `!mx.nvfp4`, `mx.matmul`, and an add of `%o`.

    Numerics: changes rounding, as the recipe says. `none` changes nothing.
  }];
  let options = [
    Option<"recipe", "recipe", "std::string", /*default=*/"\"none\"",
           "a built-in recipe ('mxc list recipes') or the path of a recipe "
           "file, then overrides: mxfp4_backward,rht=none,rounding=nearest_even "
           "(also scale_rule=, random_bits=, accumulate=, forward=none, "
           "dgrad=none, wgrad=none, exclude=PATTERN)">,
    Option<"reportSaved", "report-saved", "bool", /*default=*/"false",
           "a remark on each function: the bytes that its rewritten backward "
           "products read of their forward products' operands, in the form in "
           "which these are kept, beside those of bf16">
  ];
  let dependentDialects = ["::mx::MXDialect", "::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def MXShareQuantizations : Pass<"mx-share-quantizations"> {
  let summary = "one quantisation for equal ones of several products";
  let description = [{
    `mx.quantize`, `mx.hadamard` and `mx.cast` that draw no random bits and are
    equal but for their streams become one op, and so does what reads them
    equally: an activation that three projections take is transformed,
    quantised and kept once. What draws bits stays apart, so that every product
    has bits of its own. Changes no number.

    Before:

    ```mlir
    func.func @f(%x: tensor<64x32xf32>) -> (tensor<64x32x!mx.mxfp4>, tensor<64x32x!mx.mxfp4>) {
      %0 = mx.quantize %x : tensor<64x32xf32> -> tensor<64x32x!mx.mxfp4>
      %1 = mx.quantize %x {stream = 2 : i64} : tensor<64x32xf32> -> tensor<64x32x!mx.mxfp4>
      return %0, %1 : tensor<64x32x!mx.mxfp4>, tensor<64x32x!mx.mxfp4>
    }
    ```

    After: `%0` is returned twice.
  }];
  let dependentDialects = ["::mx::MXDialect"];
}

def MXFoldConstants : Pass<"mx-fold-constants"> {
  let summary = "quantise constants at compile time";
  let description = [{
    An `mx.packed.quantize` of a constant (`dense` or `dense_resource`, f32,
    bf16 or f16) becomes constants of codes, scales and tensor scale: an object
    then holds packed weights and no float ones. One that draws random bits
    from a seed that is not constant stays, and one with an origin or an amax
    of its own.

    Before:

    ```mlir
    func.func @f() -> (tensor<1x1x16xi8>, tensor<1x1xi8>) {
      %x = arith.constant dense<1.5> : tensor<1x32xf32>
      %codes = tensor.empty() : tensor<1x1x16xi8>
      %scale = tensor.empty() : tensor<1x1xi8>
      %0:2 = mx.packed.quantize ins(%x : tensor<1x32xf32>)
               outs(%codes, %scale : tensor<1x1x16xi8>, tensor<1x1xi8>)
               {quantizers = [#mx.quantizer<format = !mx.mxfp4>]}
               -> tensor<1x1x16xi8>, tensor<1x1xi8>
      return %0#0, %0#1 : tensor<1x1x16xi8>, tensor<1x1xi8>
    }
    ```

    After (1.5 is 6 times 2^-2, of code 7 and scale 125):

    ```mlir
    func.func @f() -> (tensor<1x1x16xi8>, tensor<1x1xi8>) {
      %codes = arith.constant dense<119> : tensor<1x1x16xi8>
      %scale = arith.constant dense<125> : tensor<1x1xi8>
      return %codes, %scale : tensor<1x1x16xi8>, tensor<1x1xi8>
    }
    ```

    An `mx.packed.relayout` of a constant to `tile_16x4` becomes a constant, too.

    Numerics: the bits of the scalar definition, which every target has.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def MXPrepack : Pass<"mx-prepack"> {
  let summary = "weights in the order in which libmx_runtime multiplies";
  let description = [{
    Where an operand of an `mx.packed.matmul` is MXFP4 (E2M1 elements, E8M0
    scales, blocks of a multiple of 32 in one row), its codes and scales are
    constants and the other operand is a float tensor, these go through
    `mx.packed.relayout` to `tile_16x4`. `mx-fold-constants` then evaluates it,
    so that an object holds weights in the order of the kernels. Products of two
    quantised operands read rows.

    Before:

    ```mlir
    func.func @f(%x: tensor<1x32xbf16>, %out: tensor<1x2xf32>) -> tensor<1x2xf32> {
      %k = arith.constant 32 : index
      %codes = arith.constant dense<34> : tensor<2x1x16xi8>
      %scale = arith.constant dense<127> : tensor<2x1xi8>
      %0 = mx.packed.matmul a(%x : tensor<1x32xbf16>) b(%codes, %scale : tensor<2x1x16xi8>, tensor<2x1xi8>)
             k %k outs(%out : tensor<1x2xf32>) {b_format = !mx.mxfp4} -> tensor<1x2xf32>
      return %0 : tensor<1x2xf32>
    }
    ```

    After:

    ```mlir
    func.func @f(%x: tensor<1x32xbf16>, %out: tensor<1x2xf32>) -> tensor<1x2xf32> {
      %k = arith.constant 32 : index
      %rows = arith.constant dense<34> : tensor<2x16xi8>
      %scale = arith.constant dense<127> : tensor<2x1xi8>
      %0 = tensor.empty() : tensor<1x4x64xi8>
      %codes = mx.packed.relayout ins(%rows : tensor<2x16xi8>) outs(%0 : tensor<1x4x64xi8>)
             linear to tile_16x4 -> tensor<1x4x64xi8>
      %1 = tensor.empty() : tensor<1x1x64xi8>
      %scales = mx.packed.relayout ins(%scale : tensor<2x1xi8>) outs(%1 : tensor<1x1x64xi8>)
             linear to tile_16x4 -> tensor<1x1x64xi8>
      %2 = mx.packed.matmul a(%x : tensor<1x32xbf16>) b(%codes, %scales : tensor<1x4x64xi8>, tensor<1x1x64xi8>)
             k %k outs(%out : tensor<1x2xf32>) b_layout tile_16x4 {b_format = !mx.mxfp4} -> tensor<1x2xf32>
      return %2 : tensor<1x2xf32>
    }
    ```

    Numerics: those of the product before.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def MXChooseFormat : Pass<"mx-choose-format", "::mlir::ModuleOp"> {
  let summary = "choose element formats and blocks by the scaling law";
  let description = [{
    Sets `mx.product` on each product that has a role: for each of its two
    operands the element format and block size that the law of "Scaling Laws for
    Floating-Point Quantization Training" (arXiv 2501.02423v3) favours for a
    model of `params` parameters trained on `tokens` tokens. `mx-apply-recipe`
    follows `mx.product` whatever its recipe says.

    With `budget`: the fewest stored bits (an element's own and its part of the
    scale) whose penalty is at most that many nats; an operand for which there
    are none stays float. With `bits`: the least penalty of a product's two
    operands whose bits are at most that many on average. Blocks longer than the
    contraction are left out. E8M0 scales are chosen by `rceil`, which clips
    nothing.

    The paper's six operands: P1 activation and P2 weight (forward), P3 gradient
    and P4 weight (dgrad), P5 gradient and P6 activation (wgrad).

    Limits. The law was fitted with P2, P4 and P6 quantised together and
    high-precision scales, on 41 M to 679 M parameters: its penalty is a lower
    bound. P1, P3 and P5 it does not describe; the paper finds them to hurt (P5
    most), so theirs is multiplied by `margin`, a precaution of ours and not a
    fit. It says nothing of rounding, scale rules, transforms or ranges.

    ```mlir
    func.func @f(%x: tensor<64x512xf32>, %w: tensor<512x16xf32>, %o: tensor<64x16xf32>) -> tensor<64x16xf32> {
      %0 = linalg.matmul {mx.role = "forward"}
             ins(%x, %w : tensor<64x512xf32>, tensor<512x16xf32>)
             outs(%o : tensor<64x16xf32>) -> tensor<64x16xf32>
      return %0 : tensor<64x16xf32>
    }
    ```
  }];
  let options = [
    Option<"params", "params", "double", /*default=*/"0", "parameters of the model">,
    Option<"tokens", "tokens", "double", /*default=*/"0", "training tokens">,
    Option<"budget", "budget", "double", /*default=*/"0",
           "most nats of loss that quantisation may add">,
    Option<"bits", "bits", "double", /*default=*/"0",
           "most stored bits an element, on average over a product's operands">,
    Option<"target", "target", "std::string", /*default=*/"\"cpu\"",
           "reference, cpu or nvvm: whose formats to choose from">,
    Option<"margin", "margin", "double", /*default=*/"10",
           "what penalties of P1, P3 and P5 are multiplied by">
  ];
  let dependentDialects = ["::mx::MXDialect"];
}

def MXStatistics : Pass<"mx-statistics", "::mlir::ModuleOp"> {
  let summary = "count what each quantisation does to its numbers";
  let description = [{
    Each public function with `mx.quantize` ops gets two more results and the
    attribute `mx.statistics`, a label for each row:

    - `tensor<Nx8xf64>`: elements; clipped (the largest code for a larger
      number); flushed (0 for another number); blocks; scales at their clamp
      (the largest, or the smallest for a block that is not all zero);
      Σx·q, Σx² and Σq² over finite x, q being the dequantised element, from
      which the cosine follows. With a Hadamard transform x is its result.
    - `tensor<Nx256xi64>`: blocks by the exponent field of their largest
      magnitude's f32 (255: NaN or Inf).

    In loops (`scf.for`) counts are summed over the iterations. A quantisation
    in a branch or another loop, of dynamic extents, or with blocks along the
    last axis but one is not counted, with a remark. Nothing else changes, and
    without the pass nothing is counted.

    ```mlir
    func.func @f(%x: tensor<64x32xf32>) -> tensor<64x32x!mx.mxfp4> {
      %0 = mx.quantize %x : tensor<64x32xf32> -> tensor<64x32x!mx.mxfp4>
      return %0 : tensor<64x32x!mx.mxfp4>
    }
    ```
  }];
  let dependentDialects = ["::mx::MXDialect", "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def MXInferRoles : Pass<"mx-infer-roles", "::mlir::ModuleOp"> {
  let summary = "set mx.role on products: forward, dgrad or wgrad";
  let description = [{
    A role that the user gave stays. Else the name stack that JAX leaves in
    locations decides between forward and backward (`jvp`, `transpose(jvp`,
    `rematted_computation`), else the structure: a backward product depends on
    a forward one, shares an operand with it through transposes, reshapes and
    casts, and contracts what was free there. A dgrad shares the weight, a
    wgrad the activation. A module without backward products is all forward.
    A product that neither decides gets a remark and no role.

    Before:

    ```mlir
    func.func @f(%x: tensor<64x32xf32>, %w: tensor<32x16xf32>, %o: tensor<64x16xf32>) -> tensor<64x16xf32> {
      %0 = linalg.matmul ins(%x, %w : tensor<64x32xf32>, tensor<32x16xf32>)
             outs(%o : tensor<64x16xf32>) -> tensor<64x16xf32>
      return %0 : tensor<64x16xf32>
    }
    ```

    After: the same with `linalg.matmul {mx.role = "forward"}`.

    Numerics: exact; only attributes are added.
  }];
}

def MXLowerTosaBlockScaled : Pass<"mx-lower-tosa-block-scaled"> {
  let summary = "TOSA's block-scaled ops as mx ops";
  let description = [{
    `tosa.matmul_t_block_scaled` becomes two `mx.assemble` and an `mx.matmul`,
    `tosa.cast_to_block_scaled` an `mx.quantize` (FLOOR, nearest-even) and an
    `mx.disassemble`, `tosa.cast_from_block_scaled` an `mx.assemble` and an
    `mx.dequantize`. `!tosa.mxint8` data are left alone.

    Before:

    ```mlir
    func.func @f(%x: tensor<4x64xf8E4M3FN>, %s: tensor<4x2xf8E8M0FNU>) -> tensor<4x64xf32> {
      %0 = tosa.cast_from_block_scaled %x, %s {block_size = BLOCK_SIZE_32}
             : (tensor<4x64xf8E4M3FN>, tensor<4x2xf8E8M0FNU>) -> tensor<4x64xf32>
      return %0 : tensor<4x64xf32>
    }
    ```

    After:

    ```mlir
    func.func @f(%x: tensor<4x64xf8E4M3FN>, %s: tensor<4x2xf8E8M0FNU>) -> tensor<4x64xf32> {
      %0 = mx.assemble %x, %s : tensor<4x64xf8E4M3FN>, tensor<4x2xf8E8M0FNU>
             -> tensor<4x64x!mx.mxfp8_e4m3>
      %1 = mx.dequantize %0 : tensor<4x64x!mx.mxfp8_e4m3> -> tensor<4x64xf32>
      return %1 : tensor<4x64xf32>
    }
    ```

    Numerics: exact up to the rounding that TOSA asks for.
  }];
  let dependentDialects = ["::mx::MXDialect"];
}

def MXPack : Pass<"mx-pack", "::mlir::ModuleOp"> {
  let summary = "convert block-scaled tensors to packed codes and scales";
  let description = [{
    Runs `mx-verify-quantized`, then converts each `tensor<… x !mx.scaled>` into
    tensors of codes and scales, for two-level formats the tensor scale, and,
    where the blocked axis is dynamic, an `index` with its logical extent;
    through functions, calls, scf, cf and `arith.select`. Attributes of a
    function's argument stay with its codes. Value-level mx ops become packed
    ones in destination style; `mx.amax` and the change between packed and
    one-an-element codes become `linalg.generic` of integer operations.
    `!mx.float` elements become the i8 or i16 that holds their code.

    A transpose of the last two axes, a zero pad to the Hadamard group and an
    `mx.hadamard` that only feed quantisations are folded into them. In a block,
    a row-wise and a transposed quantisation of the same value become one op
    with two results; run `cse` before, so that equal values are one.

    Afterwards no `!mx.scaled` and no `!mx.float` type is left.

    Before:

    ```mlir
    func.func @f(%x: tensor<?x64xf32>) -> tensor<?x64x!mx.mxfp4> {
      %0 = mx.quantize %x : tensor<?x64xf32> -> tensor<?x64x!mx.mxfp4>
      return %0 : tensor<?x64x!mx.mxfp4>
    }
    ```

    After:

    ```mlir
    func.func @f(%x: tensor<?x64xf32>) -> (tensor<?x2x16xi8>, tensor<?x2xi8>) {
      %c0 = arith.constant 0 : index
      %m = tensor.dim %x, %c0 : tensor<?x64xf32>
      %codes = tensor.empty(%m) : tensor<?x2x16xi8>
      %scale = tensor.empty(%m) : tensor<?x2xi8>
      %0:2 = mx.packed.quantize ins(%x : tensor<?x64xf32>)
               outs(%codes, %scale : tensor<?x2x16xi8>, tensor<?x2xi8>)
               {quantizers = [#mx.quantizer<format = !mx.mxfp4>]}
               -> tensor<?x2x16xi8>, tensor<?x2xi8>
      return %0#0, %0#1 : tensor<?x2x16xi8>, tensor<?x2xi8>
    }
    ```

    Numerics: exact; the same values in another form.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def MXVerifyQuantized : Pass<"mx-verify-quantized"> {
  let summary = "check that blocks and their scales stay together";
  let description = [{
    On values whose tensors have `!mx.scaled` elements, accepts only: mx ops;
    func, scf, cf and `arith.select` passing values through; `tensor.empty`,
    `tensor.cast`, `tensor.dim` of a constant axis; `extract_slice`,
    `insert_slice`, `parallel_insert_slice`, `concat` and `pad` that divide no
    block: along a blocked axis, offsets are multiples of the block's extent,
    and an end is one or the tensor's end; strides are 1. `pad` takes
    `ub.poison` and adds zeros. Inserted parts with a tensor scale must share
    it. Anything else is an error at its location.

    Hadamard transforms behind the two operands of an `mx.matmul` must cancel:
    one size, the same signs (list, or seed and `sign_stream`), along the
    contraction axis. Block-scaled arguments, stored codes, constants and values
    of loops and calls may hold a transform already and are trusted.

    Accepted:

    ```mlir
    func.func @f(%q: tensor<64x128x!mx.mxfp4>) -> tensor<64x64x!mx.mxfp4> {
      %0 = tensor.extract_slice %q[0, 64] [64, 64] [1, 1]
             : tensor<64x128x!mx.mxfp4> to tensor<64x64x!mx.mxfp4>
      return %0 : tensor<64x64x!mx.mxfp4>
    }
    ```

    With the offset 13, or `linalg.transpose` instead, it fails.

    Numerics: exact; changes nothing.
  }];
}

#endif // MX_DIALECT_MX_TRANSFORMS_PASSES_TD
