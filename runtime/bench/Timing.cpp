//===- Timing.cpp - Interleaved timing ------------------------------------===//
//
// Short calls are timed several times a round: their first ones meet cold
// predictors and a sleeping thread pool.
//
//===----------------------------------------------------------------------===//

#include "Timing.h"

#include "Peak.h"

#include <algorithm>

namespace mx::bench {

double medianOf(std::vector<double> values) {
  if (values.empty())
    return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Times Contender::times() const {
  if (ms.empty())
    return {};
  auto [low, high] = std::minmax_element(ms.begin(), ms.end());
  return {*low, medianOf(ms), *high, static_cast<int>(ms.size())};
}

double timeOnce(const std::function<void()> &run) {
  double start = now();
  run();
  return (now() - start) * 1e3;
}

Times timesOf(const std::function<void()> &run, double seconds) {
  Contender contender;
  double end = now() + seconds;
  while (contender.ms.size() < 3 || (now() < end && contender.ms.size() < 100))
    contender.ms.push_back(timeOnce(run));
  return contender.times();
}

void interleave(std::vector<Contender> &contenders, double seconds,
                const std::function<void()> &between) {
  constexpr int kMinRounds = 3, kMaxRounds = 40, kMaxRepeats = 8;
  constexpr double kShortMs = 4;
  double end = now() + seconds;
  for (int round = 0; round < kMinRounds || (round < kMaxRounds && now() < end);
       ++round) {
    if (between)
      between();
    for (Contender &contender : contenders) {
      if (contender.warm)
        contender.run();
      double spent = 0;
      for (int i = 0; i < kMaxRepeats && (i == 0 || spent < kShortMs); ++i) {
        contender.ms.push_back(timeOnce(contender.run));
        spent += contender.ms.back();
      }
    }
  }
}

} // namespace mx::bench
