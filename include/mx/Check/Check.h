//===- Check.h - Which rule made these codes and scales ---------*- C++ -*-===//
//
// Compares codes and scales that any library wrote with every rule that is
// known here (scale rule, levels, order of operations, rounding), and ranks
// the rules by what differs. A rule is compared by its own scales, so that one
// wrong byte of a dump is one difference, and is named.
//
//===----------------------------------------------------------------------===//

#ifndef MX_CHECK_CHECK_H
#define MX_CHECK_CHECK_H

#include "mx/Support/ScaledFormat.h"

#include <optional>
#include <string>
#include <vector>

namespace mx::check {

/// A tensor and what a library made of it: matrices, row-major, blocks of
/// [blockRows, blockCols] (never across matrices).
struct Dump {
  contract::FloatFormat element, scale;
  int64_t items = 1, rows = 1, cols = 0;
  int64_t blockRows = 1, blockCols = 32;
  std::vector<float> values;
  std::vector<uint16_t> codes;
  std::vector<uint32_t> scales; ///< codes of `scale`, or f32 bits
  /// The second level: the number that multiplies the block scales.
  std::optional<float> tensorScale;
  /// Set where the dump holds the number that divides instead.
  std::optional<float> tensorDivisor;

  int64_t scaleRows() const { return (rows + blockRows - 1) / blockRows; }
  int64_t scaleCols() const { return (cols + blockCols - 1) / blockCols; }
  int64_t numBlocks() const { return items * scaleRows() * scaleCols(); }
  /// The block of an element.
  int64_t blockOf(int64_t element) const;
  /// The first element of a block.
  int64_t firstElement(int64_t block) const;
};

/// One place where a dump is not what a rule says.
struct Difference {
  enum class Kind { TensorScale, Scale, Code } kind = Kind::Code;
  int64_t index = 0; ///< of the element or of the block
  uint32_t expected = 0, found = 0;
};

/// A rule and how the dump compares with it.
struct Fit {
  std::string scaleRule; ///< floor, ceil, rceil, even, amax
  std::string rounding;  ///< as in the IR, and toward_negative, …
  unsigned levels = 1;   ///< 2 with a tensor scale
  float prescale = 1;
  /// Whose order of operations it is, where several are in use: as in
  /// "pytorch/ao".
  std::string peer;
  /// Formulas where several are in use, and where the dump departs from the
  /// numeric contract in a way that it keeps to.
  std::vector<std::string> details;
  bool tensorScaleDiffers = false;
  int64_t scalesDiffer = 0, codesDiffer = 0;
  std::optional<Difference> first; ///< tensor scale, then scales, then codes

  int64_t differences() const {
    return scalesDiffer + codesDiffer + (tensorScaleDiffers ? 1 : 0);
  }
};

struct Result {
  /// The rule that fits best, then the others by what differs: each way of
  /// scaling with its best rounding, the best way with every rounding.
  std::vector<Fit> fits;
  /// Where the dump differs from fits.front(), at most `maxDifferences`.
  std::vector<Difference> differences;
  int64_t inexact = 0; ///< codes that stand between two numbers of the grid
  /// Of the inexact ones under stochastic rounding: how many went away from
  /// zero, and how many should have on average.
  int64_t roundedUp = 0;
  double expectedUp = 0;
};

/// Ranks all rules. The sizes of `dump` must agree.
Result check(const Dump &dump, size_t maxDifferences = 16);

} // namespace mx::check

#endif // MX_CHECK_CHECK_H
