//===- WeightAverage.h - Rounding by a moving average -----------*- C++ -*-===//
//
// TetraJet's Q-EMA (arXiv 2502.20853): a weight between two codes is rounded to
// the one that is nearer to the weight's moving average, which oscillates less
// (contract 31).
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_WEIGHTAVERAGE_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_WEIGHTAVERAGE_H

#include "mx/Dialect/MX/IR/MX.h"

namespace mx {

/// Where `operand` is a view of a function argument that another one averages
/// (mx.ema_of): the same view of that one, at `b`. Else null.
mlir::Value viewWeightAverage(mlir::OpBuilder &b, mlir::Value operand);

/// Why an operand recipe cannot be rounded by an average, or nothing.
llvm::StringRef findProblemOfAverage(OperandRecipeAttr recipe,
                                     HadamardAttr hadamard);

/// `quantized`, which is `matrix` rounded toward zero, with the codes that
/// `average` (of the matrix's shape) is nearer to.
mlir::Value roundByAverage(mlir::OpBuilder &b, mlir::Location loc,
                           mlir::Value matrix, mlir::Value average,
                           mlir::Value quantized);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_WEIGHTAVERAGE_H
