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

/// What the kernel multiply takes of a form. `acc` is null where that has none,
/// `more` what a form with bands or one that can split takes besides.
llvm::SmallVector<mlir::Value>
getMultiplyOperands(HostCode &host, const fold::Form &form,
                    const FoldShape &shape, const FoldedOperand &a,
                    const FoldedOperand &b, mlir::Value out, mlir::Value acc,
                    mlir::ValueRange more = {}, mlir::Value choice = {});

/// How clusters share tiles along K.
struct Split {
  mlir::Value splits, steps; ///< indices; steps of each split
  mlir::Value partials;      ///< f32 buffer, empty with one split
};

/// As many splits of a product in so many tiles as there are clusters of two
/// for, of at least some steps of K each; `size` elements in the result.
Split planSplit(HostCode &host, mlir::Value tiles, mlir::Value steps,
                int64_t leastSteps, mlir::Value size);
/// What kernels take of it.
llvm::SmallVector<mlir::Value> getSplitOperands(HostCode &host,
                                                const Split &split);
void launchReduce(HostCode &host, mlir::gpu::GPUModuleOp kernels,
                  const fold::Form &form, const FoldShape &shape,
                  const FoldedOperand &a, const FoldedOperand &b,
                  mlir::Value out, mlir::Value acc, const Split &split);

/// Static sizes of groups of a product's axes.
struct ProductSizes {
  llvm::ArrayRef<int64_t> batch, m, n, k;
};
/// Whether tiles may be so few, and K so long, that clusters share tiles.
bool mayShareTiles(const fold::Form &form, const ProductSizes &sizes);

/// The kernels of a product by a form alone.
void buildProduct(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                  const fold::Form &form);
void launchProduct(HostCode &host, mlir::gpu::GPUModuleOp kernels,
                   const fold::Form &form, const FoldShape &shape,
                   const FoldedOperand &a, const FoldedOperand &b,
                   mlir::Value out, mlir::Value acc);

/// Multiplies by a kernel of this form, or of this one and others.
void launchMultiply(HostCode &host, mlir::gpu::GPUModuleOp kernels,
                    const fold::Form &form, mlir::ValueRange operands);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERFOLD_H
