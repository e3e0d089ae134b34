//===- WordRest.h - What 16-bit integers of rows miss -----------*- C++ -*-===//
//
// Numbers of 32 rows in a slice that WordRows has no words for, as words of
// parts of the rows that have smaller or larger units: eight parts at a time,
// of about as many numbers.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_WORDREST_H
#define MX_RUNTIME_LIB_X86_WORDREST_H

#include "Product.h"

#include <vector>

namespace mx::runtime::x86 {

/// A missing number, as a pair of neighbouring columns one of which is zero.
struct MissingPair {
  int32_t line; ///< of the columns, in bytes from a packed panel's start
  int32_t words;
};

/// Parts of rows, each of a unit of its own. Pair i of part p is at
/// first + kParts · i + p; behind a part's end, and of parts that are not
/// there, are zeros.
struct MissingBatch {
  static constexpr int kParts = 8;
  int64_t first = 0;         ///< of its pairs among the block's
  int32_t rounds = 0;        ///< pairs of the longest part
  int32_t rows[kParts] = {}; ///< of the block
  float units[kParts] = {};
};

/// What is missing in a slice of 32 rows, while it is collected.
class SliceRest {
public:
  /// Adds the numbers `values` of a row, from columns `places` of the slice,
  /// and needs both no more. False if a number has more significant bits than a
  /// word, or is too small.
  bool add(int64_t row, float *values, int32_t *places, int64_t count);
  /// Batches of all rows, each with its longest part, by the lengths of these;
  /// rows from `rows` on are the last. Then batches of the parts that are left.
  void moveTo(int64_t rows, std::vector<MissingBatch> &batches,
              std::vector<MissingPair> &all);

private:
  struct Part {
    int32_t row = 0;
    float unit = 0;
    int32_t first = 0, end = 0; ///< in `pairs`
    int32_t length() const { return end - first; }
  };
  void addBatch(const Part *batchParts, size_t count,
                std::vector<MissingBatch> &batches,
                std::vector<MissingPair> &all) const;

  std::vector<Part> parts;
  std::vector<MissingPair> pairs;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_WORDREST_H
