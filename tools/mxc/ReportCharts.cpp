//===- ReportCharts.cpp - Charts of mxc report ----------------------------===//
//
// Plain SVG: shapes of a few classes, a style sheet for light and dark, titles
// that browsers show under the pointer. No script.
//
//===----------------------------------------------------------------------===//

#include "ReportPage.h"
#include "SVGChart.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace llvm;
using namespace mxc;

std::string mxc::escapeMarkup(StringRef text) {
  std::string result;
  for (unsigned char c : text) {
    switch (c) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    case '\'':
      result += "&#39;";
      break;
    default:
      // Control characters are in no XML.
      result += c < 0x20 || c == 0x7F ? ' ' : static_cast<char>(c);
    }
  }
  return result;
}

std::string mxc::formatFigure(double value) {
  std::string text;
  raw_string_ostream(text) << format("%.3g", value);
  return text;
}

std::string mxc::formatShare(int64_t part, int64_t whole) {
  if (part == 0 || whole == 0)
    return "0 %";
  double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return share < 0.001 ? "< 0.001 %" : formatFigure(share) + " %";
}

/// Bars of counts between a pair of numbers each.
static void drawBars(Chart &chart, ArrayRef<std::pair<double, double>> ranges,
                     ArrayRef<int64_t> counts, int64_t whole,
                     function_ref<std::string(size_t)> describe) {
  int64_t most = 1;
  for (int64_t count : counts)
    most = std::max(most, count);
  double height = Chart::bottom() - Chart::kTop;
  for (double part : {0.5, 1.0}) {
    double y = Chart::bottom() - part * height;
    chart.line(chart.left(), y, Chart::right(), y, "rule");
    chart.text(chart.left() - 6, y + 4,
               formatFigure(100.0 * part * double(most) /
                            double(std::max<int64_t>(whole, 1))) +
                   " %",
               "note", "end");
  }
  for (auto [i, range, count] : enumerate(ranges, counts)) {
    if (count == 0)
      continue;
    double x = chart.toX(range.first), end = chart.toX(range.second);
    double tall = std::max(height * double(count) / double(most), 0.5);
    chart.rect(x + 0.25, Chart::bottom() - tall, end - x - 0.5, tall, "bar",
               describe(i) + ": " + std::to_string(count) + " (" +
                   formatShare(count, whole) + ")");
  }
}

static void drawValues(raw_ostream &os, double x, double y,
                       const Figures &figures) {
  const Histogram &histogram = figures.scaled;
  bool isLog = figures.isLogarithmic;
  int64_t whole = figures.elements - figures.nonFinite;
  std::string note = isLog
                         ? "log2 of |x / scale|, rule " + figures.histogramRule
                         : "x / scale, rule " + figures.histogramRule +
                               "; lines are the format's numbers";
  Chart chart(os, x, y, "Values over the format's grid", note);
  // Ranges that hold something, and the grid.
  size_t first = 0, last = histogram.counts.size();
  if (isLog) {
    while (first + 8 < last && histogram.counts[first] == 0)
      ++first;
    while (last > first + 8 && histogram.counts[last - 1] == 0)
      --last;
  }
  chart.setRange(histogram.edges[first], histogram.edges[last]);
  std::vector<std::pair<double, double>> ranges;
  for (size_t i = first; i < last; ++i)
    ranges.emplace_back(histogram.edges[i], histogram.edges[i + 1]);
  drawBars(chart, ranges, ArrayRef(histogram.counts).slice(first, last - first),
           whole, [&](size_t i) {
             return formatFigure(ranges[i].first) + " to " +
                    formatFigure(ranges[i].second);
           });
  for (double number : figures.grid)
    for (double sign : {-1.0, 1.0}) {
      if (isLog ? sign < 0 || number == 0 ||
                      std::log2(number) != std::floor(std::log2(number))
                : figures.grid.size() > 40)
        continue;
      double place = isLog ? std::log2(number) : sign * number;
      if (place < histogram.edges[first] || place > histogram.edges[last])
        continue;
      chart.line(chart.toX(place), Chart::kTop, chart.toX(place),
                 Chart::bottom(), "grid");
    }
  chart.axis(isLog ? "log2 |x / scale|" : "x / scale");
}

static void drawScales(raw_ostream &os, double x, double y,
                       const Figures &figures) {
  std::string note =
      "floor(log2(scale)) of " + std::to_string(figures.blocks) + " blocks";
  if (figures.zeroScales)
    note += ", " + std::to_string(figures.zeroScales) + " scales are 0";
  if (figures.nanScales)
    note += ", " + std::to_string(figures.nanScales) + " are NaN";
  Chart chart(os, x, y, "Scale exponents", note);
  std::vector<std::pair<double, double>> ranges;
  std::vector<int64_t> counts;
  for (auto [exponent, count] : figures.scaleExponents) {
    ranges.emplace_back(exponent - 0.45, exponent + 0.45);
    counts.push_back(count);
  }
  if (!ranges.empty()) {
    // A few narrow bars look like what they are.
    double middle = (ranges.front().first + ranges.back().second) / 2;
    double half =
        std::max(4.0, (ranges.back().second - ranges.front().first) / 2 + 0.5);
    chart.setRange(middle - half, middle + half);
  }
  drawBars(chart, ranges, counts, figures.blocks, [&](size_t i) {
    return "2^" + formatFigure(ranges[i].first + 0.45);
  });
  chart.axis("exponent");
}

/// The figures of each scale rule, in order.
static std::vector<ArrayRef<RuleFigures>> groupByRule(const Figures &figures) {
  std::vector<ArrayRef<RuleFigures>> groups;
  ArrayRef<RuleFigures> rest(figures.rules);
  while (!rest.empty()) {
    StringRef rule = rest.front().rule;
    size_t count = 0;
    while (count < rest.size() && rule == rest[count].rule)
      ++count;
    groups.push_back(rest.take_front(count));
    rest = rest.drop_front(count);
  }
  return groups;
}

static void drawShares(raw_ostream &os, double x, double y,
                       const Figures &figures) {
  int64_t whole = figures.elements - figures.nonFinite;
  Chart chart(os, x, y, "Clipped and flushed to zero",
              "share of elements, nearest_even");
  auto groups = groupByRule(figures);
  int64_t most = 1;
  for (ArrayRef<RuleFigures> group : groups)
    most = std::max({most, group[0].clipped, group[0].flushed});
  double limit = 100.0 * double(most) / double(std::max<int64_t>(whole, 1));
  chart.setRange(0, limit * 1.25);
  chart.legend({"clipped", "flushed"});
  double top = Chart::kTop + 14,
         pitch = (Chart::bottom() - top) / double(groups.size());
  double thick = std::min(14.0, pitch / 3);
  for (auto [i, group] : enumerate(groups)) {
    double middle = top + (double(i) + 0.5) * pitch;
    chart.text(chart.left() - 6, middle + 4, group[0].rule, "", "end");
    const int64_t counts[] = {group[0].clipped, group[0].flushed};
    for (auto [series, count] : enumerate(counts)) {
      double share =
          100.0 * double(count) / double(std::max<int64_t>(whole, 1));
      double at = middle - thick - 1 + double(series) * (thick + 2);
      chart.rect(chart.left(), at, chart.toX(share) - chart.left(), thick,
                 "c" + std::to_string(series),
                 std::string(group[0].rule) +
                     (series ? ", flushed: " : ", clipped: ") +
                     std::to_string(count));
      chart.text(chart.toX(share) + 5, at + thick - 2,
                 formatShare(count, whole), "note");
    }
  }
  chart.axis("% of elements");
}

static void drawErrors(raw_ostream &os, double x, double y,
                       const Figures &figures) {
  Chart chart(os, x, y, "Error by rule and rounding",
              "signal to quantisation noise; right is better");
  auto groups = groupByRule(figures);
  double low = INFINITY, high = -INFINITY;
  std::vector<StringRef> names;
  for (const RuleFigures &rule : figures.rules) {
    if (!is_contained(names, rule.rounding))
      names.push_back(rule.rounding);
    if (std::isfinite(rule.getSNR())) {
      low = std::min(low, rule.getSNR());
      high = std::max(high, rule.getSNR());
    }
  }
  if (low > high)
    low = 0, high = 1;
  chart.setRange(std::floor(low) - 1, std::ceil(high) + 1);
  chart.legend(names);
  double top = Chart::kTop + 14,
         pitch = (Chart::bottom() - top) / double(groups.size());
  for (auto [i, group] : enumerate(groups)) {
    double middle = top + (double(i) + 0.5) * pitch;
    chart.text(chart.left() - 6, middle + 4, group[0].rule, "", "end");
    chart.line(chart.left(), middle, Chart::right(), middle, "rule");
    for (const RuleFigures &rule : group) {
      auto series = find(names, StringRef(rule.rounding)) - names.begin();
      // Side by side, since roundings to nearest are close to each other.
      double at = middle + 8 * (double(series) - double(names.size() - 1) / 2);
      if (std::isfinite(rule.getSNR()))
        chart.dot(chart.toX(rule.getSNR()), at, "c" + std::to_string(series),
                  std::string(rule.rule) + ", " + rule.rounding + ": " +
                      formatFigure(rule.getSNR()) + " dB");
    }
  }
  chart.axis("dB");
}

std::string mxc::drawCharts(const Report &report, StringRef format) {
  const Figures &figures = report.figures;
  auto with = [&](void (*draw)(raw_ostream &, double, double,
                               const Figures &)) -> DrawChart {
    return [&figures, draw](raw_ostream &os, double x, double y) {
      draw(os, x, y, figures);
    };
  };
  return drawCharts(
      report.tensor.name + " as " + format.str(),
      {with(drawValues), with(drawScales), with(drawShares), with(drawErrors)});
}
