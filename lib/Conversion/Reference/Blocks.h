//===- Blocks.h - Loops over the elements of one block ----------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_REFERENCE_BLOCKS_H
#define MX_LIB_CONVERSION_REFERENCE_BLOCKS_H

#include "Tensors.h"

#include "mx/Dialect/MX/IR/MX.h"

namespace mx::reference {

/// The blocks of a tensor […, M, K] of f32.
class Blocks {
public:
  Blocks() = default;
  Blocks(Emitter e, mlir::Value source, ScaledType format);

  /// […, ceil(M/r), ceil(K/c)].
  Sizes getCounts(Emitter e) const;
  /// The block of the element at an index.
  llvm::SmallVector<mlir::Value>
  getBlockOf(Emitter e, llvm::ArrayRef<mlir::Value> at) const;
  /// The index of the first element of a block.
  llvm::SmallVector<mlir::Value>
  getFirst(Emitter e, llvm::ArrayRef<mlir::Value> block) const;
  /// How many elements a block has, as f32.
  mlir::Value getSize(Emitter e, llvm::ArrayRef<mlir::Value> block) const;

  using Step = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      Emitter, llvm::ArrayRef<mlir::Value>, mlir::ValueRange)>;
  /// Carries values through the elements of a block, row by row: `step` makes
  /// the next ones at an element's index.
  llvm::SmallVector<mlir::Value> fold(Emitter e,
                                      llvm::ArrayRef<mlir::Value> block,
                                      mlir::ValueRange initial,
                                      Step step) const;

  mlir::Value read(Emitter e, llvm::ArrayRef<mlir::Value> at) const {
    return extract(e, source, at);
  }
  const Sizes &getSizes() const { return sizes; }

private:
  struct Bounds {
    mlir::Value row, endRow, col, endCol;
  };
  Bounds getBounds(Emitter e, llvm::ArrayRef<mlir::Value> block) const;

  mlir::Value source;
  Sizes sizes;
  mlir::OpFoldResult blockRows, blockCols;
  /// The extents of a block and of the matrix.
  mlir::Value r, c, m, k;
};

} // namespace mx::reference

#endif // MX_LIB_CONVERSION_REFERENCE_BLOCKS_H
