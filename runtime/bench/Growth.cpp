//===- Growth.cpp - Rates over the size of a product ----------------------===//
//
// Square products from 10^6 to 3·10^10 multiplications, ours and the peers'.
// Sizes are no multiples of anything, so that tails show.
//
//===----------------------------------------------------------------------===//

#include "Plot.h"
#include "Suite.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace mx::bench {

namespace {

struct Kind {
  const char *name, *a, *b;
  int64_t accumulate;
};
const Kind kKinds[] = {
    {"f32 x mxfp4", "f32", "mxfp4", MX_ACCUMULATE_DEFAULT},
    {"mxfp4 x mxfp4 exact", "mxfp4", "mxfp4", MX_ACCUMULATE_EXACT},
    {"nvfp4 x nvfp4", "nvfp4", "nvfp4", MX_ACCUMULATE_DEFAULT}};

/// The limits of one kind of numbers; the first that a processor has counts.
const char *const kLimits[][3] = {{"amx int8", "vnni zmm", "vnni ymm"},
                                  {"amx bf16", "bf16 zmm", "bf16 zmm"},
                                  {"fma zmm", "fma ymm", "fma ymm"}};

/// Every factor of about 2 in M·N·K.
std::vector<int64_t> sides(bool quick) {
  std::vector<int64_t> result;
  for (double work = 1e6; work < 3.1e10; work *= quick ? 8 : 2)
    result.push_back(std::llround(std::cbrt(work)));
  result.push_back(std::llround(std::cbrt(3e10)));
  return result;
}

} // namespace

void benchGrowth(Suite &suite, Plot &plot) {
  if (!suite.options.wants("growth"))
    return;
  int threads = suite.threads();
  std::string panel = format("%d thread%s", threads, threads > 1 ? "s" : "");
  suite.report.note("\nGrowth of M = N = K, " + panel + ": GFLOP/s");
  for (int64_t side : sides(suite.options.quick)) {
    double work = std::pow(double(side), 3);
    std::string row = format("  %5lld", static_cast<long long>(side));
    for (const Kind &kind : kKinds) {
      Problem problem{side, side, side, kind.a, kind.b, kind.accumulate};
      Result result =
          suite.measureQuickly(std::string("growth ") + kind.name, problem);
      plot.add(panel, kind.name, work, result.rate);
      row +=
          format("  %s %.1f (%s)", kind.name, result.rate, result.isa.c_str());
    }
    for (PeerCall &call : peerCalls({side, side, side}, threads)) {
      call.run();
      double rate = 2e-6 * work / timesOf(call.run, 0.1).median;
      plot.addPeer(panel, call.name, work, rate);
      row += format("  %s %.1f", call.name.c_str(), rate);
    }
    suite.report.note(row);
  }
  suite.limits.setUnits(measurePeaks(threads));
  for (auto &units : kLimits) {
    auto unit =
        std::find_if(std::begin(units), std::end(units),
                     [&](const char *name) { return suite.limits[name] > 0; });
    if (unit != std::end(units))
      plot.addLevel(panel, std::string("limit ") + *unit, suite.limits[*unit]);
  }
}

} // namespace mx::bench
