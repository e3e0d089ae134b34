//===- RandomShapes.cpp - No shape falls off a cliff ----------------------===//
//
// Random shapes, each next to the listed shape of about its M: those at less
// than half of its rate are printed. Seeded, so that a run can be repeated.
//
//===----------------------------------------------------------------------===//

#include "Suite.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace mx::bench {

namespace {

const char *const kName = "random f32 x mxfp4";

struct Class {
  int64_t m;
  double rate;
};

/// The listed shapes, measured as the random ones are.
std::vector<Class> listedRates(Suite &suite) {
  std::vector<Class> result;
  for (int64_t m : {1, 16, 64, 512, 2048}) {
    double rate =
        suite.measureQuickly(kName, {m, 4096, 4096, "f32", "mxfp4"}).rate;
    if (rate > 0)
      result.push_back({m, rate});
  }
  return result;
}

const Class &nearest(const std::vector<Class> &classes, int64_t m) {
  return *std::min_element(
      classes.begin(), classes.end(), [m](const Class &x, const Class &y) {
        auto distance = [m](const Class &c) {
          return std::fabs(std::log(double(m) / double(c.m)));
        };
        return distance(x) < distance(y);
      });
}

} // namespace

void benchRandomShapes(Suite &suite) {
  if (!suite.options.wants("random"))
    return;
  suite.report.note(format("\nRandom shapes, f32 x mxfp4, %d thread%s",
                           suite.threads(), suite.threads() > 1 ? "s" : ""));
  std::vector<Class> classes = listedRates(suite);
  if (classes.empty())
    return suite.report.note("  left out: every listed shape takes too long");
  std::mt19937 random(20);
  auto below = [&](int64_t limit) { return 1 + int64_t(random() % limit); };
  int64_t count = suite.options.quick ? 20 : 200, ran = 0, slow = 0;
  std::vector<double> fractions;
  for (int64_t i = 0; i < count; ++i) {
    Problem p{below(3000), below(9000), below(9000), "f32", "mxfp4"};
    Result result = suite.measureQuickly(kName, p);
    double rate = result.rate;
    if (rate == 0)
      continue;
    ++ran;
    const Class &c = nearest(classes, p.m);
    fractions.push_back(rate / c.rate);
    if (rate >= c.rate / 2)
      continue;
    ++slow;
    suite.report.note(
        format("  M=%lld N=%lld K=%lld: %.1f GFLOP/s (%s), %.2f of M=%lld",
               static_cast<long long>(p.m), static_cast<long long>(p.n),
               static_cast<long long>(p.k), rate, result.isa.c_str(),
               rate / c.rate, static_cast<long long>(c.m)));
  }
  suite.report.note(
      format("  %lld of %lld shapes ran, %lld below half of "
             "their listed shape; median %.2f, least %.2f",
             static_cast<long long>(ran), static_cast<long long>(count),
             static_cast<long long>(slow), medianOf(fractions),
             fractions.empty()
                 ? 0.0
                 : *std::min_element(fractions.begin(), fractions.end())));
}

} // namespace mx::bench
