//===- Suite.h - The measurements of mx-bench -------------------*- C++ -*-===//
//
// One function for each group of measurements, and what they share.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_SUITE_H
#define MX_RUNTIME_BENCH_SUITE_H

#include "Limits.h"
#include "Options.h"
#include "Peers.h"
#include "Product.h"
#include "Report.h"

#include <functional>
#include <memory>

namespace mx::bench {

/// Rows of A of the listed products: fewer than 16 leave tiles partly empty,
/// and have a rate of their own.
inline constexpr int64_t kListedRows[] = {1, 4, 8, 16, 64, 512, 2048};

struct Suite {
  const Options &options;
  Report &report;
  Limits &limits; ///< of the thread count of this pass
  int wrong = 0;  ///< results outside of the contract

  Suite(const Options &options, Report &report, Limits &limits)
      : options(options), report(report), limits(limits) {}
  int threads() const { return limits.threads; }
  /// The least time of a product: multipliers of its ISA, or its bytes from
  /// the level that holds them; names the one that binds. By `limits` as they
  /// are.
  double productSeconds(const Product &product, const std::string &isa,
                        bool rotated, std::string &name) const;
  /// The limit of reading the operands: "read L3".
  std::string readName(const Product &product, bool rotated) const;
  /// Counts and reports a result that check() found wrong.
  bool isRight(const std::string &name, double error);
  /// What a call of `problem` on `isa` ("": the runtime's choice) will take,
  /// from a small part of it.
  double estimateSeconds(const Problem &problem, const std::string &isa) const;
  /// A product that the chosen kernel has computed and that is right, and its
  /// `result` but for times; null if a call would take too long or it is wrong.
  std::unique_ptr<Product> checkedProduct(const std::string &name,
                                          const Problem &problem,
                                          Result &result);
  /// A few checked calls of the chosen kernel; rate 0 if there is no
  /// checkedProduct().
  Result measureQuickly(const std::string &name, const Problem &problem);
};

void benchProducts(Suite &suite);
void benchQuantizers(Suite &suite);
void benchGrowth(Suite &suite, class Plot &plot);
void benchRandomShapes(Suite &suite);

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_SUITE_H
