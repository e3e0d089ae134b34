//===- SVGChart.cpp - Drawing one chart -----------------------------------===//

#include "SVGChart.h"

#include "ReportPage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace mxc;

/// For light and dark.
static constexpr const char *kStyle = R"(
.mx{font:12px system-ui,sans-serif}
.mx text{fill:#3c4149}.mx .head{font-weight:600;font-size:14px;fill:#16191d}
.mx .note{fill:#6a717c}.mx .paper{fill:#ffffff}.mx .card{fill:#f6f7f9}
.mx .axis{stroke:#9aa1ab;fill:none}.mx .rule{stroke:#d8dce2;fill:none}
.mx .grid{stroke:#c2410c;stroke-opacity:.35;fill:none}
.mx .bar{fill:#2f6fd0}
.mx .c0{fill:#2f6fd0}.mx .c1{fill:#c2410c}.mx .c2{fill:#0f8a6d}.mx .c3{fill:#8b4fc9}
.mx .s0,.mx .s1,.mx .s2,.mx .s3{fill:none;stroke-width:2}
.mx .s0{stroke:#2f6fd0}.mx .s1{stroke:#c2410c}.mx .s2{stroke:#0f8a6d}.mx .s3{stroke:#8b4fc9}
@media (prefers-color-scheme: dark){
.mx text{fill:#c3c9d2}.mx .head{fill:#f2f4f7}.mx .note{fill:#939ba7}
.mx .paper{fill:#14171b}.mx .card{fill:#1d2127}
.mx .axis{stroke:#6a717c}.mx .rule{stroke:#333941}.mx .grid{stroke:#fb923c}
.mx .bar,.mx .c0{fill:#6ea8ff}.mx .c1{fill:#fb923c}.mx .c2{fill:#3ecfa8}.mx .c3{fill:#bd93f9}
.mx .s0{stroke:#6ea8ff}.mx .s1{stroke:#fb923c}.mx .s2{stroke:#3ecfa8}.mx .s3{stroke:#bd93f9}}
)";

Chart::Chart(raw_ostream &os, double x, double y, StringRef title,
             StringRef note)
    : os(os) {
  os << formatv("<g transform=\"translate({0} {1})\">\n", x, y)
     << formatv("<rect class=\"card\" width=\"{0}\" height=\"{1}\" "
                "rx=\"8\"/>\n",
                kWidth - 12, kHeight - 12);
  text(16, 24, title, "head");
  text(16, 42, note, "note");
}

void Chart::setRange(double low, double high) {
  this->low = low;
  this->high = high > low ? high : low + 1;
}

double Chart::toX(double value) const {
  return left() + (value - low) / (high - low) * (right() - left());
}

void Chart::setHeights(double low, double high) {
  bottomValue = low;
  topValue = high > low ? high : low + 1;
}

double Chart::toY(double value) const {
  double height = bottom() - kTop - 14; // a legend is above
  return bottom() - (value - bottomValue) / (topValue - bottomValue) * height;
}

void Chart::text(double x, double y, StringRef words, StringRef style,
                 StringRef anchor) {
  os << formatv("<text x=\"{0:f1}\" y=\"{1:f1}\" class=\"{2}\" "
                "text-anchor=\"{3}\">",
                x, y, style, anchor)
     << escapeMarkup(words) << "</text>\n";
}

void Chart::line(double x1, double y1, double x2, double y2, StringRef style) {
  os << formatv("<path class=\"{0}\" d=\"M{1:f1} {2:f1}L{3:f1} {4:f1}\"/>\n",
                style, x1, y1, x2, y2);
}

void Chart::rect(double x, double y, double width, double height,
                 StringRef style, const std::string &tip) {
  os << formatv("<rect class=\"{0}\" x=\"{1:f2}\" y=\"{2:f2}\" "
                "width=\"{3:f2}\" height=\"{4:f2}\">",
                style, x, y, std::max(width, 0.0), std::max(height, 0.0))
     << "<title>" << escapeMarkup(tip) << "</title></rect>\n";
}

void Chart::dot(double x, double y, StringRef style, const std::string &tip) {
  os << formatv("<circle class=\"{0}\" cx=\"{1:f1}\" cy=\"{2:f1}\" "
                "r=\"4\">",
                style, x, y)
     << "<title>" << escapeMarkup(tip) << "</title></circle>\n";
}

void Chart::curve(ArrayRef<std::pair<double, double>> points, int series,
                  const std::string &tip) {
  os << "<path class=\"s" << series << "\" d=\"";
  for (auto [i, point] : enumerate(points))
    os << formatv("{0}{1:f1} {2:f1}", i ? "L" : "M", toX(point.first),
                  toY(point.second));
  os << "\"><title>" << escapeMarkup(tip) << "</title></path>\n";
}

/// Round numbers in a range, at most ten; integers for exponents of ten.
static std::vector<double> getTicks(double low, double high, bool isLog) {
  double step = std::pow(10, std::floor(std::log10((high - low) / 4)));
  for (double factor : {1.0, 2.0, 5.0, 10.0})
    if ((high - low) / (step * factor) <= 9) {
      step *= factor;
      break;
    }
  if (isLog)
    step = std::max(std::round(step), 1.0);
  std::vector<double> ticks;
  for (double tick = std::ceil(low / step) * step; tick <= high + step * 1e-9;
       tick += step)
    ticks.push_back(std::abs(tick) < step * 1e-9 ? 0 : tick);
  return ticks;
}

static std::string nameTick(double tick, bool isLog) {
  if (!isLog || std::abs(tick) <= 2)
    return formatFigure(isLog ? std::pow(10, tick) : tick);
  return "1e" + std::to_string(int(tick));
}

void Chart::axis(StringRef label, bool isLog) {
  line(left(), bottom(), right(), bottom(), "axis");
  for (double tick : getTicks(low, high, isLog)) {
    line(toX(tick), bottom(), toX(tick), bottom() + 4, "axis");
    text(toX(tick), bottom() + 18, nameTick(tick, isLog), "note", "middle");
  }
  text((left() + right()) / 2, bottom() + 35, label, "note", "middle");
}

void Chart::sideAxis(bool isLog) {
  for (double tick : getTicks(bottomValue, topValue, isLog)) {
    line(left(), toY(tick), right(), toY(tick), "rule");
    text(left() - 6, toY(tick) + 4, nameTick(tick, isLog), "note", "end");
  }
}

void Chart::legend(ArrayRef<StringRef> names) {
  double x = left();
  for (auto [i, name] : enumerate(names)) {
    rect(x, kTop - 6, 10, 10, "c" + std::to_string(i), name.str());
    text(x + 14, kTop + 3, name, "note");
    x += 28 + 7 * double(name.size());
  }
}

std::string mxc::drawCharts(StringRef title, ArrayRef<DrawChart> charts) {
  std::string text;
  raw_string_ostream os(text);
  constexpr double kMargin = 12, kHead = 34;
  double rows = double((charts.size() + 1) / 2);
  double width = 2 * Chart::kWidth + kMargin,
         height = rows * Chart::kHeight + kHead + kMargin;
  os << formatv("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"mx\" "
                "viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
                "role=\"img\">\n",
                width, height)
     << "<title>" << escapeMarkup(title) << "</title>\n<style>" << kStyle
     << "</style>\n"
     << formatv("<rect class=\"paper\" width=\"{0}\" height=\"{1}\"/>\n", width,
                height)
     << formatv("<text class=\"head\" x=\"{0}\" y=\"26\">", kMargin)
     << escapeMarkup(title) << "</text>\n";
  for (auto [i, draw] : enumerate(charts))
    draw(os, kMargin + double(i % 2) * Chart::kWidth,
         kHead + kMargin / 2 + double(i / 2) * Chart::kHeight);
  os << "</svg>\n";
  return text;
}
