//===- Plot.cpp - Line plots side by side as SVG --------------------------===//
//
// Written by hand: no dependency, and the file is small.
//
//===----------------------------------------------------------------------===//

#include "Plot.h"

#include "Report.h"

#include <algorithm>
#include <cmath>

namespace mx::bench {

namespace {

constexpr double kFirst = 70, kTop = 70, kWidth = 400, kHeight = 420;
constexpr double kGap = 30, kLegendWidth = 190;
// Distinct for most kinds of colour vision (Okabe and Ito).
const char *const kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                "#E69F00", "#56B4E9", "#000000"};
constexpr size_t kColourCount = sizeof kColours / sizeof *kColours;

/// One axis: values from `low` to `high`, both powers of ten.
struct Axis {
  double low = 1e300, high = 0;
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void round() {
    if (high == 0)
      low = 1, high = 10;
    low = std::pow(10, std::floor(std::log10(low)));
    high = std::pow(10, std::ceil(std::log10(high) - 1e-9));
    if (high <= low)
      high = low * 10;
  }
  double at(double value) const {
    return std::log10(value / low) / std::log10(high / low);
  }
};

std::string text(double x, double y, const char *anchor,
                 const std::string &what, const char *style = "") {
  return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>", x, y,
                anchor, style) +
         what + "</text>\n";
}

std::string segment(double x1, double y1, double x2, double y2,
                    const std::string &stroke) {
  return format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" ", x1,
                y1, x2, y2) +
         stroke + "/>\n";
}

void addNew(std::vector<std::string> &names, const std::string &name) {
  if (std::find(names.begin(), names.end(), name) == names.end())
    names.push_back(name);
}

} // namespace

/// Those of a panel that starts at `left`.
struct Plot::Axes {
  Axis x, y;
  double left = kFirst;
  double placeX(double value) const { return left + kWidth * x.at(value); }
  double placeY(double value) const {
    return kTop + kHeight * (1 - y.at(value));
  }
  std::string grid() const;
};

std::string Plot::Axes::grid() const {
  const std::string stroke = "stroke=\"#dddddd\"";
  std::string result;
  for (double v = x.low; v <= x.high * 1.001; v *= 10) {
    result += segment(placeX(v), kTop, placeX(v), kTop + kHeight, stroke);
    result += text(placeX(v), kTop + kHeight + 18, "middle",
                   format("10<tspan dy=\"-5\" font-size=\"9\">%.0f</tspan>",
                          std::log10(v)));
  }
  for (double v = y.low; v <= y.high * 1.001; v *= 10)
    for (double step : {1.0, 2.0, 5.0}) {
      if (v * step > y.high * 1.001)
        break;
      double at = placeY(v * step);
      result += segment(left, at, left + kWidth, at, stroke);
      if (left == kFirst)
        result += text(left - 8, at + 4, "end", format("%g", v * step));
    }
  return result;
}

void Plot::addPoint(const std::string &panel, const std::string &name,
                    Kind kind, double x, double y) {
  if (!(x > 0) || !(y > 0))
    return;
  auto line = std::find_if(lines.begin(), lines.end(), [&](const Line &l) {
    return l.panel == panel && l.name == name && l.kind == kind;
  });
  if (line == lines.end())
    line = lines.insert(line, {panel, name, kind, {}});
  line->points.push_back({x, y});
}

std::vector<std::string> Plot::panels() const {
  std::vector<std::string> result;
  for (const Line &line : lines)
    addNew(result, line.panel);
  return result;
}

std::vector<std::string> Plot::colouredNames() const {
  std::vector<std::string> result;
  for (const Line &line : lines)
    if (line.kind != Kind::Level)
      addNew(result, line.name);
  return result;
}

Plot::Axes Plot::axes() const {
  Axes result;
  for (const Line &line : lines)
    for (auto [x, y] : line.points) {
      if (line.kind != Kind::Level)
        result.x.include(x);
      result.y.include(y);
    }
  result.x.round();
  result.y.round();
  return result;
}

std::string Plot::strokeOf(const Line &line) const {
  if (line.kind == Kind::Level)
    return "stroke=\"#777777\" stroke-dasharray=\"2 3\" fill=\"none\"";
  std::vector<std::string> names = colouredNames();
  auto place =
      size_t(std::find(names.begin(), names.end(), line.name) - names.begin());
  const char *form = line.kind == Kind::Ours
                         ? "stroke-width=\"2.5\""
                         : "stroke-width=\"1.2\" stroke-dasharray=\"6 3\"";
  return format("stroke=\"%s\" %s fill=\"none\"",
                kColours[place % kColourCount], form);
}

std::string Plot::panelOf(const std::string &panel, const Axes &axes) const {
  std::string result = axes.grid();
  result += text(axes.left + kWidth / 2, kTop - 10, "middle", panel,
                 " font-weight=\"bold\"");
  for (const Line &line : lines) {
    if (line.panel != panel)
      continue;
    if (line.kind == Kind::Level) {
      double at = axes.placeY(line.points[0].second);
      result += segment(axes.left, at, axes.left + kWidth, at, strokeOf(line));
      result += text(axes.left + 4, at - 3, "start", line.name,
                     " font-size=\"10\" fill=\"#555555\"");
      continue;
    }
    std::string points;
    for (auto [x, y] : line.points)
      points += format("%.1f,%.1f ", axes.placeX(x), axes.placeY(y));
    result += "<polyline points=\"" + points + "\" " + strokeOf(line) + "/>\n";
  }
  return result;
}

std::string Plot::legend(double left) const {
  std::string result;
  double at = kTop + 10;
  for (const std::string &name : colouredNames()) {
    const Line &line =
        *std::find_if(lines.begin(), lines.end(), [&](const Line &l) {
          return l.name == name && l.kind != Kind::Level;
        });
    result += segment(left, at - 4, left + 28, at - 4, strokeOf(line));
    result += text(left + 34, at, "start", name);
    at += 18;
  }
  return result;
}

std::string Plot::svg() const {
  auto count = double(panels().size());
  double right = kFirst + count * (kWidth + kGap);
  std::string result =
      format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
             "height=\"%.0f\" font-family=\"sans-serif\" font-size=\"12\">\n"
             "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
             right + kLegendWidth, kTop + kHeight + 60);
  double middle = (kFirst + right - kGap) / 2;
  result += text(middle, 28, "middle", title);
  result += text(middle, kTop + kHeight + 42, "middle", xLabel);
  result += format("<text transform=\"translate(22 %.0f) rotate(-90)\" "
                   "text-anchor=\"middle\">",
                   kTop + kHeight / 2) +
            yLabel + "</text>\n";
  Axes place = axes();
  for (const std::string &panel : panels()) {
    result += panelOf(panel, place);
    place.left += kWidth + kGap;
  }
  return result + legend(right) + "</svg>\n";
}

} // namespace mx::bench
