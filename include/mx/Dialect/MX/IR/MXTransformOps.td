//===- MXTransformOps.td - Hadamard, cast, transpose, seeds -*- tablegen -*-===//

#ifndef MX_DIALECT_MX_IR_MXTRANSFORMOPS_TD
#define MX_DIALECT_MX_IR_MXTRANSFORMOPS_TD

include "mx/Dialect/MX/IR/MXOpBase.td"

class MX_DestinationStyleOp<string mnemonic, list<Trait> traits = []>
    : MX_Op<mnemonic, traits # [DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>]>;

def MX_HadamardOp : MX_DestinationStyleOp<"hadamard"> {
  let summary = "a blockwise Hadamard transform of the last axis";
  let description = [{
    Each group of `transform.size` elements of the last axis becomes
    x·diag(S)·H/√size: signs, f32 butterflies with strides 1, 2, 4, …, one
    multiplication by the f32 nearest 1/√size (docs/contract.md, 14 and 23).
    The last axis must be a multiple of the size. `signs = seed` needs `seed`;
    operands that share `sign_stream` and seed share signs, so the transform
    cancels in their product. Works on tensors (result) and memrefs (none).

    Source: "Training LLMs with MXFP4", arXiv 2502.20586, section 3.2.

    Example:

    ```mlir
    func.func @f(%x: tensor<8x128xbf16>, %out: tensor<8x128xf32>, %seed: i64)
        -> tensor<8x128xf32> {
      %0 = mx.hadamard ins(%x : tensor<8x128xbf16>) outs(%out : tensor<8x128xf32>)
             seed %seed transform <size = 64, signs = seed> {sign_stream = 5 : i64}
             -> tensor<8x128xf32>
      return %0 : tensor<8x128xf32>
    }
    ```
  }];
  let arguments = (ins MX_FloatShaped:$input, MX_FloatShaped:$init,
    Optional<I64>:$seed, MX_HadamardAttr:$transform,
    DefaultValuedAttr<I64Attr, "0">:$sign_stream);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $init `:` type($init) `)`
    (`seed` $seed^)? `transform` $transform attr-dict (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

def MX_CastOp : MX_DestinationStyleOp<"cast", [AttrSizedOperandSegments]> {
  let summary = "round floats to a narrower float, without a block scale";
  let description = [{
    Rounds each element once to the element type of `outs`: a builtin float of
    at most 16 bits or `!mx.float`. Overflow to bf16, f16 and `ieee` kinds
    gives Inf; f8E5M2, `fn` and `finite` kinds saturate, Inf too; NaN gives the
    canonical NaN, or the largest number where there is none
    (docs/contract.md, 15). `stochastic` needs `seed`; `stream`, `random_bits`,
    `origin` and `extents` as in `mx.quantize`.

    Example:

    ```mlir
    func.func @f(%x: tensor<4x8xf32>, %out: tensor<4x8xf8E4M3FN>) -> tensor<4x8xf8E4M3FN> {
      %0 = mx.cast ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf8E4M3FN>)
             -> tensor<4x8xf8E4M3FN>
      return %0 : tensor<4x8xf8E4M3FN>
    }
    ```
  }];
  let arguments = (ins MX_FloatShaped:$input, MX_AnyShaped:$init,
    Optional<I64>:$seed, Variadic<Index>:$origin, Variadic<Index>:$extents,
    // The float format of an init that holds codes (i8 or i16 storage, after
    // mx-pack, where the element type no longer says it).
    OptionalAttr<TypeAttr>:$format,
    MX_RoundingProp:$rounding, DefaultValuedAttr<I64Attr, "0">:$stream,
    DefaultValuedAttr<I64Attr, "16">:$random_bits);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $init `:` type($init) `)`
    (`seed` $seed^)? (`origin` `[` $origin^ `]`)? (`extents` `[` $extents^ `]`)?
    oilist(`rounding` custom<Word>($rounding)) attr-dict (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
    /// The float type that elements are rounded to.
    ::mlir::Type getTargetFormat();
  }];
}

def MX_TransposeOp : MX_Op<"transpose", [Pure,
    DeclareOpInterfaceMethods<InferTypeOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>]> {
  let summary = "swap the last two axes of a block-scaled tensor, and its block";
  let description = [{
    Moves no numbers between blocks: the result's block is the input's with its
    two extents swapped (`[32]` becomes `[32, 1]`, `[16, 16]` stays).

    ```mlir
    func.func @f(%w: tensor<64x128x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>)
        -> tensor<128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>> {
      %0 = mx.transpose %w : tensor<64x128x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>
             -> tensor<128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>
      return %0 : tensor<128x64x!mx.scaled<f4E2M1FN, f8E8M0FNU, [16, 16]>>
    }
    ```
  }];
  let arguments = (ins MX_ScaledTensor:$input);
  let results = (outs MX_ScaledTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 0;
  let hasFolder = 1;
}

def MX_DeriveSeedOp : MX_Op<"derive_seed", [Pure]> {
  let summary = "a new seed for a call site or a loop iteration";
  let description = [{
    One Philox4x32-10 call with counter (id low, id high, 0, 2) under the key
    `seed`; words 0 and 1 are the new seed (docs/contract.md, 24), so that no
    two executions share random bits.

    ```mlir
    func.func @f(%seed: i64, %iteration: i64) -> i64 {
      %0 = mx.derive_seed %seed, %iteration
      return %0 : i64
    }
    ```
  }];
  let arguments = (ins I64:$seed, I64:$id);
  let results = (outs I64:$result);
  let assemblyFormat = "$seed `,` $id attr-dict";
  let hasVerifier = 0;
  let hasFolder = 1;
}

#endif // MX_DIALECT_MX_IR_MXTRANSFORMOPS_TD
