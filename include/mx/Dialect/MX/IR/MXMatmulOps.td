//===- MXMatmulOps.td - The block-scaled product ------------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_IR_MXMATMULOPS_TD
#define MX_DIALECT_MX_IR_MXMATMULOPS_TD

include "mx/Dialect/MX/IR/MXOpBase.td"

def MX_MatmulOp : MX_Op<"matmul", [Pure,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>]> {
  let summary = "a matrix product of block-scaled operands";
  let description = [{
    `[batch…, M, K] × [batch…, N, K] → [batch…, M, N]`: the contraction runs
    over the last axis of both operands. Batch axes broadcast from the right
    (an extent of 1, or a missing axis, repeats). The formats of the operands
    may differ and one may be a plain float. With `acc`, the product is added
    to it; `alpha` multiplies the f32 result and must then be 1.

    `accumulate` says how the sum over K is made: `exact` is the infinitely
    precise sum rounded once to f32, the same bits on every target; `default`
    is of f32 quality; `fast` is the hardware's own. Then, in this order:
    `acc` is added, each tensor scale is multiplied in, then `alpha`, each
    rounded to f32, and one rounding to the result type (docs/contract.md, 25).

    Example:

    ```mlir
    func.func @f(%a: tensor<64x128x!mx.mxfp4>, %b: tensor<32x128x!mx.mxfp4>)
        -> tensor<64x32xf32> {
      %0 = mx.matmul %a, %b accumulate exact {alpha = 1.77777779 : f32}
             : tensor<64x128x!mx.mxfp4>, tensor<32x128x!mx.mxfp4> -> tensor<64x32xf32>
      return %0 : tensor<64x32xf32>
    }
    ```
  }];
  let arguments = (ins MX_MatmulTensor:$a, MX_MatmulTensor:$b,
    Optional<MX_FloatTensor>:$acc,
    DefaultValuedAttr<F32Attr, "1.0f">:$alpha, MX_AccumulateProp:$accumulate);
  let results = (outs MX_FloatTensor:$result);
  let assemblyFormat = [{
    $a `,` $b (`acc` $acc^)? oilist(`accumulate` custom<Word>($accumulate)) attr-dict
    `:` type($a) `,` type($b) (`,` type($acc)^)? `->` type($result)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$a,
                   "::mlir::Value":$b), [{
      build($_builder, $_state, result, a, b, /*acc=*/::mlir::Value(),
            $_builder.getF32FloatAttr(1.0),
            ::mx::AccumulateAttr::get($_builder.getContext(),
                                      ::mx::Accumulate::Default));
    }]>
  ];
}

#endif // MX_DIALECT_MX_IR_MXMATMULOPS_TD
