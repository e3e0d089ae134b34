//===- FewRows.h - Products with a side of a few rows -----------*- C++ -*-===//
//
// Where one side has no rows to fill tiles with, the other is decoded row by
// row and multiplied where it lies, along k.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_FEWROWS_H
#define MX_RUNTIME_LIB_X86_FEWROWS_H

#include "FloatRows.h"

namespace mx::runtime::x86 {

inline constexpr int64_t kFewRows = 16;
inline constexpr int64_t kRowsAtOnce = 4; ///< of the long side

/// Columns of both sides that are multiplied together.
struct ColumnPiece {
  const float *few, *many; ///< rows of either side
  int64_t fewStride, manyStride;
  int64_t fewRows;
  int64_t count; ///< columns, a multiple of 16
};

/// Adds the products of kRowsAtOnce rows with each of the few to 16 sums
/// [few][many][16].
using AddProducts = void (*)(const ColumnPiece &piece, float *sums);

/// `few` has at most kFewRows rows; it is A of the product, or B.
void multiplyFewRows(const FloatRows &few, const FloatRows &many, bool fewIsA,
                     AddProducts addProducts, const FinishTile &finish);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_FEWROWS_H
