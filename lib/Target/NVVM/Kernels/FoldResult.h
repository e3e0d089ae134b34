//===- FoldResult.h - From sums in registers to the result ------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_FOLDRESULT_H
#define MX_LIB_TARGET_NVVM_KERNELS_FOLDRESULT_H

#include "FoldMultiply.h"

namespace mx::nvvm::fold {

/// What the kernel multiply does with a tile's sums: factors, acc, tensor
/// scales, alpha, the epilogue.
class FoldResult {
public:
  struct Places {
    Value out; ///< [batch, m, n]
    Int m, n;
    Value factorsA = {}, factorsB = {}, acc = {}; ///< null without
    llvm::SmallVector<Value> tensorScales = {};
  };
  /// A block's tile.
  struct Tile {
    Int item, row, column;
  };

  /// The epilogue's parameters of the kernel start at `firstParam`.
  FoldResult(Kernel &k, const Form &form, Places places, unsigned firstParam)
      : k(k), form(form), places(std::move(places)),
        epilogue(k, form.epilogue, firstParam, this->places.n, form.evenN) {}

  /// The sums of a thread, numbered over both warpgroups.
  void store(Tile tile, ValueRange sums, Int thread);
  /// Sums of neighbours in a row of all items (i64): 4 in aligned places, or
  /// one.
  void storeRun(ValueRange sums, Int row, Int column);
  Value getOut() const { return places.out; }
  /// The same results elsewhere.
  FoldResult at(Value out) const {
    FoldResult other = *this;
    other.places.out = out;
    return other;
  }

  /// Where a thread's first sum stands. Thread (warp w, lane l) holds columns
  /// 8q + 2(l mod 4) and the next of rows 16w + l / 4 and that + 8.
  static std::pair<Int, Int> locate(Int row, Int column, Int thread) {
    Int lane = thread & 31;
    return {row + ((thread >> 5) << 4) + (lane >> 2),
            column + ((lane & 3) << 1)};
  }

private:
  using OthersOfTwo = std::array<EpilogueCode::Others, 2>;

  /// What the elements of a row of the result have in common.
  struct Row {
    Int isIn;
    Int number; ///< of all items
    Int start;  ///< in out and acc
    Value factor;
  };

  /// What is read for pairs of columns, 8 apart, the first one of which is
  /// `first`.
  struct Columns {
    Int first;
    llvm::SmallVector<Value> factors;      ///< two of each pair
    llvm::SmallVector<OthersOfTwo> others; ///< of each pair and both rows
  };

  Row describe(Int item, Int row);
  Columns loadColumns(Int item, llvm::ArrayRef<Row> rows, Int first, int pairs);
  llvm::SmallVector<Value> loadFactors(Int item, Int column, int pairs);
  void storeColumns(const Row &row, const Columns &columns, int half,
                    ValueRange sums, int pairs);
  void storeQuad(const Row &row, const Columns &columns, int half,
                 ValueRange sums, int i);
  void storePair(const Row &row, const Columns &columns, int half,
                 ValueRange sums, int pair);
  Value sumOf(const Row &row, const Columns &columns, int half, ValueRange sums,
              int pair, int i, Int place);
  std::array<Value, 2> finishPair(const Row &row, const Columns &columns,
                                  int half, int pair, Value first,
                                  Value second);
  Value finishOne(Value sum, Int row, Int column);
  Value compute(Value x, const Row &row, const Columns &columns, int half,
                int pair, int i);
  Value addAndScale(Value sum, Int place);
  bool mayBeNaN() const { return form.units != Units::S8 || places.acc; }
  Value scale(Value sum, Value a, Value b);

  Kernel &k;
  const Form &form;
  Places places;
  EpilogueCode epilogue;
};

} // namespace mx::nvvm::fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_FOLDRESULT_H
