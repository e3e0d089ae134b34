//===- LowerFold.h - What s8_fold and bf16_fold launch alike ----*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERFOLD_H
#define MX_LIB_CONVERSION_NVVM_LOWERFOLD_H

#include "../../Target/NVVM/Kernels/FoldMultiply.h"
#include "FindEpilogue.h"
#include "Lowerings.h"

namespace mx::nvvm {

/// One operand as the kernel multiply takes it.
struct FoldedOperand {
  mlir::Value rows;        ///< buffer of [items, rowsPerItem, rowBytes] bytes
  mlir::Value rowsPerItem; ///< index; K where transposed
  mlir::Value rowBytes;    ///< index, a multiple of 16
  mlir::Value factors;     ///< f32 buffer, or null
  mlir::Value tensorScale; ///< f32 buffer, or null
  int parts = 1;
  /// rows are [items, K, rowBytes] with rowBytes along M or N.
  bool isTransposed = false;
};

/// The products that an op is: batches of both operands, or, where B has no
/// batch axes, all rows of A in one.
struct FoldShape {
  FoldShape(HostCode &host, PackedMatmulOp op);
  FoldShape(mlir::Value items, mlir::Value m, mlir::Value n)
      : items(items), m(m), n(n) {}

  mlir::Value items, m, n;
};

/// Room for the factors of rows, with a tile past their end.
mlir::Value allocateFactors(HostCode &host, mlir::Value rows);

/// What of a form follows from the operands and the result.
fold::Form getForm(fold::Units units, mlir::Value out, const FoldedOperand &a,
                   const FoldedOperand &b);
/// And from the op.
fold::Form getForm(fold::Units units, PackedMatmulOp op, const FoldedOperand &a,
                   const FoldedOperand &b, const Epilogue &epilogue);

/// What of a form the operands' formats do not tell, as `_f32_even`.
std::string describeForm(const fold::Form &form);

/// `acc` is null where the form has none.
void launchMultiply(HostCode &host, mlir::gpu::GPUModuleOp kernels,
                    const fold::Form &form, const FoldShape &shape,
                    const FoldedOperand &a, const FoldedOperand &b,
                    mlir::Value out, mlir::Value acc,
                    mlir::ValueRange bandOperands = {},
                    mlir::Value choice = {});

/// The kernels that stand ready where `choice` may be E5M2 or BF16. Operands
/// are rows of E5M2, which are as long as those of s8, in room for bf16.
void launchSpare(HostCode &host, PackedMatmulOp op, const FoldShape &shape,
                 const FoldedOperand &a, const FoldedOperand &b,
                 mlir::Value choice, mlir::Value out, const Epilogue &epilogue);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERFOLD_H
