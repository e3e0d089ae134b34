//===- RewriteProduct.h - One product in block-scaled form ------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_REWRITEPRODUCT_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_REWRITEPRODUCT_H

#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"

namespace mx {

/// What is done to the result of a backward product of a saved operand: it is
/// the gradient of the other forward operand, as that was quantised.
struct GradientReturn {
  mlir::Value clipMask;  ///< of the other forward operand; null: none
  HadamardAttr hadamard; ///< to be taken back after it; null: none
  /// The forward product's K is the result's rows, not its columns.
  bool onRows = false;

  explicit operator bool() const { return clipMask || hadamard; }
};

/// How one product is rewritten: the operand recipes by side (null: float).
struct ProductRewrite {
  OperandRecipeAttr lhs, rhs;
  HadamardAttr hadamard;
  mlir::FloatAttr alpha;
  Accumulate accumulate = Accumulate::Default;
  /// Product p draws from streams 2p and 2p + 1 and sign stream p.
  int64_t number = 0;
  /// The i64 seed; null where nothing is drawn.
  mlir::Value seed;
  GradientReturn gradientReturn;
  /// What operands are rounded by (WeightAverage.h), of their shapes; null:
  /// nothing.
  mlir::Value lhsAverage, rhsAverage;
};

/// From a matrix [batch…, rows, columns] back to a tensor of the source.
struct MatrixLayout {
  /// The tensor's type and extents, its axes in the order of the product's
  /// loops. Elements are those of the matrix.
  mlir::RankedTensorType type;
  llvm::SmallVector<mlir::OpFoldResult> sizes;
  /// How many of the axes are flattened into rows and columns.
  size_t rows = 1, columns = 1;
  /// The tensor's axis for each axis of `type`.
  llvm::SmallVector<int64_t> permutation;

  mlir::Value restore(mlir::OpBuilder &b, mlir::Location loc,
                      mlir::Value matrix) const;
};

/// What is kept of one operand of a forward product.
struct SavedOperand {
  /// [batch…, rows, K]; null where `problem` says why nothing is kept.
  mlir::Value quantized;
  llvm::StringRef problem;
  MatrixLayout layout;
  /// The transform of K; null: none.
  HadamardAttr hadamard;
  /// ClipMask.h, where the scale rule clips by intent (quest).
  mlir::Value clipMask;

  /// The operand in its own layout, dequantised to `element`.
  mlir::Value toFloat(mlir::OpBuilder &b, mlir::Location loc,
                      mlir::Type element) const;
};

struct SavedOperands {
  SavedOperand lhs, rhs;
};

/// Replaces a contraction by [transpose, reshape, pad, mx.hadamard,]
/// mx.quantize of both operands, mx.matmul, and the way back to its result.
/// `saved`, if given, receives the operands for the backward products.
void rewriteProduct(mlir::RewriterBase &rewriter,
                    const Contraction &contraction,
                    const ProductRewrite &rewrite,
                    SavedOperands *saved = nullptr);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_REWRITEPRODUCT_H
