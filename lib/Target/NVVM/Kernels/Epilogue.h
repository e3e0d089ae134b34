//===- Epilogue.h - What a product's kernel computes as it stores -*-C++-*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_EPILOGUE_H
#define MX_LIB_TARGET_NVVM_KERNELS_EPILOGUE_H

#include "../Builder/Kernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mx::nvvm {

/// An elementwise op that reads a product's result, rounded to the type that
/// the product has, and whose own result is stored instead. There is none where
/// `op` is null.
struct Epilogue {
  mlir::linalg::GenericOp op = nullptr;
  Value product; ///< the inputs that are the product's result

  explicit operator bool() const { return op != nullptr; }
  /// Its inputs but the product: parameters of the kernel, pointers.
  llvm::SmallVector<Value> getOthers() const;
  llvm::SmallVector<Param> getParams() const;
  /// Whether what is stored instead has 32 bits.
  bool isWide() const;
};

/// The code of an epilogue in a kernel.
class EpilogueCode {
public:
  /// Its parameters are the kernel's from `firstParam` on; the result has n
  /// columns (i32).
  EpilogueCode(Kernel &k, const Epilogue &epilogue, unsigned firstParam, Int n,
               bool evenN)
      : k(k), epilogue(epilogue), firstParam(firstParam), n(n), evenN(evenN) {}

  explicit operator bool() const { return static_cast<bool>(epilogue); }

  /// What is read for one element besides the product's.
  using Others = llvm::SmallVector<Value>;
  /// `row` (i64) is that of all items, `column` an i32; both are in the result.
  Others load(Int row, Int column) const;
  /// For a column that is even and the next one, under no condition, so that
  /// latencies overlap: where the row or a column is past the end, anything.
  std::array<Others, 2> loadTwo(Int rowIsIn, Int row, Int column) const;
  /// What is stored for the product's x.
  Value compute(Value x, const Others &others, Int row, Int column) const;
  /// Both where there is no need to read ahead.
  Value compute(Value x, Int row, Int column) const {
    return compute(x, load(row, column), row, column);
  }

private:
  Int locate(mlir::OpOperand *operand, Int row, Int column) const;
  Int getIndex(int64_t axis, Int row, Int column) const;
  bool hasColumns(mlir::OpOperand *operand) const;
  llvm::SmallVector<mlir::OpOperand *> getOthers() const;

  Kernel &k;
  mutable Epilogue epilogue;
  unsigned firstParam;
  Int n;
  bool evenN;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_EPILOGUE_H
