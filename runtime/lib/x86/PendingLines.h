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

class PendingLines {
public:
  /// As in ResultLines, of one line.
  struct Line {
    const int32_t *sums;
    const float *exponents, *lineExponent;
    float *target;
  };

  PendingLines() = default;
  /// `storage` has room for all tiles that are added between two clear().
  explicit PendingLines(ResultLines *storage)
      : storage(storage), at(storage), end(storage) {}

  /// Forgets all lines, which take() has given away.
  void clear() { at = end = storage; }
  void add(const ResultLines &tile) { *end++ = tile; }
  /// As many lines per step as `steps` of them take to write all.
  void setPace(int64_t steps) {
    int64_t lines = kLines * (end - at);
    pace = steps > 0 ? (lines + steps - 1) / steps : lines;
  }
  int64_t linesPerStep() const { return pace; }
  /// The next line; false if there is none.
  bool take(Line &line) {
    if (at == end)
      return false;
    int64_t i = next / kLines;
    line = {at->sums + next, at->exponents, at->lineExponents + i,
            at->target + i * at->stride};
    next += kLines;
    if (next == kLines * kLines) {
      next = 0;
      ++at;
    }
    return true;
  }

private:
  static constexpr int64_t kLines = 16; ///< of a tile, of as many floats

  ResultLines *storage = nullptr, *at = nullptr, *end = nullptr;
  int64_t next = 0; ///< of the sums at `at`
  int64_t pace = 0;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_PENDINGLINES_H
