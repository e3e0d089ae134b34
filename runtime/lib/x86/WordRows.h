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
  int32_t pair; ///< of the slice
  int32_t words;
};

/// Missing pairs of one unit of a row.
struct MissingPart {
  int32_t row;
  float unit;
  int32_t first, end;
};

class WordRows final : public RowSource {
public:
  static constexpr int64_t kStep = 32; ///< columns
  static constexpr int64_t kSliceCols = kMostSteps * kStep;

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
  struct Missing {
    const MissingPart *first, *end;
    const MissingPair *pairs;
  };
  /// Of rows [32·firstBlock, 32·endBlock) in a slice. Parts of a block are
  /// ordered by their size, which makes loops over their pairs predictable.
  Missing missingOf(int64_t slice, int64_t firstBlock, int64_t endBlock) const {
    const int32_t *ends = blockEnds.data() + slice * (paddedRows() / kBlock);
    int64_t before = slice * (paddedRows() / kBlock) + firstBlock;
    return {parts.data() + (before ? blockEnds[before - 1] : 0),
            parts.data() + ends[endBlock - 1], pairs.data()};
  }

private:
  struct RowRest {
    std::vector<int32_t> ends; ///< of a slice in `parts`
    std::vector<MissingPart> parts;
    std::vector<MissingPair> pairs;
  };
  int64_t paddedRows() const { return ceilDiv(rows(), kBlock) * kBlock; }
  int64_t slices() const { return ceilDiv(steps(), kMostSteps); }
  void loadSlice(int64_t row, int64_t first, int64_t count,
                 float *values) const;
  bool prepareRow(int64_t row);
  bool keepMissing(int64_t row, float *values, int32_t *places, int64_t count);
  void gatherMissing();

  std::unique_ptr<FloatRows> source;
  int64_t k, currentItem = -1;
  bool isFit = false;
  std::vector<float> units;
  std::vector<RowRest> rest;
  /// The same by slice and block.
  std::vector<MissingPart> parts;
  std::vector<MissingPair> pairs;
  std::vector<int32_t> blockEnds; ///< [slice][block], in `parts`
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_WORDROWS_H
