//===- MXTypes.td - Types of the mx dialect -----------------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_IR_MXTYPES_TD
#define MX_DIALECT_MX_IR_MXTYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "mx/Dialect/MX/IR/MXDialect.td"
include "mx/Dialect/MX/IR/MXEnums.td"

class MX_Type<string name, string typeMnemonic>
    : TypeDef<MX_Dialect, name> {
  let mnemonic = typeMnemonic;
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def MX_MiniFloatType : MX_Type<"MiniFloat", "float"> {
  let summary = "a sign-exponent-mantissa float of at most 16 bits";
  let description = [{
    `!mx.float<E, M>` has E exponent bits (0 to 8), M mantissa bits and a sign
    unless `unsigned` is given; 1 to 16 bits in all. The bias is
    2^(E-1) - 1 (0 for E = 0); exponent field 0 holds the subnormals. The kind
    says which codes are not numbers:

    | kind | Inf | NaN |
    |---|---|---|
    | `ieee` | exponent all ones, mantissa 0 | exponent all ones, mantissa not 0 |
    | `fn` | none | all exponent and mantissa bits set |
    | `finite` (default) | none | none |

    `!mx.float<2, 1>` has the numbers of `f4E2M1FN`; `!mx.float<5, 3, fn,
    unsigned>` is the UE5M3 scale. The formats of "Scaling Laws for
    Floating-Point Quantization Training" (arXiv 2501.02423, section 3.1) are
    of kind `finite`.

    Example:

    ```mlir
    func.func @f(%x: tensor<4x!mx.float<3, 4>>,
                 %y: tensor<4x!mx.float<5, 3, fn, unsigned>>) { return }
    ```
  }];
  let parameters = (ins "unsigned":$exponentBits, "unsigned":$mantissaBits,
                        "FloatKind":$kind, "bool":$isUnsigned);
  let extraClassDeclaration = [{
    unsigned getWidth() const {
      return getExponentBits() + getMantissaBits() + (getIsUnsigned() ? 0 : 1);
    }
  }];
}

def MX_ScaledType : MX_Type<"Scaled", "scaled"> {
  let summary = "element type of a block-scaled tensor";
  let description = [{
    `!mx.scaled<element, scale, [block]>`: the element type of a ranked tensor
    whose blocks share a scale; the value of an element is scale times code.
    It is an element type of ranked tensors and of nothing else.

    | part | may be |
    |---|---|
    | element | `f4E2M1FN`, `f6E2M3FN`, `f6E3M2FN`, `f8E4M3FN`, `f8E5M2`, `i8` (MXINT8: code times 2^-6), `!mx.float` |
    | scale | `f8E8M0FNU`, `f8E4M3FN`, `!mx.float<5, 3, fn, unsigned>`, `f32` |
    | block | `[32]`: 32 along the last axis; `[16, 16]`: a tile of the last two axes; `[32, 1]`: 32 along the last but one; `full` in place of a number: the whole axis |
    | `tensor_scale = f32` | NVFP4's second level, with an 8-bit float scale |

    A scaled tensor has no constants: `mx.assemble` builds it from ordinary
    ones. Named forms stand for the types of the standards:

    | form | type |
    |---|---|
    | `!mx.mxfp4` | `!mx.scaled<f4E2M1FN, f8E8M0FNU, [32]>` |
    | `!mx.mxfp6_e2m3` | `!mx.scaled<f6E2M3FN, f8E8M0FNU, [32]>` |
    | `!mx.mxfp6_e3m2` | `!mx.scaled<f6E3M2FN, f8E8M0FNU, [32]>` |
    | `!mx.mxfp8_e4m3` | `!mx.scaled<f8E4M3FN, f8E8M0FNU, [32]>` |
    | `!mx.mxfp8_e5m2` | `!mx.scaled<f8E5M2, f8E8M0FNU, [32]>` |
    | `!mx.mxint8` | `!mx.scaled<i8, f8E8M0FNU, [32]>` |
    | `!mx.nvfp4` | `!mx.scaled<f4E2M1FN, f8E4M3FN, [16], tensor_scale = f32>` |

    Source: OCP Microscaling Formats v1.0, section 5; NVFP4: arXiv 2509.25149,
    appendix B.

    Example:

    ```mlir
    func.func @f(%a: tensor<128x256x!mx.mxfp4>,
                 %b: tensor<128x256x!mx.scaled<!mx.float<3, 2>, f32, [full]>>) {
      return
    }
    ```
  }];
  let parameters = (ins "::mlir::Type":$element, "::mlir::Type":$scale,
                        ArrayRefParameter<"int64_t">:$block,
                        "bool":$hasTensorScale);
  let extraClassDeclaration = [{
    /// A block extent that covers the whole axis, printed as `full`.
    static constexpr int64_t kFull = -1;

    /// The extent of a block along the last but one axis (1, r or kFull).
    int64_t getBlockRows() const {
      return getBlock().size() == 2 ? getBlock()[0] : 1;
    }
    /// The extent of a block along the last axis (1, c or kFull).
    int64_t getBlockCols() const { return getBlock().back(); }

    /// The type whose tensor is this one's transpose: the block swaps too.
    ScaledType getTransposed() const;
    /// True where only an element of the last axis is divided into blocks.
    bool isRowWise() const { return getBlockRows() == 1; }
    /// True for [B, 1]: stored as the transpose's [B].
    bool isColumnWise() const {
      return getBlock().size() == 2 && getBlockCols() == 1;
    }

    /// The type that a named form ("mxfp4", "nvfp4") stands for, or null.
    static ScaledType getNamed(::mlir::MLIRContext *context,
                               ::llvm::StringRef name);
    /// The named form of this type, or an empty string.
    ::llvm::StringRef getName() const;
    /// All named forms, in the order of the documentation.
    static ::llvm::ArrayRef<::llvm::StringLiteral> getNames();
  }];
  let builders = [
    TypeBuilder<(ins "::mlir::Type":$element, "::mlir::Type":$scale,
                     "::mlir::ArrayRef<int64_t>":$block,
                     CArg<"bool", "false">:$hasTensorScale)>
  ];
  let skipDefaultBuilders = 1;
}

#endif // MX_DIALECT_MX_IR_MXTYPES_TD
