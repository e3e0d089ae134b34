//===- MXOpBase.td - Bases and operand constraints ----------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_IR_MXOPBASE_TD
#define MX_DIALECT_MX_IR_MXOPBASE_TD

include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mx/Dialect/MX/IR/MXAttrs.td"

class MX_Op<string opMnemonic, list<Trait> traits = []>
    : Op<MX_Dialect, opMnemonic, traits> {
  let hasVerifier = 1;
}

/// f32, bf16 and f16: each widens exactly to f32.
def MX_Float : AnyTypeOf<[F32, BF16, F16], "f32, bf16 or f16">;
def MX_FloatTensor : RankedTensorOf<[MX_Float]>;
def MX_FloatShaped : AnyTypeOf<[RankedTensorOf<[MX_Float]>, MemRefOf<[MX_Float]>],
                               "tensor or memref of f32, bf16 or f16">;

def MX_Scaled : Type<CPred<"::llvm::isa<::mx::ScaledType>($_self)">,
                     "block-scaled element", "::mx::ScaledType">;
def MX_ScaledTensor : RankedTensorOf<[MX_Scaled]>;
/// A scaled or a plain float tensor: an operand of mx.matmul.
def MX_MatmulTensor : AnyTypeOf<[MX_FloatTensor, MX_ScaledTensor],
                                "tensor of block-scaled, f32, bf16 or f16 elements">;

def MX_AnyShaped : AnyTypeOf<[AnyRankedTensor, AnyMemRef], "tensor or memref">;
/// Packed codes, or scales of an 8-bit format.
def MX_ByteShaped : AnyTypeOf<[RankedTensorOf<[I8]>, MemRefOf<[I8]>],
                              "tensor or memref of i8">;
def MX_ScaleShaped : AnyTypeOf<[RankedTensorOf<[I8, F32]>, MemRefOf<[I8, F32]>],
                               "tensor or memref of i8 or f32">;
/// One f32: an amax or a tensor scale.
def MX_ScalarTensor : AnyTypeOf<[0DTensorOf<[F32]>, MemRefRankOf<[F32], [0]>],
                                "tensor<f32> or memref<f32>">;

def MX_RoundingProp : DefaultValuedAttr<MX_RoundingAttr, "::mx::Rounding::NearestEven">;
def MX_ScaleLayoutProp : DefaultValuedAttr<MX_ScaleLayoutAttr, "::mx::ScaleLayout::Linear">;
def MX_AccumulateProp : DefaultValuedAttr<MX_AccumulateAttr, "::mx::Accumulate::Default">;

#endif // MX_DIALECT_MX_IR_MXOPBASE_TD
