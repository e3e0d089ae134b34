//===- Report.h - Results as a table and as JSON ----------------*- C++ -*-===//
//
// One line for each measurement: the table on stdout, an object in the file of
// --json.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_REPORT_H
#define MX_RUNTIME_BENCH_REPORT_H

#include "Limits.h"
#include "Options.h"
#include "Timing.h"

#include <cstdio>
#include <utility>

namespace mx::bench {

struct Result {
  std::string name;    ///< "matmul f32 x mxfp4 M=512 hot"
  std::string formats; ///< "f32 x mxfp4 -> f32"
  int64_t m = 0, n = 0, k = 0;
  int threads = 1;
  std::string isa; ///< of the kernel that ran; a peer's own name
  Times ms;
  double rate = 0; ///< GFLOP/s, or GB/s of the wider side
  bool isBandwidth = false;
  std::string limitName;
  double limit = 0;    ///< in the unit of rate
  double fraction = 0; ///< of the limit: the median of all turns
  /// Time of a peer on the same shape over ours: above 1 we are faster.
  std::vector<std::pair<std::string, double>> ratios;
  /// Of results against the contract: 0 is the same bits, else the largest
  /// error as a fraction of its bound. Negative: not checked (peers).
  double error = -1;
  bool isChosen = false; ///< the kernel that runs unless an ISA is forced
};

class Report {
public:
  explicit Report(const Options &options);
  ~Report();
  Report(const Report &) = delete;
  void add(const Result &result);
  /// Into the file only: what the table shows in a form of its own.
  void record(const Result &result);
  void addLimits(const Limits &limits);
  /// A line of its own: headings, and what was left out and why.
  void note(const std::string &text);

private:
  void table(const Result &result);
  std::FILE *file = nullptr;
};

/// printf into a string.
std::string format(const char *text, ...)
    __attribute__((__format__(__printf__, 1, 2)));

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_REPORT_H
