//===- MXPackedOps.td - Ops on packed codes and scales ------*- tablegen -*-===//
//
// Codes are [..., M, ceil(K/B), bytes per block] of i8, scales
// [..., ceil(M/r), ceil(K/c)] of i8 or f32, a tensor scale is one f32. All ops
// are destination style, on tensors or memrefs.
//
//===----------------------------------------------------------------------===//

#ifndef MX_DIALECT_MX_IR_MXPACKEDOPS_TD
#define MX_DIALECT_MX_IR_MXPACKEDOPS_TD

include "mx/Dialect/MX/IR/MXTransformOps.td"

def MX_QuantizerArrayAttr : TypedArrayAttrBase<MX_QuantizerAttr,
    "array of one or two #mx.quantizer">;

def MX_PackedQuantizeOp : MX_DestinationStyleOp<"packed.quantize", [AttrSizedOperandSegments]> {
  let summary = "quantise floats to packed codes and scales, once or in two forms";
  let description = [{
    For each of the one or two `quantizers`, in order, `outs` holds codes,
    scale and, for a format with a tensor scale, that f32. Two quantizers read
    the source once; typically one is row-wise and one transposed. `seed` feeds
    stochastic rounding and seeded signs; `origin` and `extents` are those of
    the source's own axes, as in `mx.quantize` (a transposed quantizer numbers
    rows and columns of the transposed operand from them).

    A `[B, 1]` format is written as its transpose's `[B]`.

    Example:

    ```mlir
    func.func @f(%x: tensor<64x128xf32>, %c: tensor<64x4x16xi8>, %s: tensor<64x4xi8>)
        -> (tensor<64x4x16xi8>, tensor<64x4xi8>) {
      %0:2 = mx.packed.quantize ins(%x : tensor<64x128xf32>)
               outs(%c, %s : tensor<64x4x16xi8>, tensor<64x4xi8>)
               {quantizers = [#mx.quantizer<format = !mx.mxfp4>]}
               -> tensor<64x4x16xi8>, tensor<64x4xi8>
      return %0#0, %0#1 : tensor<64x4x16xi8>, tensor<64x4xi8>
    }
    ```
  }];
  let arguments = (ins MX_FloatShaped:$input,
    Optional<MX_ScalarTensor>:$tensor_amax, Optional<I64>:$seed,
    Variadic<Index>:$origin, Variadic<Index>:$extents,
    Variadic<MX_ScaleShaped>:$inits, MX_QuantizerArrayAttr:$quantizers);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    `ins` `(` $input (`,` `amax` $tensor_amax^)? `:` type($input) (`,` type($tensor_amax)^)? `)`
    `outs` `(` $inits `:` type($inits) `)`
    (`seed` $seed^)? (`origin` `[` $origin^ `]`)? (`extents` `[` $extents^ `]`)?
    attr-dict (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitsMutable(); }
    /// The quantizers, typed.
    ::llvm::SmallVector<::mx::QuantizerAttr> getQuantizerAttrs();
    /// The inits that quantizer `i` writes: codes, scale[, tensor scale].
    ::mlir::OperandRange getInitsOf(unsigned i);
  }];
}

def MX_PackedDequantizeOp : MX_DestinationStyleOp<"packed.dequantize"> {
  let summary = "convert packed codes and scales to floats";
  let description = [{
    As `mx.dequantize`; `format` is the type the codes were packed from, and
    `outs` has the logical shape. With `transpose` the result is the transpose
    of what was packed.

    ```mlir
    func.func @f(%c: tensor<64x4x16xi8>, %s: tensor<64x4xi8>, %x: tensor<64x100xf32>)
        -> tensor<64x100xf32> {
      %0 = mx.packed.dequantize ins(%c, %s : tensor<64x4x16xi8>, tensor<64x4xi8>)
             outs(%x : tensor<64x100xf32>) {format = !mx.mxfp4} -> tensor<64x100xf32>
      return %0 : tensor<64x100xf32>
    }
    ```
  }];
  let arguments = (ins MX_ByteShaped:$codes, MX_ScaleShaped:$scale,
    Optional<MX_ScalarTensor>:$tensor_scale, MX_FloatShaped:$init,
    TypeAttr:$format, UnitAttr:$transpose);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $codes `,` $scale (`,` $tensor_scale^)? `:` type($codes) `,` type($scale) (`,` type($tensor_scale)^)? `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
    ::mx::ScaledType getScaledFormat();
  }];
}

def MX_PackedMatmulOp : MX_DestinationStyleOp<"packed.matmul", [AttrSizedOperandSegments]> {
  let summary = "a matrix product of packed operands";
  let description = [{
    As `mx.matmul`. An operand with a format is (codes, scale[, tensor scale]);
    one without is a float tensor `[…, M, K]`. `k` is the logical extent of the
    contraction. `outs` is overwritten; `acc` is added.

    With `b_layout tile_16x4` (or `a_layout`) codes and scales are those bytes in
    tiles of `mx.packed.relayout`, codes as the matrix `[…, N, J·bytes]`: codes
    `[…, ceil(N/16), J·bytes/4, 64]`, scales `[…, ceil(N/16), ceil(J/4), 64]`.
    The format then has 8-bit scales and blocks of one row, of a multiple of 4
    bytes; N is the extent of `outs`. `mx-prepack` makes such operands.

    ```mlir
    func.func @f(%a: tensor<64x4x16xi8>, %as: tensor<64x4xi8>, %b: tensor<32x100xf32>,
                 %out: tensor<64x32xf32>) -> tensor<64x32xf32> {
      %k = arith.constant 100 : index
      %0 = mx.packed.matmul a(%a, %as : tensor<64x4x16xi8>, tensor<64x4xi8>)
             b(%b : tensor<32x100xf32>) k %k outs(%out : tensor<64x32xf32>)
             {a_format = !mx.mxfp4} -> tensor<64x32xf32>
      return %0 : tensor<64x32xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<MX_AnyShaped>:$a, Variadic<MX_AnyShaped>:$b,
    Index:$k, Optional<MX_FloatShaped>:$acc, MX_FloatShaped:$init,
    OptionalAttr<TypeAttr>:$a_format, OptionalAttr<TypeAttr>:$b_format,
    DefaultValuedAttr<F32Attr, "1.0f">:$alpha, MX_AccumulateProp:$accumulate,
    MX_ScaleLayoutProp:$a_layout, MX_ScaleLayoutProp:$b_layout);
  let useCustomPropertiesEncoding = 1; // MXBytecode.cpp
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `a` `(` $a `:` type($a) `)` `b` `(` $b `:` type($b) `)` `k` $k
    (`acc` `(` $acc^ `:` type($acc) `)`)? `outs` `(` $init `:` type($init) `)`
    oilist(`accumulate` custom<Word>($accumulate) | `a_layout` custom<Word>($a_layout)
           | `b_layout` custom<Word>($b_layout)) attr-dict (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
    /// The formats, or null for a float operand.
    ::mx::ScaledType getAScaledFormat();
    ::mx::ScaledType getBScaledFormat();
    bool isLinear() {
      return getALayout() == ::mx::ScaleLayout::Linear &&
             getBLayout() == ::mx::ScaleLayout::Linear;
    }
  }];
}

def MX_PackedRelayoutOp : MX_DestinationStyleOp<"packed.relayout"> {
  let summary = "change the physical order of a matrix of scales or codes";
  let description = [{
    | layout | order of `[…, R, C]` bytes |
    |---|---|
    | `linear` | row-major |
    | `tile_128x4` | `[…, ceil(R/128), ceil(C/4), 512]`: row r, column c at (r mod 32)·16 + ((r mod 128) div 32)·4 + c mod 4 of its tile (cuBLAS, PTX scale_vec); padding bytes are 0 |
    | `tile_16x4` | `[…, ceil(R/16), ceil(C/4), 64]`: row r, column c at (r mod 16)·4 + c mod 4 of its tile; padding bytes are 0. A vector of 64 bytes has 4 bytes of each of 16 rows: 8 elements of 4 bits, or the scales of 4 blocks (libmx_runtime) |

    ```mlir
    func.func @f(%s: tensor<64x7xi8>, %o: tensor<1x2x512xi8>) -> tensor<1x2x512xi8> {
      %0 = mx.packed.relayout ins(%s : tensor<64x7xi8>) outs(%o : tensor<1x2x512xi8>)
             linear to tile_128x4 -> tensor<1x2x512xi8>
      return %0 : tensor<1x2x512xi8>
    }
    ```
  }];
  let arguments = (ins MX_ByteShaped:$input, MX_ByteShaped:$init,
    MX_ScaleLayoutAttr:$from, MX_ScaleLayoutAttr:$to);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $init `:` type($init) `)`
    custom<Word>($from) `to` custom<Word>($to) attr-dict (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
  let hasCanonicalizer = 1;
}

#endif // MX_DIALECT_MX_IR_MXPACKEDOPS_TD
