//===- SavedOperands.h - Backward products of packed operands ---*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDOPERANDS_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDOPERANDS_H

#include "mlir/IR/Builders.h"

namespace mx {

/// `use` is a view (transposes, reshapes, copies) of a value of which `operand`
/// is a view too. Returns the same view of that value with `operand` replaced
/// by `saved`, which has its shape; null, having built nothing, where a step
/// between them cannot be undone (a cast, a broadcast) or `saved` is not
/// visible at `b`.
mlir::Value viewSavedOperand(mlir::OpBuilder &b, mlir::Value use,
                             mlir::Value operand, mlir::Value saved);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDOPERANDS_H
