//===- Folded.h - Rows of MXFP4 as bytes ------------------------*- C++ -*-===//
//
// An E2M1 number is at most 12 halves, so that bytes hold it in units of its
// block's scale for four neighbouring scales: 2·E2M1 << (3 - steps below the
// largest). A row whose scales span more is cut into bands of four, each a row
// of its own with zeros where other bands are. Blocks of zeros fit any band.
// A row with a NaN scale gets the power NaN.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_FOLDED_H
#define MX_RUNTIME_LIB_X86_FOLDED_H

#include "OperandRows.h"

namespace mx::runtime::x86 {

class FoldedRows : public RowSource {
public:
  /// Columns of a step; a group of 128 is its even ones, then its odd ones.
  static constexpr int64_t kStep = 64;

  FoldedRows(const OperandArgs &operand, int64_t k, ScratchSlot slot);

  /// Reads the scales of an item; before all that follows. `mayPack`: rows will
  /// be packed, if they can be.
  void prepare(int64_t item, bool mayPack = false);

  int64_t rows() const final { return rowCount; } ///< bands of all rows
  int64_t steps() const final { return 2 * ceilDiv(k, kGroup); }
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

  bool isTiled() const { return codes.isTiled(); }
  /// How rows are decoded, chosen before they are: as isPacked() says, for rows
  /// of one band each, or each by itself.
  void setPacked(bool value);
  bool isPacked() const final { return packed; }
  int64_t rowsTogether() const final { return codes.isTiled() ? kTileRows : 1; }

  void decode(int64_t firstRow, int64_t count, int64_t first, int64_t steps,
              const RowTarget &target) const final;
  /// The same as 16-bit integers of the same units, in the order of k: steps
  /// are half as many columns, with the units of 16 rows side by side. For rows
  /// that are packed, and engines that multiply words.
  void decodeWords(int64_t firstRow, int64_t count, int64_t first,
                   int64_t steps, const RowTarget &target) const;
  const uint8_t *bytesOf(int64_t row, int64_t step) const final;
  int64_t stepBytes() const final { return kStep / 2; }

protected:
  /// Groups of 128 columns of a row: 64 bytes of codes, four shifts times 16
  /// each, and the bytes that are kept (null: all), to two steps each.
  virtual void decodeGroups(const uint8_t *bytes, const uint8_t *shifts,
                            const uint8_t *kept, int64_t groups, uint16_t *out,
                            int64_t stepStride) const;
  /// Part of kTileRows rows: in tiles, 16 of which are a group of 128 columns,
  /// or (rowBytes) lines that are as far apart. A group has a vector of scales,
  /// four of each row, whose largest is in each of the row's four `tops`; null:
  /// of shifts times 16.
  struct Strip {
    const uint8_t *codes = nullptr, *scales = nullptr, *tops = nullptr;
    int64_t tiles = 0; ///< that there are; the rest is zeros
    int64_t rowBytes = 0;
  };
  /// As lines of 16 units, two steps to a group: for engines that take packed
  /// rows.
  virtual void decodeStrip(const Strip &strip, int64_t groups, uint16_t *out,
                           int64_t stepStride) const;
  /// Part of kTileRows rows, 16 bytes of codes to a step of 32 columns: from
  /// rows[r], or from `tiles`, four to a step. Scales as those of a Strip.
  struct WordStrip {
    const uint8_t *rows[kTileRows], *tiles, *scales, *tops;
  };
  /// As lines of 16 units of two words.
  virtual void decodeWordStrip(const WordStrip &strip, int64_t steps,
                               uint16_t *out, int64_t stepStride) const;

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
  void prepareRows();
  RowBands prepareRow(int64_t row, uint8_t *shifts) const;
  bool prepareStrips();
  bool prepareStrip(int64_t strip, uint8_t *buffer);
  /// A strip's vectors of scales and its tops, as a Strip has them.
  const uint8_t *scalesOf(int64_t strip) const {
    return stripScales + strip * stripBytes;
  }
  const uint8_t *topsOf(int64_t strip) const {
    return hasTops ? stripTops + strip * kTileSize : nullptr;
  }
  void moveShiftsToStrips();
  void setExponent(int64_t row, const RowBands &bands);
  void listBands(const std::vector<RowBands> &rows);
  bool isZeroUnit(int64_t row, int64_t u) const;
  Band bandOf(int64_t row) const {
    return bands.empty() ? Band{static_cast<int32_t>(row), 0, true}
                         : bands[static_cast<size_t>(row)];
  }
  void decodeRow(int64_t row, int64_t first, int64_t count,
                 const RowTarget &target) const;
  void decodeStrips(int64_t firstRow, int64_t count, int64_t first,
                    int64_t steps, const RowTarget &target) const;
  Strip stripOf(int64_t row, int64_t first, int64_t steps,
                uint8_t *buffer) const;
  int64_t groups() const { return units / 4; }
  void loadScales(int64_t row, uint8_t *target) const;

  const OperandArgs &operand;
  int64_t k, units, rowCount = 0, currentItem = -1;
  ScratchSlot slot;
  PackedCodes codes;
  int spread = 0;
  bool packed = false;
  /// Which of what follows is that of the item.
  bool hasRowShifts = false, hasStrips = false, hasTops = false;
  /// For packed rows: [strip][group][row][4], those of the operand or, moved,
  /// shifts.
  const uint8_t *stripScales = nullptr;
  int64_t stripBytes = 0;
  uint8_t *stripTops = nullptr, *movedShifts = nullptr;
  /// By row and 32 columns: 16·shift for rows of one band; the scale's code for
  /// others, kZero for a block of zeros.
  uint8_t *scaleCodes = nullptr;
  float *bandExponents = nullptr;
  std::vector<Band> bands; ///< empty: one each
  std::vector<int64_t> firstBands;
  std::vector<float> exponentStorage;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_FOLDED_H
