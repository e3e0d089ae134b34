//===- Timing.h - Interleaved timing ----------------------------*- C++ -*-===//
//
// What is compared is run in turn, round after round, so that a phase in which
// the machine is slow meets all of it; medians are compared, or the median of
// what the calls of single turns say.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_TIMING_H
#define MX_RUNTIME_BENCH_TIMING_H

#include <functional>
#include <string>
#include <vector>

namespace mx::bench {

/// Of all calls of one contender, in milliseconds.
struct Times {
  double min = 0, median = 0, max = 0;
  int count = 0;
};

struct Contender {
  std::string name;
  std::function<void()> run;
  /// A call that is not timed comes first in each round: the one before it
  /// left other data in the caches.
  bool warm = true;
  std::vector<double> ms;
  std::vector<double> turns; ///< the median ms of each turn

  Times times() const;
};

double medianOf(std::vector<double> values);
/// Of x[i] / y[i], for as many as both have.
double medianOfRatios(const std::vector<double> &x,
                      const std::vector<double> &y);
/// Milliseconds of one call.
double timeOnce(const std::function<void()> &run);

/// Of the calls that fit `seconds`, at least three.
Times timesOf(const std::function<void()> &run, double seconds);

/// Rounds of contenders, at least three; more of those whose calls have not
/// taken `seconds` yet. `before(i)` runs ahead of a turn of contender i: limits
/// follow the clock.
void interleave(std::vector<Contender> &contenders, double seconds,
                const std::function<void(size_t)> &before);

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_TIMING_H
