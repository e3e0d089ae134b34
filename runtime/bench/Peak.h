//===- Peak.h - What the multipliers of this machine give -------*- C++ -*-===//
//
// Limits that bench programs compare with; 0 where the CPU lacks the unit.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_PEAK_H
#define MX_RUNTIME_BENCH_PEAK_H

namespace mx::bench {

/// Billions of additions and multiplications a second.
struct Peaks {
  double amxBF16 = 0, amxS8 = 0, vnni = 0, fma = 0;
};

Peaks measurePeaks(int threads);
/// Seconds on a clock that only goes forward.
double now();

/// Billions of operations a second of body(), which does `operations`, on all
/// threads at once; the best of five.
template <typename Body>
double rate(int threads, double operations, Body body) {
  double best = 1e9;
  for (int repeat = 0; repeat < 5; ++repeat) {
    double start = now();
#pragma omp parallel num_threads(threads)
    body();
    double seconds = now() - start;
    best = seconds < best ? seconds : best;
  }
  return operations * threads / best * 1e-9;
}

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_PEAK_H
