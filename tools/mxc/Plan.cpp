//===- Plan.cpp - mxc plan ------------------------------------------------===//
//
// What the scaling law says of a training run: the loss in BF16, what each
// format adds to it, the tokens beyond which it hurts, the precision that
// compute buys best, stages of precision, memory and time.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"

#include "Commands.h"
#include "Npz.h"
#include "PlanFigures.h"

#include "mx/Support/ScalingLaw.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;
using namespace mx;

cl::SubCommand &mxc::getPlanCommand() {
  static cl::SubCommand command("plan",
                                "what the scaling law says of a training run");
  return command;
}
static cl::opt<double> params("params", cl::init(0), cl::value_desc("count"),
                              cl::desc("parameters of the model, as in 7e9"),
                              cl::sub(getPlanCommand()));
static cl::opt<double> tokens("tokens", cl::init(0), cl::value_desc("count"),
                              cl::desc("training tokens, as in 1e12"),
                              cl::sub(getPlanCommand()));
static cl::opt<double>
    block("block", cl::init(32), cl::value_desc("count"),
          cl::desc("elements that share a scale (default: 32)"),
          cl::sub(getPlanCommand()));
static cl::opt<double>
    budget("budget", cl::init(0.01), cl::value_desc("nats"),
           cl::desc("loss that quantisation may add, for the stages of the run "
                    "(default: 0.01)"),
           cl::sub(getPlanCommand()));
static cl::opt<std::string>
    benchFile("bench", cl::value_desc("file"),
              cl::desc("rates that mx-bench --json=FILE measured, for expected "
                       "times"),
              cl::sub(getPlanCommand()));
static cl::opt<std::string>
    htmlFile("html", cl::value_desc("file"),
             cl::desc("write a page with charts instead of text"),
             cl::sub(getPlanCommand()));
static cl::opt<bool> asJson("json", cl::desc("print JSON"),
                            cl::sub(getPlanCommand()));
static cl::opt<bool>
    reproduce("reproduce",
              cl::desc("print numbers of the paper beside ours; exit "
                       "status 1 if a digit differs"),
              cl::sub(getPlanCommand()));

static json::Object toJson(const FormatPlan &format, const TrainingPlan &plan) {
  json::Object object{{"bits", format.layout.bits()},
                      {"layout", formatv("E{0}M{1}", format.layout.exponent,
                                         format.layout.mantissa)
                                     .str()},
                      {"penalty", format.penalty},
                      {"critical_tokens", format.criticalTokens},
                      {"effective_params", format.effectiveParams},
                      {"weight_bytes", format.weightBytes}};
  if (format.rate) {
    object["gflops"] = format.rate->gflops;
    object["measurement"] = json::fixUTF8(format.rate->measurement);
    object["hours"] = plan.getHours(*format.rate, plan.request.tokens);
  }
  return object;
}

static json::Object toJson(const TrainingPlan &plan) {
  json::Array formats, stages;
  for (const FormatPlan &format : plan.formats)
    formats.push_back(toJson(format, plan));
  for (const RunStage &stage : plan.stages)
    stages.push_back(json::Object{{"layout", nameLayout(stage.layout)},
                                  {"from", stage.from},
                                  {"to", stage.to},
                                  {"penalty", stage.penalty}});
  json::Object object{{"params", plan.request.params},
                      {"tokens", plan.request.tokens},
                      {"block", plan.request.block},
                      {"budget", plan.request.budget},
                      {"loss_bf16", plan.lossInBF16},
                      {"optimal_bits_for_tokens", plan.bitsForTokens},
                      {"bf16_compute", plan.compute},
                      {"optimal_bits_for_compute", plan.bitsForCompute},
                      {"formats", std::move(formats)},
                      {"stages", std::move(stages)},
                      {"state_bytes", plan.stateBytes},
                      {"limits", law::kLimits}};
  if (std::optional<double> hours = plan.getStagedHours())
    object["staged_hours"] = *hours;
  return object;
}

static void printFormats(const TrainingPlan &plan) {
  outs() << "bits  layout  penalty    loss    D_crit     N_eff      weights\n";
  for (const FormatPlan &format : plan.formats)
    outs() << formatv("{0,4}  ", format.layout.bits())
           << left_justify(nameLayout(format.layout), 6)
           << llvm::format("  %.6f  %.4f  %.3e  %.3e  %.3g GB", format.penalty,
                           plan.lossInBF16 + format.penalty,
                           format.criticalTokens, format.effectiveParams,
                           format.weightBytes * 1e-9)
           << (plan.request.tokens > format.criticalTokens
                   ? "  more data than D_crit"
                   : "")
           << "\n";
  outs() << llvm::format("beside the weights: %.3g GB of f32 master weights "
                         "and AdamW's moments\n",
                         plan.stateBytes * 1e-9);
}

static void printTimes(const TrainingPlan &plan) {
  for (const FormatPlan &format : plan.formats)
    if (format.rate)
      outs() << left_justify(nameLayout(format.layout), 6)
             << llvm::format("%10.4g hours of products at %.4g GFLOP/s (",
                             plan.getHours(*format.rate, plan.request.tokens),
                             format.rate->gflops)
             << format.rate->measurement << ")\n";
  if (std::optional<double> hours = plan.getStagedHours())
    outs() << llvm::format("staged%10.4g hours\n", *hours);
}

static void printText(const TrainingPlan &plan) {
  const PlanRequest &request = plan.request;
  outs() << format("%.4g parameters, %.4g tokens, blocks of %g\n",
                   request.params, request.tokens, request.block)
         << format("loss in BF16: %.4f\n", plan.lossInBF16)
         << format("best precision: %.2f bits for these tokens, %.2f for this "
                   "compute (%.3g) with both free\n",
                   plan.bitsForTokens, plan.bitsForCompute, plan.compute);
  printFormats(plan);
  outs() << format("stages, with at most %g nats of penalty at the end of each:"
                   "\n",
                   request.budget);
  for (const RunStage &stage : plan.stages)
    outs() << "  " << left_justify(nameLayout(stage.layout), 6)
           << format("from %.3e to %.3e tokens, penalty %.4f\n", stage.from,
                     stage.to, stage.penalty);
  printTimes(plan);
  outs() << "limits: " << law::kLimits << "\n";
}

/// A count or a budget that makes sense.
static Error checkOptions() {
  for (const auto &[name, value] : {std::pair("params", double(params)),
                                    std::pair("tokens", double(tokens))})
    if (!(value >= 1 && value <= 1e18))
      return createStringError(formatv(
          "expected --{0} to be a count from 1 to 1e18, as in --{0}=1e9, but "
          "found {1:e2}; or use --reproduce",
          name, value));
  if (!(block >= 2 && block <= 1e18))
    return createStringError(formatv("expected --block to be 2 or more "
                                     "elements for each scale, but found {0}",
                                     double(block)));
  if (!(budget > 0 && budget <= 10))
    return createStringError(formatv("expected --budget to be above 0 and at "
                                     "most 10 nats, but found {0}",
                                     double(budget)));
  return Error::success();
}

Error mxc::planMain(bool &agrees) {
  if (reproduce) {
    agrees = reproduceLaw(outs());
    return Error::success();
  }
  if (Error error = checkOptions())
    return error;
  Expected<TrainingPlan> plan =
      makePlan({params, tokens, block, budget}, benchFile);
  if (!plan)
    return plan.takeError();
  if (asJson)
    outs() << formatv("{0:2}\n", json::Value(toJson(*plan)));
  else if (htmlFile.empty())
    printText(*plan);
  return htmlFile.empty() ? Error::success()
                          : writeFile(htmlFile, makePlanPage(*plan));
}
