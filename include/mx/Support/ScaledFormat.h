//===- ScaledFormat.h - Block-scaled formats --------------------*- C++ -*-===//
//
// An element format, a scale format and a block shape; packing sizes. Shared
// by compiler, runtime and tests; no MLIR types.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_SCALEDFORMAT_H
#define MX_SUPPORT_SCALEDFORMAT_H

#include "mx/Support/FloatFormat.h"

namespace mx::contract {

/// How a block's scale follows from its largest magnitude (contract 5-9) or
/// from all of its elements (27-29).
enum class ScaleRule : uint8_t {
  Floor = 0,
  Ceil = 1,
  RCeil = 2,
  Even = 3,
  Amax = 4,
  FourOverSix = 5,
  Quest = 6,
  MSEden = 7,
  Headroom = 8
};
/// Rounding of an element (contract 10, 24).
enum class Rounding : uint8_t {
  NearestEven = 0,
  NearestAway = 1,
  TowardZero = 2,
  Stochastic = 3
};

/// A block extent that covers the whole axis.
inline constexpr int64_t kFull = -1;

/// element × scale × block, as the type !mx.scaled.
struct ScaledFormat {
  FloatFormat element;
  FloatFormat scale;
  int64_t blockRows = 1;       ///< extent along the last but one axis, or kFull
  int64_t blockCols = 32;      ///< extent along the last axis, or kFull
  bool hasTensorScale = false; ///< a second level, f32, for the whole tensor

  /// The extent of a block along the last axis of a tensor of `k` columns.
  constexpr int64_t cols(int64_t k) const {
    return blockCols == kFull ? (k > 0 ? k : 1) : blockCols;
  }
  constexpr int64_t rows(int64_t m) const {
    return blockRows == kFull ? (m > 0 ? m : 1) : blockRows;
  }
  /// Blocks along the last axis: ceil(k / B).
  constexpr int64_t numBlocks(int64_t k) const {
    return (k + cols(k) - 1) / cols(k);
  }
  constexpr int64_t numBlockRows(int64_t m) const {
    return (m + rows(m) - 1) / rows(m);
  }
  /// Bytes that the packed codes of one block of columns take.
  constexpr int64_t bytesPerBlock(int64_t k) const {
    return packedBytes(cols(k));
  }
  /// Bytes of `n` packed codes: 4- and 6-bit codes are dense, 5, 7 and 8 take
  /// a byte each, wider ones two bytes (contract 12).
  constexpr int64_t packedBytes(int64_t n) const {
    unsigned bits = element.bits();
    if (bits == 4 || bits == 6)
      return (n * bits + 7) / 8;
    return n * (bits <= 8 ? 1 : 2);
  }
};

} // namespace mx::contract

#endif // MX_SUPPORT_SCALEDFORMAT_H
