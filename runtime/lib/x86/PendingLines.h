//===- PendingLines.h - Results that are written among products -*- C++ -*-===//
//
// Many stores past the caches at once hold up all loads behind them; a line now
// and then, while the next sums are multiplied, does not. Nothing else is to be
// stored among products: a store waits there for them to retire, and loads that
// are a multiple of 4 KiB away wait for it.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_PENDINGLINES_H
#define MX_RUNTIME_LIB_X86_PENDINGLINES_H

#include "SumTile.h"

#include <cstdint>

namespace mx::runtime::x86 {

/// The results of 32 rows of B by some of A.
class PendingLines {
public:
  /// 16 of them: sums[j] · 2^(exponents[j] + *lineExponent) at target[j].
  struct Line {
    const int32_t *sums;
    const float *exponents, *lineExponent;
    float *target;
  };

  /// Results from (m, n) on, of `rows` rows of A, whose sums are as those of a
  /// SliceProduct, with n along the lines of tiles. As many at each step as
  /// `steps` of them take to write all.
  void start(const PlainResults &results, const int32_t *panelSums, int64_t m,
             int64_t n, int64_t rows, int64_t steps) {
    sums = panelSums;
    exponentsA = results.exponentsA + m;
    exponentsB = results.exponentsB + n;
    target = results.target + m * results.stride + n;
    stride = results.stride;
    row = half = 0;
    end = rows;
    pace = (2 * rows + steps - 1) / steps;
  }
  int64_t linesPerStep() const { return pace; }
  /// The next line; false if there is none. Both of a row come after each
  /// other: rows are pages apart.
  bool take(Line &line) {
    if (row == end)
      return false;
    int64_t tile = row / 32 * 4 + half * 2 + row / 16 % 2;
    line = {sums + 256 * tile + row % 16 * 16, exponentsB + 16 * half,
            exponentsA + row, target + row * stride + 16 * half};
    row += half;
    half ^= 1;
    return true;
  }

private:
  const int32_t *sums = nullptr;
  const float *exponentsA = nullptr, *exponentsB = nullptr;
  float *target = nullptr;
  int64_t stride = 0, row = 0, half = 0, end = 0, pace = 0;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_PENDINGLINES_H
