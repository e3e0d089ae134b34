//===- RandomShapes.cpp - No shape falls off a cliff ----------------------===//
//
// Random shapes, each next to the listed shape of about its M: those at less
// than half of its rate, also when both are measured again in turns, are
// printed. Seeded, so that a run can be repeated.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "Suite.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace mx::bench {

namespace {

const char *const kName = "random f32 x mxfp4";

Problem problemOf(int64_t m, int64_t n, int64_t k) {
  return {m, n, k, "f32", "mxfp4"};
}

struct Class {
  Problem problem;
  double rate;
};

/// The listed shapes, measured as the random ones are.
std::vector<Class> listedRates(Suite &suite) {
  std::vector<Class> result;
  for (int64_t m : {1, 16, 64, 512, 2048}) {
    Problem problem = problemOf(m, 4096, 4096);
    double rate = suite.measureQuickly(kName, problem).rate;
    if (rate > 0)
      result.push_back({problem, rate});
  }
  return result;
}

const Class &nearest(const std::vector<Class> &classes, int64_t m) {
  return *std::min_element(
      classes.begin(), classes.end(), [m](const Class &x, const Class &y) {
        auto distance = [m](const Class &c) {
          return std::fabs(std::log(double(m) / double(c.problem.m)));
        };
        return distance(x) < distance(y);
      });
}

/// The rate of `p` over that of `listed`, from calls in turns: a phase in which
/// the machine was slow may have met only one of them.
double fractionInTurns(const Suite &suite, const Problem &p,
                       const Problem &listed) {
  Product product(p), other(listed);
  forceISA("");
  mx_set_num_threads(suite.threads());
  std::vector<Contender> both = {{"", [&] { product.run(); }, true, {}},
                                 {"", [&] { other.run(); }, true, {}}};
  interleave(both, suite.options.groupSeconds(), nullptr);
  return p.flops() / both[0].times().median /
         (listed.flops() / both[1].times().median);
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
    int64_t m = below(3000), n = below(9000), k = below(9000);
    Problem p = problemOf(m, n, k);
    Result result = suite.measureQuickly(kName, p);
    double rate = result.rate;
    if (rate == 0)
      continue;
    ++ran;
    const Class &c = nearest(classes, m);
    double fraction = rate / c.rate;
    if (fraction < 0.5)
      fraction = fractionInTurns(suite, p, c.problem);
    fractions.push_back(fraction);
    if (fraction >= 0.5)
      continue;
    ++slow;
    suite.report.note(
        format("  M=%lld N=%lld K=%lld: %.1f GFLOP/s (%s), %.2f of M=%lld",
               static_cast<long long>(m), static_cast<long long>(n),
               static_cast<long long>(k), rate, result.isa.c_str(), fraction,
               static_cast<long long>(c.problem.m)));
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
