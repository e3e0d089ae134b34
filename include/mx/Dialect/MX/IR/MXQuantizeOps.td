//===- MXQuantizeOps.td - Quantise and dequantise -----------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_IR_MXQUANTIZEOPS_TD
#define MX_DIALECT_MX_IR_MXQUANTIZEOPS_TD

include "mx/Dialect/MX/IR/MXOpBase.td"

def MX_QuantizeOp : MX_Op<"quantize", [Pure, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>]> {
  let summary = "convert floats to a block-scaled format";
  let description = [{
    Each block of the input gets a scale by `scale_rule` from its largest
    magnitude; each element becomes the code nearest (by `rounding`) to
    t = v · prescale / scale, a real number that is rounded once; overflow
    saturates. The shape does not change; a last block that is not full is
    filled with zeros in storage only.

    | attribute | meaning | default |
    |---|---|---|
    | `scale_rule` | `floor` (OCP MX v1.0, 6.3), `ceil`, `rceil` (NVIDIA), `even` (AMD Quark), `quest` (E2M1: by the block's deviation, arXiv 2505.14669) for E8M0 scales; `amax` for float scales; for NVFP4 also `headroom` (largest elements to 6·16/17, so that none saturates where the scale is rounded down, arXiv 2601.22813), `four_over_six` (the better of two scales, arXiv 2512.02010) and `ms_eden` (corrected and stochastically rounded scales, arXiv 2601.22813) | `floor` or `amax` |
    | `rounding` | `nearest_even`, `nearest_away`, `toward_zero`, `stochastic` | `nearest_even` |
    | `prescale` | a factor on the elements, not on the scale; 0.75 keeps stochastic rounding under `floor` from saturating (arXiv 2502.20586, Algorithm 2; its emulation rounds 3·v to f32 first, which differs below 1.6e-38 only). E8M0 scales only | 1.0 |
    | `stream` | which stream of random bits; both operands of a product have different ones | 0 |
    | `random_bits` | 8, 16 or 24 random bits an element | 16 |
    | `scale_min_normal` | clamp NVFP4 block scales at 2^-6, the least normal E4M3 (pytorch/ao); without it the bits are TransformerEngine's | absent |

    `stochastic` and `ms_eden` need `seed`. Random bits are keyed by the element's row and
    column in the whole tensor, so a tile or shard that gives its `origin` (one
    index per axis) and the whole tensor's `extents` (of all axes but the last)
    draws the same ones. With a tensor scale, `amax` gives the whole tensor's
    largest finite magnitude; without it the input's own is used.

    A NaN or Inf makes its block NaN; an all-zero block has scale code 0; -0
    keeps its sign (docs/contract.md, 1-29).

    Example:

    ```mlir
    func.func @f(%x: tensor<128x100xf32>, %seed: i64)
        -> (tensor<128x100x!mx.mxfp4>, tensor<128x100x!mx.mxfp8_e4m3>) {
      %0 = mx.quantize %x seed %seed rounding stochastic scale_rule floor
             {prescale = 7.5e-01 : f32, stream = 3 : i64}
             : tensor<128x100xf32> -> tensor<128x100x!mx.mxfp4>
      %1 = mx.quantize %x scale_rule rceil
             : tensor<128x100xf32> -> tensor<128x100x!mx.mxfp8_e4m3>
      return %0, %1 : tensor<128x100x!mx.mxfp4>, tensor<128x100x!mx.mxfp8_e4m3>
    }
    ```
  }];
  let arguments = (ins MX_FloatTensor:$input,
    Optional<MX_ScalarTensor>:$tensor_amax, Optional<I64>:$seed,
    Variadic<Index>:$origin, Variadic<Index>:$extents,
    OptionalAttr<MX_ScaleRuleAttr>:$scale_rule, MX_RoundingProp:$rounding,
    DefaultValuedAttr<F32Attr, "1.0f">:$prescale,
    DefaultValuedAttr<I64Attr, "0">:$stream,
    DefaultValuedAttr<I64Attr, "16">:$random_bits, UnitAttr:$scale_min_normal);
  let results = (outs MX_ScaledTensor:$result);
  let assemblyFormat = [{
    $input (`amax` $tensor_amax^)? (`seed` $seed^)?
    (`origin` `[` $origin^ `]`)? (`extents` `[` $extents^ `]`)?
    oilist(`rounding` custom<Word>($rounding) | `scale_rule` custom<Word>($scale_rule))
    attr-dict `:` type($input) (`,` type($tensor_amax)^)? `->` type($result)
  }];
  let builders = [
    // Nearest-even by the format's default rule.
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$input), [{
      build($_builder, $_state, result, input, /*tensor_amax=*/::mlir::Value(),
            /*seed=*/::mlir::Value(), /*origin=*/::mlir::ValueRange(),
            /*extents=*/::mlir::ValueRange(), ::mx::ScaleRuleAttr(),
            ::mx::RoundingAttr::get($_builder.getContext(),
                                    ::mx::Rounding::NearestEven),
            $_builder.getF32FloatAttr(1.0), $_builder.getI64IntegerAttr(0),
            $_builder.getI64IntegerAttr(16), ::mlir::UnitAttr());
    }]>
  ];
  let extraClassDeclaration = [{
    /// The type of the result's elements.
    ::mx::ScaledType getFormat();
    /// The rule in force: the named one, or the format's default.
    ::mx::ScaleRule getEffectiveScaleRule();
  }];
  let hasCanonicalizer = 1;
}

def MX_DequantizeOp : MX_Op<"dequantize", [Pure,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>]> {
  let summary = "convert a block-scaled tensor to floats";
  let description = [{
    scale · code, rounded once to the result type (nearest even; 2^128 and more
    give Inf). Exact where the result type can hold the value. With a tensor
    scale: fl(fl(code · scale) · tensor scale). A NaN scale gives the canonical
    NaN (docs/contract.md, 13 and 20).

    Example:

    ```mlir
    func.func @f(%q: tensor<128x100x!mx.mxfp4>) -> tensor<128x100xf32> {
      %0 = mx.dequantize %q : tensor<128x100x!mx.mxfp4> -> tensor<128x100xf32>
      return %0 : tensor<128x100xf32>
    }
    ```
  }];
  let arguments = (ins MX_ScaledTensor:$input);
  let results = (outs MX_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def MX_AssembleOp : MX_Op<"assemble", [Pure, AttrSizedOperandSegments]> {
  let summary = "make a block-scaled tensor of codes and scales";
  let description = [{
    The door for stored weights, constants and other dialects' block-scaled
    values. `codes` is either *packed*, `[…, M, ceil(K/B), bytes per block]` of
    i8 (docs/contract.md, 12), or *one code an element*, of the result's shape
    with the element's own type (i8 for MXINT8 and, holding the code in its low
    bits, for elements of up to 8 bits; i16 for wider ones). `scale` is
    `[…, M, ceil(K/B)]` (`[…, ceil(M/r), ceil(K/c)]` for tiles) of the scale's
    type, or of i8 holding its code. `[B, 1]` takes the arrays of its
    transpose's `[B]`.

    Unused bits and the elements after the last column must be zero.

    Example:

    ```mlir
    func.func @f(%codes: tensor<128x4x16xi8>, %scale: tensor<128x4xi8>,
                 %c: tensor<4x64xf8E4M3FN>, %s: tensor<4x2xf8E8M0FNU>)
        -> (tensor<128x100x!mx.mxfp4>, tensor<4x64x!mx.mxfp8_e4m3>) {
      %0 = mx.assemble %codes, %scale : tensor<128x4x16xi8>, tensor<128x4xi8>
             -> tensor<128x100x!mx.mxfp4>
      %1 = mx.assemble %c, %s : tensor<4x64xf8E4M3FN>, tensor<4x2xf8E8M0FNU>
             -> tensor<4x64x!mx.mxfp8_e4m3>
      return %0, %1 : tensor<128x100x!mx.mxfp4>, tensor<4x64x!mx.mxfp8_e4m3>
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$codes, AnyRankedTensor:$scale,
    Optional<MX_ScalarTensor>:$tensor_scale,
    // The logical extent of the last axis where it is dynamic.
    Optional<Index>:$k);
  let results = (outs MX_ScaledTensor:$result);
  let assemblyFormat = [{
    $codes `,` $scale (`,` $tensor_scale^)? (`extent` $k^)? attr-dict `:`
    type($codes) `,` type($scale) (`,` type($tensor_scale)^)? `->` type($result)
  }];
}

def MX_DisassembleOp : MX_Op<"disassemble", [Pure]> {
  let summary = "take a block-scaled tensor apart into codes and scales";
  let description = [{
    The inverse of `mx.assemble`, with the same choice of result types.

    Example:

    ```mlir
    func.func @f(%q: tensor<128x100x!mx.nvfp4>)
        -> (tensor<128x7x8xi8>, tensor<128x7xf8E4M3FN>, tensor<f32>) {
      %c, %s, %t = mx.disassemble %q : tensor<128x100x!mx.nvfp4>
             -> tensor<128x7x8xi8>, tensor<128x7xf8E4M3FN>, tensor<f32>
      return %c, %s, %t : tensor<128x7x8xi8>, tensor<128x7xf8E4M3FN>, tensor<f32>
    }
    ```
  }];
  let arguments = (ins MX_ScaledTensor:$input);
  let results = (outs AnyRankedTensor:$codes, AnyRankedTensor:$scale,
    Optional<MX_ScalarTensor>:$tensor_scale);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($codes) `,` type($scale)
    (`,` type($tensor_scale)^)?
  }];
  let hasCanonicalizer = 1;
}

def MX_AmaxOp : MX_Op<"amax", [Pure]> {
  let summary = "the largest finite magnitude of a tensor";
  let description = [{
    max |x| over the finite elements, widened to f32; 0 where there is none.
    NVFP4's tensor scale follows from it (docs/contract.md, 17); a sharded
    tensor's is the maximum of its shards'.

    ```mlir
    func.func @f(%x: tensor<?x64xbf16>) -> tensor<f32> {
      %0 = mx.amax %x : tensor<?x64xbf16> -> tensor<f32>
      return %0 : tensor<f32>
    }
    ```
  }];
  let arguments = (ins MX_FloatTensor:$input);
  let results = (outs 0DTensorOf<[F32]>:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 0;
}

#endif // MX_DIALECT_MX_IR_MXQUANTIZEOPS_TD
