//===- Plan.cpp - mxc plan ------------------------------------------------===//
//
// What the scaling law says of a training run: the loss in BF16, what each
// format adds to it, the tokens beyond which it hurts, and the precision that
// compute buys best.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"

#include "Commands.h"

#include "mx/Support/ScalingLaw.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

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
static cl::opt<bool> asJson("json", cl::desc("print JSON"),
                            cl::sub(getPlanCommand()));
static cl::opt<bool>
    reproduce("reproduce",
              cl::desc("print numbers of the paper beside ours; exit "
                       "status 1 if a digit differs"),
              cl::sub(getPlanCommand()));

/// What the law says of one element format.
static json::Object describe(int bits, double log2Block) {
  law::Layout layout = law::bestLayout(bits);
  return json::Object{
      {"bits", bits},
      {"layout", formatv("E{0}M{1}", layout.exponent, layout.mantissa).str()},
      {"penalty", law::penalty(params, tokens, layout, log2Block)},
      {"critical_tokens", law::criticalTokens(params, layout, log2Block)},
      {"effective_params",
       law::effectiveParams(params, tokens, bits, log2Block)}};
}

static json::Object makePlan() {
  double log2Block = std::log2(double(block));
  json::Array formats;
  for (int bits : {3, 4, 5, 6, 8, 16})
    formats.push_back(describe(bits, log2Block));
  double compute = 6 * params * tokens;
  return json::Object{
      {"params", double(params)},
      {"tokens", double(tokens)},
      {"block", double(block)},
      {"loss_bf16", law::lossInBF16(params, tokens)},
      {"optimal_bits_for_tokens", law::optimalBitsForTokens(tokens, log2Block)},
      {"bf16_compute", compute},
      {"optimal_bits_for_compute", law::optimalBits(compute, log2Block)},
      {"formats", std::move(formats)},
      {"limits", law::kLimits}};
}

static void printText(const json::Object &plan) {
  outs() << format("%.4g parameters, %.4g tokens, blocks of %g\n",
                   double(params), double(tokens), double(block))
         << format("loss in BF16: %.4f\n", *plan.getNumber("loss_bf16"))
         << format("best precision: %.2f bits for these tokens, %.2f for this "
                   "compute (%.3g) with both free\n",
                   *plan.getNumber("optimal_bits_for_tokens"),
                   *plan.getNumber("optimal_bits_for_compute"),
                   *plan.getNumber("bf16_compute"))
         << "bits  layout  penalty    loss    D_crit     N_eff\n";
  for (const json::Value &value : *plan.getArray("formats")) {
    const json::Object &entry = *value.getAsObject();
    double penalty = *entry.getNumber("penalty");
    double critical = *entry.getNumber("critical_tokens");
    outs() << format("%4d  ", int(*entry.getInteger("bits")))
           << left_justify(*entry.getString("layout"), 6)
           << format("  %.6f  %.4f  %.3e  %.3e", penalty,
                     *plan.getNumber("loss_bf16") + penalty, critical,
                     *entry.getNumber("effective_params"))
           << (tokens > critical ? "  more data than D_crit" : "") << "\n";
  }
  outs() << "limits: " << law::kLimits << "\n";
}

Error mxc::planMain(bool &agrees) {
  if (reproduce) {
    agrees = reproduceLaw(outs());
    return Error::success();
  }
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
  json::Object plan = makePlan();
  if (asJson)
    outs() << formatv("{0:2}\n", json::Value(std::move(plan)));
  else
    printText(plan);
  return Error::success();
}
