//===- PlanCharts.cpp - Charts of mxc plan --------------------------------===//

#include "PlanFigures.h"
#include "ReportPage.h"
#include "SVGChart.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace mxc;
using namespace mx;

using Points = std::vector<std::pair<double, double>>;

static constexpr law::Layout kFP4{2, 1}, kFP8{4, 3};

static void drawLoss(raw_ostream &os, double x, double y,
                     const TrainingPlan &plan) {
  Chart chart(os, x, y, "Loss over bits",
              "at the best layout of each width; dots: whole bits, blocks of " +
                  formatFigure(plan.request.block));
  const std::pair<double, std::string> blocks[] = {
      {std::log2(16.0), "B = 16"},
      {std::log2(32.0), "B = 32"},
      {std::log2(128.0), "B = 128"},
      {law::kLog2BlockOfChannel, "one a channel"}};
  auto at = [&](double bits, double log2Block) {
    return plan.lossInBF16 + law::penaltyAtBest(plan.request.params,
                                                plan.request.tokens, bits,
                                                log2Block);
  };
  double top = at(4, law::kLog2BlockOfChannel);
  chart.setRange(3, 16);
  chart.setHeights(plan.lossInBF16, top + (top - plan.lossInBF16) * 0.1);
  chart.sideAxis();
  std::vector<StringRef> names;
  for (auto [series, block] : enumerate(blocks)) {
    Points points;
    for (double bits = 3; bits <= 16; bits += 0.125)
      if (at(bits, block.first) <= top)
        points.emplace_back(bits, at(bits, block.first));
    chart.curve(points, int(series), block.second);
    names.push_back(block.second);
  }
  for (const FormatPlan &format : plan.formats) {
    double loss = plan.lossInBF16 + format.penalty;
    if (loss <= top)
      chart.dot(chart.toX(format.layout.bits()), chart.toY(loss), "bar",
                nameLayout(format.layout) + ": " +
                    formatv("{0:f4}", loss).str());
  }
  chart.legend(names);
  chart.axis("bits an element");
}

static void drawLayouts(raw_ostream &os, double x, double y,
                        const TrainingPlan &plan) {
  Chart chart(os, x, y, "Layouts",
              "penalty in nats of every ExMy with at least a mantissa bit");
  auto penaltyOf = [&](law::Layout layout) {
    return std::log10(law::penalty(plan.request.params, plan.request.tokens,
                                   layout, plan.log2Block));
  };
  chart.setRange(2.5, 8.9);
  chart.setHeights(std::floor(penaltyOf(law::bestLayout(8))),
                   std::ceil(penaltyOf({1, 1})));
  chart.sideAxis(/*isLog=*/true);
  for (int bits = 3; bits <= 8; ++bits)
    for (int exponent = 1; exponent < bits - 1; ++exponent) {
      law::Layout layout{exponent, bits - 1 - exponent};
      bool isBest = nameLayout(layout) == nameLayout(law::bestLayout(bits));
      double place = penaltyOf(layout);
      if (chart.toY(place) < Chart::kTop)
        continue;
      chart.dot(chart.toX(bits), chart.toY(place), isBest ? "c1" : "c0",
                nameLayout(layout) + ": " + formatFigure(std::pow(10, place)));
      if (isBest)
        chart.text(chart.toX(bits) + 8, chart.toY(place) + 4,
                   nameLayout(layout), "");
    }
  chart.axis("bits an element");
}

/// One bar a layout, from the left edge to log10 of a number, and its text.
static void
drawBars(Chart &chart,
         ArrayRef<std::tuple<std::string, double, std::string>> bars,
         StringRef style) {
  double pitch = (Chart::bottom() - Chart::kTop) / double(bars.size());
  for (auto [i, bar] : enumerate(bars)) {
    auto [name, value, text] = bar;
    double middle = Chart::kTop + (double(i) + 0.5) * pitch;
    double thick = std::min(18.0, pitch * 0.6);
    chart.text(Chart::left() - 6, middle + 4, name, "", "end");
    chart.rect(Chart::left(), middle - thick / 2,
               chart.toX(value) - Chart::left(), thick, style,
               name + ": " + text);
    chart.text(chart.toX(value) + 6, middle + 4, text, "note");
  }
}

static void drawCritical(raw_ostream &os, double x, double y,
                         const TrainingPlan &plan) {
  Chart chart(os, x, y, "Tokens that help: D_crit",
              "more data raises the loss; the line is this run's " +
                  formatFigure(plan.request.tokens));
  double most = plan.request.tokens, least = plan.request.tokens;
  std::vector<std::tuple<std::string, double, std::string>> bars;
  for (const FormatPlan &format : plan.formats) {
    most = std::max(most, format.criticalTokens);
    least = std::min(least, format.criticalTokens);
    bars.emplace_back(nameLayout(format.layout),
                      std::log10(format.criticalTokens),
                      formatFigure(format.criticalTokens));
  }
  chart.setRange(std::floor(std::log10(least)) - 1,
                 std::ceil(std::log10(most)) + 1);
  drawBars(chart, bars, "bar");
  double place = chart.toX(std::log10(plan.request.tokens));
  chart.line(place, Chart::kTop, place, Chart::bottom(), "grid");
  chart.axis("tokens", /*isLog=*/true);
}

static void drawStages(raw_ostream &os, double x, double y,
                       const TrainingPlan &plan) {
  const PlanRequest &request = plan.request;
  Chart chart(os, x, y, "Staged plan",
              formatv("penalty over the run; at most {0} nats",
                      formatFigure(request.budget))
                  .str());
  double first = request.tokens / 1e4;
  auto at = [&](double tokens, law::Layout layout) {
    return std::log10(
        law::penalty(request.params, tokens, layout, plan.log2Block));
  };
  double budget = std::log10(request.budget);
  chart.setRange(std::log10(first), std::log10(request.tokens));
  chart.setHeights(std::floor(std::min(at(first, kFP8), budget)),
                   std::ceil(std::max(at(request.tokens, kFP4), budget)));
  chart.sideAxis(/*isLog=*/true);
  for (auto [series, layout] : enumerate(ArrayRef<law::Layout>{kFP4, kFP8}))
    chart.curve({{std::log10(first), at(first, layout)},
                 {std::log10(request.tokens), at(request.tokens, layout)}},
                int(series), nameLayout(layout));
  chart.line(Chart::left(), chart.toY(budget), Chart::right(),
             chart.toY(budget), "grid");
  for (const RunStage &stage : plan.stages) {
    double from = chart.toX(std::log10(std::max(stage.from, first)));
    double to = chart.toX(std::log10(std::max(stage.to, first)));
    std::string name = nameLayout(stage.layout);
    chart.rect(from, Chart::bottom() - 18, to - from, 16,
               name == "E2M1"   ? "c0"
               : name == "E4M3" ? "c1"
                                : "c2",
               formatv("{0}: {1} to {2} tokens", name, formatFigure(stage.from),
                       formatFigure(stage.to))
                   .str());
  }
  chart.legend({"E2M1", "E4M3", "BF16"});
  chart.axis("tokens seen", /*isLog=*/true);
}

static void drawMemory(raw_ostream &os, double x, double y,
                       const TrainingPlan &plan) {
  Chart chart(os, x, y, "Memory",
              "GB of weights with E8M0 scales; states: f32 master and AdamW");
  std::vector<std::tuple<std::string, double, std::string>> bars;
  for (const FormatPlan &format : plan.formats)
    bars.emplace_back(nameLayout(format.layout), format.weightBytes * 1e-9,
                      formatFigure(format.weightBytes * 1e-9));
  bars.emplace_back("states", plan.stateBytes * 1e-9,
                    formatFigure(plan.stateBytes * 1e-9));
  chart.setRange(0, plan.stateBytes * 1.15e-9);
  drawBars(chart, bars, "c2");
  chart.axis("GB");
}

static void drawHours(raw_ostream &os, double x, double y,
                      const TrainingPlan &plan) {
  Chart chart(os, x, y, "Expected time",
              "products alone, 6·N operations a token, at the bench's rates");
  std::vector<std::tuple<std::string, double, std::string>> bars;
  auto add = [&](const std::string &name, double hours) {
    bars.emplace_back(name, hours, formatFigure(hours));
  };
  for (const FormatPlan &format : plan.formats)
    if (format.rate)
      add(nameLayout(format.layout),
          plan.getHours(*format.rate, plan.request.tokens));
  if (std::optional<double> hours = plan.getStagedHours())
    add("staged", *hours);
  double most = 0;
  for (const auto &bar : bars)
    most = std::max(most, std::get<1>(bar));
  chart.setRange(0, most * 1.2);
  if (bars.empty())
    chart.text(Chart::left(), 120, "no rates: give --bench=FILE", "note");
  else
    drawBars(chart, bars, "c3");
  chart.axis("hours");
}

std::string mxc::drawPlan(const TrainingPlan &plan) {
  auto with = [&](void (*draw)(raw_ostream &, double, double,
                               const TrainingPlan &)) -> DrawChart {
    return [&plan, draw](raw_ostream &os, double x, double y) {
      draw(os, x, y, plan);
    };
  };
  return drawCharts(formatv("{0} parameters, {1} tokens",
                            formatFigure(plan.request.params),
                            formatFigure(plan.request.tokens))
                        .str(),
                    {with(drawLoss), with(drawLayouts), with(drawCritical),
                     with(drawStages), with(drawMemory), with(drawHours)});
}
