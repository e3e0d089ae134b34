//===- PlanFigures.h - What mxc plan shows ----------------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_PLANFIGURES_H
#define MX_TOOLS_MXC_PLANFIGURES_H

#include "mx/Support/ScalingLaw.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace mxc {

/// What is planned: a model of `params` parameters, trained on `tokens` tokens,
/// with `block` elements a scale; quantisation may add `budget` nats.
struct PlanRequest {
  double params = 0, tokens = 0, block = 32, budget = 0.01;
};

/// A rate that mx-bench measured.
struct BenchRate {
  double gflops = 0;
  std::string measurement; ///< its name, kernel and threads
};

/// One element layout over the whole run.
struct FormatPlan {
  mx::law::Layout layout;
  double penalty, criticalTokens, effectiveParams;
  double weightBytes;              ///< codes and E8M0 scales; BF16: 2 each
  std::optional<BenchRate> rate{}; ///< of products with both operands in it
};

/// Tokens [from, to) of the run in one layout. The law's penalty at `to`, as if
/// all of them had been in it.
struct RunStage {
  mx::law::Layout layout;
  double from, to, penalty;
};

struct TrainingPlan {
  PlanRequest request;
  double log2Block, lossInBF16, bitsForTokens, bitsForCompute, compute;
  std::vector<FormatPlan> formats; ///< of 3, 4, 5, 6, 8 and 16 bits
  std::vector<RunStage> stages;    ///< E2M1, E4M3, BF16: those that occur
  double stateBytes; ///< f32 master weights and AdamW's two moments

  const FormatPlan &get(mx::law::Layout layout) const;
  /// Hours of products alone, 6·N operations a token, at a bench's rate.
  double getHours(const BenchRate &rate, double tokens) const;
  /// Of the stages; none where one of them has no rate.
  std::optional<double> getStagedHours() const;
};

/// `benchFile`: JSON lines of mx-bench, or empty.
llvm::Expected<TrainingPlan> makePlan(const PlanRequest &request,
                                      llvm::StringRef benchFile);

/// E2M1, …; BF16 for E8M7.
std::string nameLayout(mx::law::Layout layout);

/// One page of HTML with charts, tables and the law's limits.
std::string makePlanPage(const TrainingPlan &plan);
/// The charts alone.
std::string drawPlan(const TrainingPlan &plan);

} // namespace mxc

#endif // MX_TOOLS_MXC_PLANFIGURES_H
