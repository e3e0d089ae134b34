//===- Options.h - Command line of mx-bench ---------------------*- C++ -*-===//
//
// What is measured, on how many threads, and where results go.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_OPTIONS_H
#define MX_RUNTIME_BENCH_OPTIONS_H

#include "Product.h"

#include <regex>
#include <string>
#include <vector>

namespace mx::bench {

struct Options {
  std::vector<int> threads; ///< 1 and all processors
  std::string filterText;   ///< of --filter
  bool quick = false;       ///< a subset, in a few minutes
  bool peers = false;       ///< peers from PyPI too, in processes of their own
  std::string json, svg;    ///< files; empty: none
  uint32_t seed = 20;       ///< of random shapes
  std::vector<Problem> products; ///< of --product, instead of all listed

  /// Whether a measurement of this name is wanted.
  bool wants(const std::string &name) const {
    return products.empty() &&
           (filterText.empty() || std::regex_search(name, filter));
  }
  /// Seconds that the rounds of one group of contenders may take.
  double groupSeconds() const { return quick ? 0.6 : 3.0; }
  /// The same of a shape that is one of many.
  double quickSeconds() const { return quick ? 0.05 : 0.25; }
  /// A kernel that would need more seconds for one call is left out.
  double callSeconds() const { return quick ? 0.5 : 4.0; }

  std::regex filter;
};

/// Reads the arguments; --help and mistakes end the process.
Options parseOptions(int argc, char **argv);

/// Prints `text` and ends the process with status 1.
[[noreturn]] void stop(const std::string &text);

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_OPTIONS_H
