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

double medianOfRatios(const std::vector<double> &x,
                      const std::vector<double> &y) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i)
    ratios.push_back(x[i] / y[i]);
  return medianOf(ratios);
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

/// One call, or several short ones. Returns the seconds that it took.
static double runTurn(Contender &contender) {
  constexpr int kMaxRepeats = 8;
  constexpr double kShortMs = 4;
  double start = now();
  if (contender.warm)
    contender.run();
  std::vector<double> ms;
  double spent = 0;
  while (ms.empty() || (ms.size() < kMaxRepeats && spent < kShortMs)) {
    ms.push_back(timeOnce(contender.run));
    spent += ms.back();
  }
  contender.ms.insert(contender.ms.end(), ms.begin(), ms.end());
  contender.turns.push_back(medianOf(ms));
  return now() - start;
}

void interleave(std::vector<Contender> &contenders, double seconds,
                const std::function<void(size_t)> &before) {
  constexpr int kMinRounds = 3, kMaxRounds = 40;
  std::vector<double> spent(contenders.size());
  for (int round = 0; round < kMaxRounds; ++round)
    for (size_t i = 0; i < contenders.size(); ++i) {
      if (round >= kMinRounds && spent[i] >= seconds)
        continue;
      if (before)
        before(i);
      spent[i] += runTurn(contenders[i]);
    }
}

} // namespace mx::bench
