//===- RawSums.h - Sums that combine needs ----------------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_RAWSUMS_H
#define MX_LIB_TARGET_NVVM_KERNELS_RAWSUMS_H

#include "../Builder/Kernel.h"

namespace mx::nvvm::s8_fold {

/// Leaves the sums of rows and columns in bands as they are, in rawA and rawB
/// (FoldMultiply.h).
class RawSums {
public:
  struct Operand {
    Value slots, raw;
    Int size, extra, room; ///< rows, extra rows that are used, and all
  };

  /// n and the room of b are even if `isEven`.
  RawSums(Kernel &k, Operand a, Operand b, bool isEven)
      : k(k), a(a), b(b), isEven(isEven) {}

  /// A thread's sums: (row, column), the next column, both of row + 8, then
  /// the same 8 columns on.
  void store(Int row, Int column, ValueRange sums);

private:
  /// A row of the sums: where it stands in rawA if it does, else in rawB.
  struct Line {
    Int inA, inB; ///< i1
    Int startA, startB;
  };

  Line locateLine(Int row);
  Int locate(const Operand &o, Int at, Int slot);
  void storeLine(const Line &line, Int column, ValueRange sums, int half);
  void storeColumns(llvm::ArrayRef<Line> lines, Int column, ValueRange sums);
  llvm::SmallVector<Int, 2> locatePair(Int column);

  Kernel &k;
  Operand a, b;
  bool isEven;
};

} // namespace mx::nvvm::s8_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_RAWSUMS_H
