//===- Peak.h - What the multipliers of this machine give -------*- C++ -*-===//
//
// Limits that bench programs compare with; 0 where the CPU lacks the unit.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_PEAK_H
#define MX_RUNTIME_BENCH_PEAK_H

#include <vector>

namespace mx::bench {

/// Billions of additions and multiplications a second.
struct Peaks {
  double amxBF16 = 0, amxS8 = 0, vnni = 0, fma = 0;
};

Peaks measurePeaks(int threads);
Peaks medianOf(const std::vector<Peaks> &all);
/// Seconds on a clock that only goes forward.
double now();

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_PEAK_H
