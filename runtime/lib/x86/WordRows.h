//===- WordRows.h - Rows as 16-bit integers ---------------------*- C++ -*-===//
//
// A slice of 512 columns of a row in units of a power of two: numbers of up to
// 8 significant bits that are within eight octaves are integers of 15 bits and
// a sign, exactly. The others are zeros there and are kept beside the slice, in
// parts of equal units of their own.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_WORDROWS_H
#define MX_RUNTIME_LIB_X86_WORDROWS_H

#include "FloatRows.h"

#include <memory>
#include <vector>

namespace mx::runtime::x86 {

/// What is missing in a slice, as a pair of neighbouring columns one of which
/// is zero.
struct MissingPair {
  int32_t line; ///< of the columns, in bytes from a packed panel's start
  int32_t words;
};

/// Parts of rows, each of a unit of its own, about as long as each other.
/// Pair i of part p is at first + kParts · i + p; behind a part's end, and of
/// parts that are not there, are zeros.
struct MissingBatch {
  static constexpr int kParts = 8;
  int64_t first = 0;         ///< of its pairs among the block's
  int32_t rounds = 0;        ///< pairs of the longest part
  int32_t rows[kParts] = {}; ///< of the block
  float units[kParts] = {};
};

class WordRows final : public RowSource {
public:
  static constexpr int64_t kStep = 32; ///< columns
  static constexpr int64_t kSliceSteps = kMostSteps;
  static constexpr int64_t kSliceCols = kSliceSteps * kStep;

  WordRows(std::unique_ptr<FloatRows> source, int64_t k);

  /// Reads an item; false if it has numbers that are not finite or too far
  /// apart, or so many missing ones that f32 is faster.
  bool prepare(int64_t item);
  const float *exponents() const { return source->exponents(); }

  int64_t rows() const override { return source->rows(); }
  int64_t steps() const override { return ceilDiv(k, kStep); }
  void decode(int64_t firstRow, int64_t rowCount, int64_t first, int64_t count,
              const RowTarget &target) const override;
  const uint8_t *bytesOf(int64_t row, int64_t step) const override {
    return source->bytesOf(row, step * (kStep / FloatRows::kStep));
  }
  int64_t stepBytes() const override {
    return source->stepBytes() * (kStep / FloatRows::kStep);
  }

  /// Units of a slice by row; readable up to a multiple of 32 rows.
  const float *unitsOf(int64_t slice) const {
    return units.data() + slice * paddedRows();
  }
  /// Of rows 32·block to 32·block + 31 in a slice: [first, end).
  struct Missing {
    const MissingBatch *first, *end;
    const MissingPair *pairs;
  };
  Missing missingOf(int64_t slice, int64_t block) const {
    const BlockRest &rest = blocks[static_cast<size_t>(block)];
    auto at = static_cast<size_t>(slice);
    return {rest.batches.data() + (slice ? rest.ends[at - 1] : 0),
            rest.batches.data() + rest.ends[at], rest.pairs.data()};
  }

private:
  /// What is missing in 32 rows.
  struct BlockRest {
    std::vector<int64_t> ends; ///< of each slice in `batches`
    std::vector<MissingBatch> batches;
    std::vector<MissingPair> pairs;
  };
  struct SliceRest;
  int64_t paddedRows() const { return ceilDiv(rows(), kBlock) * kBlock; }
  int64_t slices() const { return ceilDiv(steps(), kSliceSteps); }
  void loadSlice(int64_t row, int64_t first, int64_t count,
                 float *values) const;
  bool prepareBlock(int64_t block);
  bool prepareSlice(int64_t row, int64_t slice, SliceRest &rest);

  std::unique_ptr<FloatRows> source;
  int64_t k, currentItem = -1;
  bool isFit = false;
  std::vector<float> units;
  std::vector<BlockRest> blocks;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_WORDROWS_H
