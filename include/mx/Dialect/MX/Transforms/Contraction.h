//===- Contraction.h - What a matrix product looks like ---------*- C++ -*-===//
//
// One view of every op that is a matrix product: linalg.matmul (also with
// maps), batch_matmul, contract, linalg.generic with a multiply-add body, and
// any op with ProductOpInterface.
//
//===----------------------------------------------------------------------===//

#ifndef MX_DIALECT_MX_TRANSFORMS_CONTRACTION_H
#define MX_DIALECT_MX_TRANSFORMS_CONTRACTION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mx {

/// A product of two float tensors: its loops, sorted into those of both
/// operands and the result (batch), of the left operand (m), of the right one
/// (n) and of both operands but not the result (k). Each list is in the
/// iterator order of the op and none but batch is empty.
struct Contraction {
  mlir::Operation *op = nullptr;
  mlir::OpOperand *lhs = nullptr, *rhs = nullptr;
  mlir::AffineMap lhsMap, rhsMap, resultMap;
  mlir::RankedTensorType type; ///< of the product
  /// What a linalg op adds to; null where there is no such operand.
  mlir::Value init;
  llvm::SmallVector<unsigned> batch, m, n, k;

  mlir::Value getLhs() const { return lhs->get(); }
  mlir::Value getRhs() const { return rhs->get(); }

  /// The extent of a loop as the operands' types have it.
  int64_t getExtent(unsigned loop) const;

  /// True where both operands have a batch loop of more than one step: two
  /// activations, as in attention.
  bool isBatched() const;
};

/// True for an op that multiplies two tensors and adds along an axis, whether
/// or not it is a contraction that can be rewritten.
bool isProductLike(mlir::Operation *op);

/// The contraction that an op is, or a failure with the reason in `whyNot`.
mlir::FailureOr<Contraction> getContraction(mlir::Operation *op,
                                            std::string &whyNot);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_CONTRACTION_H
