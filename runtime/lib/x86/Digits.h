//===- Digits.h - Rows of floats as bytes of integers -----------*- C++ -*-===//
//
// A block of 32 numbers in units of its largest one's 2^-21: integers of 22
// bits and a sign, cut into three signed bytes. What a number of the block is
// too small to have in such units, and yet large enough for its product to
// count, is kept beside it.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_DIGITS_H
#define MX_RUNTIME_LIB_X86_DIGITS_H

#include "FewRows.h"

#include <vector>

namespace mx::runtime::x86 {

inline constexpr int kDigits = 3;

/// One block of a row. Of eight neighbours the four with even k come first, as
/// the nibbles of a dword do.
struct alignas(64) DigitBlock {
  int8_t digits[kDigits][32]; ///< the least significant ones first
  int32_t starts[kDigits];    ///< -12 times the sum of a line of digits
  float unit;                 ///< of a digit times half an E2M1 unit
};

/// What is missing at a column.
struct Remainder {
  int32_t col;
  float value;
};

class DigitRows {
public:
  DigitRows(const Matrix &x, int64_t rows, int64_t k);

  /// Reads an item; false if it has an infinity, or remainders that would take
  /// longer than the rest.
  bool prepare(int64_t item);
  int64_t rows() const { return rowCount; }
  const DigitBlock *row(int64_t r) const { return digits + r * blocks; }
  const std::vector<Remainder> &remaindersOf(int64_t r) const {
    return remainders[static_cast<size_t>(r)];
  }
  /// Results of row r are to be multiplied by 2^exponents()[r].
  const float *exponents() const { return rowExponents; }

private:
  bool prepareRow(int64_t item, int64_t row);
  void cutBlock(const float *numbers, int32_t firstCol, DigitBlock &block,
                std::vector<Remainder> &rest) const;

  const Matrix &x;
  int64_t rowCount, k, blocks, currentItem = -1;
  DigitBlock *digits;
  float *values; ///< a row, with zeros from k on
  std::vector<std::vector<Remainder>> remainders;
  float rowExponents[kBlock] = {}; ///< as Finisher reads them
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_DIGITS_H
