//===- RandomShapes.cpp - No shape falls off a cliff ----------------------===//
//
// Random shapes, each in turns with the listed shape of about its M, as a slow
// phase of the machine may be longer than a call: those at less than half of
// its rate, also after more calls, are printed, with what memory would allow:
// shapes with a short axis may take longer to be read and written. Seeded, so
// that a run can be repeated.
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

using Products = std::vector<std::unique_ptr<Product>>;

Products listedProducts(Suite &suite) {
  Products result;
  for (int64_t m : kListedRows) {
    Result unused;
    if (auto product =
            suite.checkedProduct(kName, problemOf(m, 4096, 4096), unused))
      result.push_back(std::move(product));
  }
  return result;
}

Product &nearest(const Products &listed, int64_t m) {
  return **std::min_element(
      listed.begin(), listed.end(), [m](const auto &x, const auto &y) {
        auto distance = [m](const Product &p) {
          return std::fabs(std::log(double(m) / double(p.m())));
        };
        return distance(*x) < distance(*y);
      });
}

/// The rate of `product` over that of `listed`, from calls in turns.
double fractionInTurns(Product &product, Product &listed, double seconds,
                       Times &times) {
  std::vector<Contender> both = {{"", [&] { product.run(); }, false, {}, {}},
                                 {"", [&] { listed.run(); }, false, {}, {}}};
  interleave(both, seconds, nullptr);
  times = both[0].times();
  return medianOfRatios(both[1].turns, both[0].turns) *
         product.problem.flops() / listed.problem.flops();
}

/// Of the rate of the listed shape, and of what reading the operands and
/// writing the result once allow.
struct Fractions {
  double listed = 0, memory = 0; ///< 0: left out
};

/// Seconds to read the operands and write the result, at the level that holds
/// them.
double memorySeconds(const Suite &suite, const Product &product) {
  std::string level = suite.limits.levelOf(product.bytes());
  double written = 4.0 * double(product.m()) * double(product.n());
  return 1e-9 *
         ((double(product.bytes()) - written) / suite.limits["read " + level] +
          written / suite.limits["write " + level]);
}

/// Measures and records a shape.
Fractions measureShape(Suite &suite, const Products &listed, const Problem &p) {
  Result result;
  std::unique_ptr<Product> product = suite.checkedProduct(kName, p, result);
  if (!product)
    return {};
  Product &other = nearest(listed, p.m);
  Fractions found;
  found.listed =
      fractionInTurns(*product, other, suite.options.quickSeconds(), result.ms);
  if (found.listed < 0.5)
    found.listed = fractionInTurns(*product, other,
                                   suite.options.groupSeconds(), result.ms);
  found.memory = memorySeconds(suite, *product) * 1e3 / result.ms.median;
  result.rate = p.flops() / result.ms.median * 1e-6;
  suite.report.record(result);
  if (found.listed < 0.5)
    suite.report.note(format(
        "  M=%lld N=%lld K=%lld: %.1f GFLOP/s (%s), %.2f of M=%lld, %.2f of "
        "memory's limit",
        static_cast<long long>(p.m), static_cast<long long>(p.n),
        static_cast<long long>(p.k), result.rate, result.isa.c_str(),
        found.listed, static_cast<long long>(other.m()), found.memory));
  return found;
}

} // namespace

void benchRandomShapes(Suite &suite) {
  if (!suite.options.wants("random"))
    return;
  suite.report.note(format("\nRandom shapes, f32 x mxfp4, %d thread%s",
                           suite.threads(), suite.threads() > 1 ? "s" : ""));
  Products listed = listedProducts(suite);
  if (listed.empty())
    return suite.report.note("  left out: every listed shape takes too long");
  std::mt19937 random(suite.options.seed);
  auto below = [&](int64_t limit) { return 1 + int64_t(random() % limit); };
  int64_t count = suite.options.quick ? 20 : 200;
  std::vector<double> fractions;
  int64_t slow = 0, slowest = 0;
  for (int64_t i = 0; i < count; ++i) {
    int64_t m = below(3000), n = below(9000), k = below(9000);
    Fractions found = measureShape(suite, listed, problemOf(m, n, k));
    if (found.listed == 0)
      continue;
    fractions.push_back(found.listed);
    slow += found.listed < 0.5;
    slowest += found.listed < 0.5 && found.memory < 0.5;
  }
  suite.report.note(format(
      "  %lld of %lld shapes ran, %lld below half of their listed shape, %lld "
      "also of memory's limit; median %.2f, least %.2f",
      static_cast<long long>(fractions.size()), static_cast<long long>(count),
      static_cast<long long>(slow), static_cast<long long>(slowest),
      medianOf(fractions),
      fractions.empty()
          ? 0.0
          : *std::min_element(fractions.begin(), fractions.end())));
}

} // namespace mx::bench
