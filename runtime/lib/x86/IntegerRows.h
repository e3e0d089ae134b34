//===- IntegerRows.h - Rows as integers in f64 ------------------*- C++ -*-===//
//
// Rows of any operand as integers, cut into parts of equally many bits, each a
// power of two apart.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_INTEGERROWS_H
#define MX_RUNTIME_LIB_X86_INTEGERROWS_H

#include "FloatRows.h"

#include <memory>
#include <vector>

namespace mx::runtime::x86 {

inline constexpr int64_t kExactRows = 16;     ///< that are loaded together
inline constexpr int64_t kExactStretch = 128; ///< columns, at most

class IntegerRows {
public:
  IntegerRows(std::unique_ptr<FloatRows> rows, PackRows pack,
              const OperandArgs &operand, int64_t k);

  /// Reads an item; false if its numbers are too far apart for f32.
  bool prepare(int64_t item);
  /// Bits of the largest integer.
  int bits() const { return mostBits; }
  /// Cuts integers into `parts`; part p is to be multiplied by
  /// 2^(partBits()·p).
  void cut(int parts) {
    partCount = parts;
    bitsOfPart = static_cast<int>(ceilDiv(mostBits, parts));
  }
  int parts() const { return partCount; }
  int partBits() const { return bitsOfPart; }
  /// Row r is its integer times 2^exponent(r); NaN if an element is.
  float exponent(int64_t row) const {
    return exponents[static_cast<size_t>(row)];
  }
  /// Columns [first, first + count) of kExactRows rows, zeros behind the last
  /// one: part p, column c of row r to target[p·partStride + c·kExactRows + r].
  void load(int64_t row, int64_t first, int64_t count, double *target,
            int64_t partStride) const;

private:
  struct Extent {
    int top = 0, low = 0; ///< exponents of the first and the last bit set
    bool isNaN = false, isZero = true;
  };
  bool isNearEnough(int64_t item) const;
  Extent extentOf(int64_t row) const;

  std::unique_ptr<FloatRows> source;
  PackRows pack;
  const OperandArgs &operand;
  int64_t k, currentItem = -1;
  int mostBits = 1, partCount = 1, bitsOfPart = 1;
  std::vector<float> exponents;
  std::vector<int> lows; ///< by row: exponent of the integers' unit
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_INTEGERROWS_H
