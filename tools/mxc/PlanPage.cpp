//===- PlanPage.cpp - The page of mxc plan --------------------------------===//

#include "PlanFigures.h"
#include "ReportPage.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;
using namespace mx;

/// Where numbers of the law stand.
static void writeLimits(raw_ostream &os) {
  os << "<p>Limits of the law: " << escapeMarkup(law::kLimits) << ".</p>\n";
}

static void writeSummary(raw_ostream &os, const TrainingPlan &plan) {
  os << formatv("<p>Loss in BF16 {0:f4} nats a token. Best precision: {1:f2} "
                "bits for these tokens; {2:f2} bits where parameters and "
                "tokens are free, for the compute of {3} operations.</p>\n",
                plan.lossInBF16, plan.bitsForTokens, plan.bitsForCompute,
                formatFigure(plan.compute));
  writeLimits(os);
}

static void writeFormats(raw_ostream &os, const TrainingPlan &plan) {
  os << "<h2>Formats</h2>\n<table><caption>Blocks of "
     << formatFigure(plan.request.block)
     << ". Effective parameters lose as much in BF16. *: fewer tokens than "
        "this "
        "run's. Time: products alone, "
        "6·N operations a token, at the rate measured.</caption>\n"
        "<tr><th>layout</th><th>measured with</th><th>penalty</th>"
        "<th>loss</th><th>D_crit, tokens</th><th>effective parameters</th>"
        "<th>weights, GB</th><th>GFLOP/s</th><th>hours</th></tr>\n";
  for (const FormatPlan &format : plan.formats) {
    os << "<tr><td>" << nameLayout(format.layout) << "</td><td>"
       << escapeMarkup(format.rate ? format.rate->measurement : "-")
       << "</td><td>" << formatFigure(format.penalty) << "</td><td>"
       << formatv("{0:f4}", plan.lossInBF16 + format.penalty) << "</td><td>"
       << formatFigure(format.criticalTokens)
       << (plan.request.tokens > format.criticalTokens ? "*" : "")
       << "</td><td>" << formatFigure(format.effectiveParams) << "</td><td>"
       << formatFigure(format.weightBytes * 1e-9) << "</td><td>"
       << (format.rate ? formatFigure(format.rate->gflops) : "-") << "</td><td>"
       << (format.rate
               ? formatFigure(plan.getHours(*format.rate, plan.request.tokens))
               : "-")
       << "</td></tr>\n";
  }
  os << "</table>\n<p>Beside the weights: "
     << formatFigure(plan.stateBytes * 1e-9)
     << " GB of f32 master weights and AdamW's moments.</p>\n";
  writeLimits(os);
}

static void writeStages(raw_ostream &os, const TrainingPlan &plan) {
  os << "<h2>Stages</h2>\n<table><caption>The narrowest of E2M1, E4M3 and BF16 "
        "whose penalty is within "
     << formatFigure(plan.request.budget)
     << " nats, were all tokens so far in it. Programs of two recipes take "
        "turns in the loop that calls them: docs/recipes.md.</caption>\n"
        "<tr><th>layout</th><th>from token</th><th>to token</th><th>share of "
        "the run</th><th>penalty at its end</th></tr>\n";
  for (const RunStage &stage : plan.stages)
    os << "<tr><td>" << nameLayout(stage.layout) << "</td><td>"
       << formatFigure(stage.from) << "</td><td>" << formatFigure(stage.to)
       << "</td><td>"
       << formatv("{0:f1} %",
                  100 * (stage.to - stage.from) / plan.request.tokens)
       << "</td><td>" << formatFigure(stage.penalty) << "</td></tr>\n";
  os << "</table>\n<p>The law was fitted to runs of one precision each; a "
        "change of precision within a run is not in it.</p>\n";
  writeLimits(os);
  if (std::optional<double> hours = plan.getStagedHours())
    os << "<p>Products of the staged run: " << formatFigure(*hours)
       << " hours.</p>\n";
}

std::string mxc::makePlanPage(const TrainingPlan &plan) {
  std::string body;
  raw_string_ostream os(body);
  writeSummary(os, plan);
  os << drawPlan(plan);
  writeFormats(os, plan);
  writeStages(os, plan);
  return wrapPage("What precision costs this run", body);
}
