//===- Folded.h - Rows of MXFP4 as bytes ------------------------*- C++ -*-===//
//
// An E2M1 number is at most 12 halves, so that bytes hold it in units of its
// block's scale for four neighbouring scales: 2·E2M1 << (3 - steps below the
// largest). A row whose scales span more is cut into bands of four, each a row
// of its own with zeros where other bands are. Blocks of zeros fit any band.
// A row with a NaN scale gets the power NaN.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FOLDED_H
#define MX_RUNTIME_LIB_AVX512_FOLDED_H

#include "Rows.h"

namespace mx::runtime::avx512 {

class FoldedRows {
public:
  /// k of a step, 64 bytes; a group of 128 is the even ones, then the odd ones.
  static constexpr int64_t kFoldedStep = 64;

  static bool takes(const OperandArgs &operand);
  FoldedRows(const OperandArgs &operand, int64_t k, ScratchSlot slot);

  /// Reads the scales of an item; before all that follows.
  void prepare(int64_t item);

  int64_t rows() const { return rowCount; } ///< bands of all rows
  int64_t steps() const { return 2 * ((k + kGroup - 1) / kGroup); }
  int limbs() const { return 1; }
  bool isOneBandEach() const { return bands.empty(); }
  /// The bands of row r: [firstBand(r), firstBand(r + 1)), largest first.
  int64_t firstBand(int64_t row) const {
    return bands.empty() ? row : firstBands[static_cast<size_t>(row)];
  }
  /// Steps from a row's largest band to its smallest, over all rows.
  int largestSpread() const { return spread; }
  /// Sums over band r are multiplied by 2^exponents()[r]; readable up to a
  /// multiple of 32.
  const float *exponents() const { return bandExponents; }

  void decode(int64_t firstRow, int64_t count, int64_t first, int64_t steps,
              const Rows::Target &target) const;
  const uint8_t *bytesOf(int64_t row, int64_t first) const {
    return contiguous ? rowBase(row) + first * stepBytes() : nullptr;
  }
  int64_t stepBytes() const { return kFoldedStep / 2; }

private:
  struct Band {
    int32_t row;
    uint8_t top;
    bool isWhole; ///< its row's only one
  };
  /// What prepare() finds out about a row.
  struct RowBands {
    uint64_t used = 1; ///< bit i: band i has a block
    uint8_t top = 0;
    bool isNaN = false;
  };
  RowBands prepareRow(int64_t row);
  void listBands(const std::vector<RowBands> &rows);
  bool isZeroUnit(int64_t row, int64_t u) const;
  const uint8_t *rowBase(int64_t row) const {
    return base + (bands.empty() ? row : bands[static_cast<size_t>(row)].row) *
                      rowBytes;
  }
  void decodeRow(int64_t row, int64_t first, int64_t count,
                 const Rows::Target &target) const;
  const uint8_t *codes(int64_t row, int64_t first, int64_t count,
                       uint8_t *buffer) const;

  const OperandArgs &operand;
  int64_t k, units, rowCount = 0, currentItem = -1;
  ScratchSlot slot;
  bool contiguous;
  int spread = 0;
  const uint8_t *base = nullptr;
  int64_t rowBytes = 0;
  /// By row and 32 columns: 16·shift for rows of one band; the scale's code for
  /// others, kZero for a block of zeros.
  uint8_t *scaleCodes = nullptr;
  float *bandExponents = nullptr;
  std::vector<Band> bands; ///< empty: one each
  std::vector<int64_t> firstBands;
  std::vector<float> exponentStorage;
};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FOLDED_H
