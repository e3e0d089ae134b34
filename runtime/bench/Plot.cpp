//===- Plot.cpp - A line plot as SVG --------------------------------------===//
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

constexpr double kLeft = 80, kTop = 50, kWidth = 620, kHeight = 420;
constexpr double kLegend = kLeft + kWidth + 20;
// Distinct for most kinds of colour vision (Okabe and Ito).
const char *const kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                "#E69F00", "#56B4E9", "#000000", "#999999"};
constexpr size_t kColourCount = sizeof kColours / sizeof *kColours;
const char *const kDashes[] = {"none", "7 4", "2 3", "9 3 2 3"};

/// One axis: values from `low` to `high`, both powers of ten.
struct Axis {
  double low = 1e300, high = 0;
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void round() {
    low = std::pow(10, std::floor(std::log10(low)));
    high = std::pow(10, std::ceil(std::log10(high) - 1e-9));
    if (high <= low)
      high = low * 10;
  }
  double at(double value) const {
    return std::log10(value / low) / std::log10(high / low);
  }
};

double placeX(const Axis &axis, double x) {
  return kLeft + kWidth * axis.at(x);
}
double placeY(const Axis &axis, double y) {
  return kTop + kHeight * (1 - axis.at(y));
}

std::string text(double x, double y, const char *anchor,
                 const std::string &what) {
  return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y,
                anchor) +
         what + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2,
                 const std::string &style) {
  return format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" ", x1,
                y1, x2, y2) +
         style + "/>\n";
}

std::string grid(const Axis &x, const Axis &y) {
  const std::string style = "stroke=\"#dddddd\"";
  std::string result;
  for (double v = x.low; v <= x.high * 1.001; v *= 10) {
    double at = placeX(x, v);
    result += line(at, kTop, at, kTop + kHeight, style);
    result += text(at, kTop + kHeight + 18, "middle",
                   format("10<tspan dy=\"-5\" font-size=\"9\">%.0f</tspan>",
                          std::log10(v)));
  }
  for (double v = y.low; v <= y.high * 1.001; v *= 10)
    for (double step : {1.0, 2.0, 5.0}) {
      if (v * step > y.high * 1.001)
        break;
      double at = placeY(y, v * step);
      result += line(kLeft, at, kLeft + kWidth, at, style);
      result += text(kLeft - 8, at + 4, "end", format("%g", v * step));
    }
  return result;
}

} // namespace

Plot::Series &Plot::find(const std::string &name, const std::string &variant,
                         bool isLevel) {
  for (Series &s : series)
    if (s.name == name && s.variant == variant)
      return s;
  series.push_back({name, variant, isLevel, {}});
  return series.back();
}

void Plot::add(const std::string &name, const std::string &variant, double x,
               double y) {
  if (x > 0 && y > 0)
    find(name, variant, false).points.push_back({x, y});
}

void Plot::addLevel(const std::string &name, const std::string &variant,
                    double y) {
  if (y > 0)
    find(name, variant, true).points.push_back({0, y});
}

size_t Plot::placeOf(const Series &wanted, std::string Series::*field) const {
  std::vector<std::string> seen;
  for (const Series &s : series)
    if (std::find(seen.begin(), seen.end(), s.*field) == seen.end())
      seen.push_back(s.*field);
  return size_t(std::find(seen.begin(), seen.end(), wanted.*field) -
                seen.begin());
}

std::string Plot::svg() const {
  Axis x, y;
  for (const Series &s : series)
    for (auto [px, py] : s.points) {
      if (!s.isLevel)
        x.include(px);
      y.include(py);
    }
  if (x.high == 0)
    x = {1, 10};
  x.round();
  y.round();
  std::string result =
      format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
             "height=\"%.0f\" font-family=\"sans-serif\" font-size=\"12\">\n"
             "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
             kLegend + 260, kTop + kHeight + 60);
  result += grid(x, y);
  result += text(kLeft + kWidth / 2, 28, "middle", title);
  result += text(kLeft + kWidth / 2, kTop + kHeight + 42, "middle", xLabel);
  result += format("<text transform=\"translate(22 %.0f) rotate(-90)\" "
                   "text-anchor=\"middle\">",
                   kTop + kHeight / 2) +
            yLabel + "</text>\n";
  double legend = kTop + 10;
  for (const Series &s : series) {
    std::string style = format(
        "stroke=\"%s\" stroke-width=\"%s\" stroke-dasharray=\"%s\" "
        "fill=\"none\"",
        kColours[placeOf(s, &Series::name) % kColourCount],
        s.isLevel ? "1" : "2", kDashes[placeOf(s, &Series::variant) % 4]);
    std::string points;
    for (auto [px, py] : s.points)
      points += format("%.1f,%.1f ", s.isLevel ? kLeft : placeX(x, px),
                       placeY(y, py));
    if (s.isLevel)
      points +=
          format("%.1f,%.1f", kLeft + kWidth, placeY(y, s.points[0].second));
    result += "<polyline points=\"" + points + "\" " + style + "/>\n";
    result += line(kLegend, legend - 4, kLegend + 28, legend - 4, style);
    result += text(kLegend + 34, legend, "start", s.name + ", " + s.variant);
    legend += 18;
  }
  return result + "</svg>\n";
}

} // namespace mx::bench
