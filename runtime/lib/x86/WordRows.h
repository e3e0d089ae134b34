//===- WordRows.h - Rows as 16-bit integers ---------------------*- C++ -*-===//
//
// A slice of 512 columns of a row in units of a power of two: numbers of up to
// 8 significant bits that are within eight octaves are integers of 15 bits and
// a sign, exactly. What is below a unit, and numbers that are too large, are
// kept beside the slice (WordRest.h).
//
// A slice has the rows of a block in the order of its batches of what is
// missing: row 8·i + j of the block is row rows[j] of batch i.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_WORDROWS_H
#define MX_RUNTIME_LIB_X86_WORDROWS_H

#include "FloatRows.h"
#include "WordRest.h"

#include <memory>
#include <vector>

namespace mx::runtime::x86 {

inline constexpr int kWordBits = 14; ///< of a word below its leading one

inline int exponentOf(uint32_t magnitude) {
  return static_cast<int>(magnitude >> 23) - 127;
}

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

  /// Units of a slice; readable up to a multiple of 32 rows.
  const float *unitsOf(int64_t slice) const {
    return units.data() + slice * paddedRows();
  }
  /// Of rows 32·block to 32·block + 31 in a slice: batches [first, end).
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
  int64_t paddedRows() const { return ceilDiv(rows(), kBlock) * kBlock; }
  int64_t slices() const { return ceilDiv(steps(), kSliceSteps); }
  void loadSlice(int64_t row, int64_t first, int64_t count,
                 float *values) const;
  void fetchSlice(int64_t row, int64_t first, int64_t count) const;
  bool prepareBlock(int64_t block);
  int64_t rowAt(int64_t slice, int64_t block, int64_t place) const;
  void orderRows(int64_t block);
  bool prepareSlice(int64_t row, int64_t slice, SliceRest &rest);

  std::unique_ptr<FloatRows> source;
  int64_t k, currentItem = -1;
  bool isFit = false;
  std::vector<float> units;
  std::vector<BlockRest> blocks;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_WORDROWS_H
