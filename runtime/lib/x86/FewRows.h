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

inline constexpr int64_t kFewRows = 8;

/// For `rows` rows of `a`, `stride` apart: adds the products of `count`
/// columns, a multiple of 16, with those of b to 16 sums per row.
using AddProducts = void (*)(const float *a, int64_t stride, int64_t rows,
                             const float *b, int64_t count, float *sums);

/// `few` has at most kFewRows rows; it is A of the product, or B.
void multiplyFewRows(const FloatRows &few, const FloatRows &many, bool fewIsA,
                     AddProducts addProducts, const FinishTile &finish);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_FEWROWS_H
