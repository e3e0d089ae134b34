//===- RewriteProduct.h - One product in block-scaled form ------*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_REWRITEPRODUCT_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_REWRITEPRODUCT_H

#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Contraction.h"

namespace mx {

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
};

/// The quantised operands of a rewritten product as floats, in the layout of
/// the contraction's operands; null where an operand stayed float or was
/// transformed before it was quantised.
struct QuantizedOperands {
  mlir::Value lhs, rhs;
};

/// Replaces a contraction by [transpose, reshape, pad, mx.hadamard,]
/// mx.quantize of both operands, mx.matmul, and the way back to its result.
/// `saved`, if given, receives the operands for the backward products.
void rewriteProduct(mlir::RewriterBase &rewriter,
                    const Contraction &contraction,
                    const ProductRewrite &rewrite,
                    QuantizedOperands *saved = nullptr);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_REWRITEPRODUCT_H
