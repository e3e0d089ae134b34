//===- MXDialect.td - The mx dialect ------------------------*- tablegen -*-===//

#ifndef MX_DIALECT_MX_IR_MXDIALECT_TD
#define MX_DIALECT_MX_IR_MXDIALECT_TD

include "mlir/IR/OpBase.td"

def MX_Dialect : Dialect {
  let name = "mx";
  let cppNamespace = "::mx";
  let summary = "Block-scaled (microscaled) low-precision arithmetic";
  let description = [{
    Matrix products in microscaled floating point: OCP MX (MXFP4, MXFP6, MXFP8,
    MXINT8), NVFP4, and any ExMy element with any block size.

    The dialect has two levels. On the *value level* a tensor's element type
    says how its numbers are stored, `tensor<128x256x!mx.mxfp4>`, and the ops
    are pure. On the *packed level* (`mx.packed.*`) codes and scales are
    ordinary `i8` tensors or memrefs; `mx-pack` goes from one to the other.
    Every op has one numeric meaning, given by the contract
    (`docs/contract.md`), on every target.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 0;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let extraClassDeclaration = [{
    /// The function argument that carries the seed (i64, the last one).
    static constexpr llvm::StringLiteral kSeedAttrName = "mx.seed";
    /// The part a product plays: "forward", "dgrad" or "wgrad".
    static constexpr llvm::StringLiteral kRoleAttrName = "mx.role";
    /// A name for `exclude` patterns, beside the location's names.
    static constexpr llvm::StringLiteral kNameAttrName = "mx.name";
    /// How one product is rewritten, an #mx.product, whatever the recipe says.
    static constexpr llvm::StringLiteral kProductAttrName = "mx.product";
    /// An argument that is the moving average of another one, whose number it
    /// gives: forward products round that one by it (docs/contract.md, 31).
    static constexpr llvm::StringLiteral kAverageAttrName = "mx.ema_of";
    /// A promise on an argument: what its array holds was there before any call
    /// was queued on a GPU, and nothing that is queued there before or beside a
    /// call writes to it, so that kernels may read it before those ahead of them
    /// are done.
    static constexpr llvm::StringLiteral kConstantAttrName = "mx.constant";
    /// On a function: what each row of its last two results, the tables of
    /// mx-statistics, is about.
    static constexpr llvm::StringLiteral kStatisticsAttrName = "mx.statistics";
    /// The names of a tensor's axes in C, an array of identifiers, on an
    /// argument or a result. Axes of one name have one extent. On a function:
    /// the order in which it takes the dynamic ones.
    static constexpr llvm::StringLiteral kAxesAttrName = "mx.axes";
    /// A module attribute: the recipe in a recipe file.
    static constexpr llvm::StringLiteral kRecipeAttrName = "mx.recipe";
    /// How the nvvm target computes a packed op, an #mx.schedule.
    static constexpr llvm::StringLiteral kScheduleAttrName = "mx.schedule";

    /// Parses and prints `!mx.float`, `!mx.scaled` and the named forms.
    ::mlir::Type parseType(::mlir::DialectAsmParser &parser) const override;
    void printType(::mlir::Type type,
                   ::mlir::DialectAsmPrinter &printer) const override;

    void registerTypes();
    void registerAttributes();
    void registerBytecodeInterface();
  }];
}

#endif // MX_DIALECT_MX_IR_MXDIALECT_TD
