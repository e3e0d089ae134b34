//===- FloatProduct.h - Products of float operands --------------*- C++ -*-===//
//
// A linalg op, on tensors or memrefs, that is a product of matrices whose axes
// lie in groups: what kernels for float operands take.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_CONVERSION_NVVM_FLOATPRODUCT_H
#define MX_LIB_CONVERSION_NVVM_FLOATPRODUCT_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mx::nvvm {

/// out[batch…, m…, n…] += Σ a[batch…, m…, k…] · b[batch…, n…, k…], of f32, bf16
/// and f16 each. Each group is one axis to the kernels, or none.
struct FloatProduct {
  struct Operand {
    mlir::Value value;
    /// [batch…, k…, m… or n…]
    bool isTransposed = false;
  };
  Operand a, b;
  mlir::Value out;
  int64_t numBatch = 0, numM = 0, numK = 0;

  /// Axes [first, last) of an operand: its rows (m or n), and k.
  std::pair<int64_t, int64_t> getRowAxes(const Operand &operand) const;
  std::pair<int64_t, int64_t> getContractedAxes(const Operand &operand) const;
  /// The product of the extents of some axes; kDynamic where one is.
  static int64_t getExtent(mlir::Value value, std::pair<int64_t, int64_t> axes);
};

/// The product that an op is; none where it is something else or where its axes
/// do not lie so.
std::optional<FloatProduct> getFloatProduct(mlir::linalg::LinalgOp op);

/// On tensors: transposes operands whose axes do not lie in groups, keeping
/// their last axis where it is, and gives a product that adds to a fill one of
/// its own. The op to go on with, which may be the same.
mlir::linalg::LinalgOp groupAxes(mlir::RewriterBase &rewriter,
                                 mlir::linalg::LinalgOp op);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_FLOATPRODUCT_H
