//===- mx-bench.cpp - Rates of the runtime's kernels ----------------------===//
//
// Limits, products, quantisers, growth and random shapes, for each number of
// threads. docs/benchmarks.md says how to read the output.
//
//===----------------------------------------------------------------------===//

#include "Plot.h"
#include "Suite.h"

#include <fstream>

using namespace mx::bench;

static void writePlot(const Options &options, const Plot &plot) {
  if (options.svg.empty() || plot.empty())
    return;
  std::ofstream file(options.svg);
  file << plot.svg();
  if (!file.flush())
    stop("cannot write " + options.svg);
}

int main(int argc, char **argv) {
  Options options = parseOptions(argc, argv);
  Report report(options);
  Plot plot("Rate over size, M = N = K, on " + cpuName(),
            "M·N·K (multiplications)", "GFLOP/s");
  report.note(cpuName());
  for (const std::string &reason : missingPeers())
    report.note("peer left out: " + reason);
  int wrong = 0;
  for (int threads : options.threads) {
    Limits limits(threads);
    report.addLimits(limits);
    Suite suite(options, report, limits);
    benchProducts(suite);
    benchQuantizers(suite);
    benchGrowth(suite, plot);
    benchRandomShapes(suite);
    wrong += suite.wrong;
  }
  writePlot(options, plot);
  if (wrong)
    stop(format("%d results are wrong", wrong));
  return 0;
}
