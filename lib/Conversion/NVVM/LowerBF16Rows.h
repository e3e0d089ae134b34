//===- LowerBF16Rows.h - Operand a of a product as rows of bf16 -*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERBF16ROWS_H
#define MX_LIB_CONVERSION_NVVM_LOWERBF16ROWS_H

#include "HostCode.h"

namespace mx::nvvm {

/// Why a is not bf16, nor packed so that a kernel makes bf16 of it, with a
/// static K and b packed; empty if it is.
std::string findProblemOfBF16Rows(PackedMatmulOp op);

/// Columns of those rows, for an op without such a problem: whole blocks where
/// a is packed, and then zero from K on.
int64_t countBF16Columns(PackedMatmulOp op);

/// The packed form of a, with its tiles cut into rows, or null.
ScaledType getPackedRows(PackedMatmulOp op);

/// a as rows without gaps.
struct BF16Rows {
  mlir::Value rows;        ///< buffer of [all rows, columns] bf16
  mlir::Value factors;     ///< f32 buffer of a factor for each row, or null
  mlir::Value tensorScale; ///< f32 buffer, or null
};

/// As it is, or made by the kernel `rows` (BF16Rows.h).
BF16Rows makeBF16Rows(HostCode &host, PackedMatmulOp op);

/// Part of the name of a kernel's module: what of a packed a is left to do.
std::string nameBF16Rows(bool hasFactors, bool hasTensorScale);

/// Sets what a form of gemv or bf16_decode has for a packed a.
template <typename Form> void setBF16Rows(Form &form, PackedMatmulOp op) {
  ScaledType format = getPackedRows(op);
  form.hasFactors =
      format && llvm::isa<mlir::Float8E8M0FNUType>(format.getScale());
  form.hasTensorScaleX = format && format.getHasTensorScale();
}

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERBF16ROWS_H
