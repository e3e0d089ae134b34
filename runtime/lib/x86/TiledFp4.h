//===- TiledFp4.h - Prepacked rows of MXFP4 ---------------------*- C++ -*-===//
//
// Rows in MX_LAYOUT_TILE_16X4: a vector of 64 bytes has four bytes of each of
// 16 rows, so that decoded elements lie side by side as multipliers want them.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_TILEDFP4_H
#define MX_RUNTIME_LIB_X86_TILEDFP4_H

#include "OperandRows.h"

#include <algorithm>
#include <vector>

namespace mx::runtime::x86 {

/// Rows of a tile: a strip.
inline constexpr int64_t kStripRows = kTileRows;

/// What a move of a row's scales is subtracted from, in TiledFp4::distances().
inline constexpr int kFp4Top = 252;

/// Codes of scales after they are moved: the rest is flushed to them.
inline constexpr int kLeastScale = 2, kLargestScale = 200;

/// MXFP4 with blocks of 32 in tiles.
bool isTiledFp4(const OperandArgs &operand);

/// How many of some tasks that follow each other a thread takes at a time: what
/// is fetched ahead at the end of one is the start of the next.
int64_t stripTasksTogether(int64_t tasks);

/// Where a strip lies, and the power of two of each of its rows, as
/// OperandRows has them.
class TiledFp4 {
public:
  TiledFp4(const OperandArgs &operand, int64_t k);

  void locate(int64_t item);
  /// Reads the scales of a strip: its exponents() and distances().
  void scanStrip(int64_t strip);
  void scanAll();

  int64_t rows() const { return operand.rows; }
  int64_t strips() const { return ceilDiv(operand.rows, kStripRows); }
  int64_t groups() const { return ceilDiv(blocks, 4); }
  /// Blocks of 32 columns that a group of four has.
  int64_t blocksOf(int64_t group) const {
    return std::min<int64_t>(4, blocks - 4 * group);
  }
  /// 16 vectors for a group of 128 columns, dword r of each with eight elements
  /// of row r; fewer in the last group.
  const uint8_t *codesOf(int64_t strip, int64_t group) const {
    return codes + (strip * 4 * blocks + 16 * group) * kTileSize;
  }
  /// How far behind the codes of a group lie those to fetch when it is read, to
  /// be `bytes` ahead, where `together` strips are read at a time: at their end
  /// it is the next ones' start.
  int64_t distanceAhead(int64_t group, int64_t bytes, int64_t together) const {
    const int64_t ofStrip = 4 * blocks * kTileSize;
    bool isNext = 16 * group * kTileSize + bytes >= ofStrip;
    return bytes + (isNext ? (together - 1) * ofStrip : 0);
  }
  /// A vector of four scales of each row.
  const uint8_t *scalesOf(int64_t strip, int64_t group) const {
    return scales + (strip * groups() + group) * kTileSize;
  }
  /// Results of row r are to be multiplied by 2^exponents()[r]; readable up to
  /// a multiple of 32 rows.
  const float *exponents() const { return rowExponents.data(); }
  /// kFp4Top less what brings a row's scales near 127, in both words of 16
  /// dwords.
  const int32_t *distances(int64_t strip) const {
    return rowDistances.data() + strip * kStripRows;
  }
  /// Column `col` of a strip, near 1.
  void loadColumn(int64_t strip, int64_t col, float values[kStripRows]) const;

private:
  int topOfNonZero(int64_t row) const;

  const OperandArgs &operand;
  int64_t blocks;
  PackedCodes packed;
  const uint8_t *codes = nullptr, *scales = nullptr;
  std::vector<float> rowExponents;
  std::vector<int32_t> rowDistances;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_TILEDFP4_H
