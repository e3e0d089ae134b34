//===- SavedReport.h - Bytes kept for the backward products -----*- C++ -*-===//

#ifndef MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDREPORT_H
#define MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDREPORT_H

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace mx {

/// Counts what backward products read of their forward products' operands, in
/// the form in which it lives from one to the other.
class SavedReport {
public:
  /// `operand` of a backward product is shared with a forward one. It is
  /// followed through views and dequantisation to what is kept.
  void addOperand(mlir::Value operand);
  /// A clip mask that a backward product reads.
  void addMask(mlir::Value mask);

  /// A remark on each function, with the bytes of bf16 beside.
  void emit() const;

private:
  struct Kept {
    llvm::SetVector<mlir::Value> operands, masks;
  };
  Kept &getKept(mlir::Value value);
  /// By function.
  llvm::MapVector<mlir::Operation *, Kept> kept;
};

} // namespace mx

#endif // MX_LIB_DIALECT_MX_TRANSFORMS_SAVEDREPORT_H
