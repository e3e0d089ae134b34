//===- PlanFigures.cpp - The figures of mxc plan --------------------------===//
//
// The law gives losses, mx-bench's file rates; what follows from both.
//
//===----------------------------------------------------------------------===//

#include "PlanFigures.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace mxc;
using namespace mx;

static constexpr law::Layout kFP4{2, 1}, kFP8{4, 3}, kBF16{8, 7};

static bool isSame(law::Layout a, law::Layout b) {
  return a.exponent == b.exponent && a.mantissa == b.mantissa;
}

std::string mxc::nameLayout(law::Layout layout) {
  if (isSame(layout, kBF16))
    return "BF16";
  return formatv("E{0}M{1}", layout.exponent, layout.mantissa).str();
}

const FormatPlan &TrainingPlan::get(law::Layout layout) const {
  return *find_if(formats, [&](const FormatPlan &format) {
    return isSame(format.layout, layout);
  });
}

double TrainingPlan::getHours(const BenchRate &rate, double tokens) const {
  return 6 * request.params * tokens / (rate.gflops * 1e9) / 3600;
}

std::optional<double> TrainingPlan::getStagedHours() const {
  double hours = 0;
  for (const RunStage &stage : stages) {
    const std::optional<BenchRate> &rate = get(stage.layout).rate;
    if (!rate)
      return std::nullopt;
    hours += getHours(*rate, stage.to - stage.from);
  }
  return hours;
}

/// What a line of mx-bench measures: the product of two operands in a layout
/// by our kernels, or BF16 by oneDNN's.
static bool isRateOf(const json::Object &record, law::Layout layout) {
  StringRef formats = record.getString("formats").value_or("");
  StringRef kernel = record.getString("isa").value_or("");
  if (isSame(layout, kBF16))
    return formats.contains(" x ") && kernel == "onednn-bf16";
  if (!record.getBoolean("chosen").value_or(false))
    return false;
  return (isSame(layout, kFP4) && formats.starts_with("mxfp4 x mxfp4 ")) ||
         (isSame(layout, kFP8) &&
          formats.starts_with("mxfp8_e4m3 x mxfp8_e4m3 "));
}

static void addRate(const json::Object &record, TrainingPlan &plan) {
  double gflops = record.getNumber("gflops").value_or(0);
  for (FormatPlan &format : plan.formats) {
    if (!isRateOf(record, format.layout) ||
        (format.rate && format.rate->gflops >= gflops))
      continue;
    format.rate =
        BenchRate{gflops, formatv("{0}, {1}, {2} threads",
                                  record.getString("name").value_or("?"),
                                  record.getString("isa").value_or("?"),
                                  record.getInteger("threads").value_or(0))
                              .str()};
  }
}

/// The best rate of each layout in a file of JSON lines.
static Error readRates(StringRef path, TrainingPlan &plan) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return createStringError("cannot read '" + path +
                             "': " + buffer.getError().message());
  SmallVector<StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  bool found = false;
  for (auto [number, line] : enumerate(lines)) {
    Expected<json::Value> value = json::parse(line);
    const json::Object *record = value ? value->getAsObject() : nullptr;
    if (!record) {
      consumeError(value.takeError());
      return createStringError(
          formatv("{0}:{1}: expected an object of JSON, as mx-bench "
                  "--json=FILE writes one a line",
                  path, number + 1));
    }
    addRate(*record, plan);
    found |= record->getNumber("gflops").has_value();
  }
  if (!found)
    return createStringError("'" + path +
                             "' holds no rate of a product; write it with "
                             "mx-bench --json=FILE");
  return Error::success();
}

/// While the penalty stays within the budget and more data helps.
static std::vector<RunStage> makeStages(const TrainingPlan &plan) {
  const PlanRequest &request = plan.request;
  std::vector<RunStage> stages;
  double from = 0;
  for (law::Layout layout : {kFP4, kFP8, kBF16}) {
    double to = request.tokens;
    if (!isSame(layout, kBF16))
      to = std::min({to,
                     law::tokensWithin(request.budget, request.params, layout,
                                       plan.log2Block),
                     plan.get(layout).criticalTokens});
    if (to <= from)
      continue;
    stages.push_back(
        {layout, from, to,
         isSame(layout, kBF16)
             ? 0
             : law::penalty(request.params, to, layout, plan.log2Block)});
    from = to;
  }
  return stages;
}

Expected<TrainingPlan> mxc::makePlan(const PlanRequest &request,
                                     StringRef benchFile) {
  double params = request.params, tokens = request.tokens;
  TrainingPlan plan;
  plan.request = request;
  plan.log2Block = std::log2(request.block);
  plan.lossInBF16 = law::lossInBF16(params, tokens);
  plan.bitsForTokens = law::optimalBitsForTokens(tokens, plan.log2Block);
  plan.compute = 6 * params * tokens;
  plan.bitsForCompute = law::optimalBits(plan.compute, plan.log2Block);
  plan.stateBytes = 12 * params;
  for (int bits : {3, 4, 5, 6, 8, 16}) {
    law::Layout layout = law::bestLayout(bits);
    double scaleBits = isSame(layout, kBF16) ? 0 : 8 / request.block;
    plan.formats.push_back(
        {layout, law::penalty(params, tokens, layout, plan.log2Block),
         law::criticalTokens(params, layout, plan.log2Block),
         law::effectiveParams(params, tokens, bits, plan.log2Block),
         params * (bits + scaleBits) / 8});
  }
  plan.stages = makeStages(plan);
  if (!benchFile.empty())
    if (Error error = readRates(benchFile, plan))
      return error;
  return plan;
}
