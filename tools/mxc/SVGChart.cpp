//===- SVGChart.cpp - Drawing one chart -----------------------------------===//

#include "SVGChart.h"

#include "ReportPage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace mxc;

const char *const mxc::kChartStyle = R"(
.mx{font:12px system-ui,sans-serif}
.mx text{fill:#3c4149}.mx .head{font-weight:600;font-size:14px;fill:#16191d}
.mx .note{fill:#6a717c}.mx .paper{fill:#ffffff}.mx .card{fill:#f6f7f9}
.mx .axis{stroke:#9aa1ab;fill:none}.mx .rule{stroke:#d8dce2;fill:none}
.mx .grid{stroke:#c2410c;stroke-opacity:.35;fill:none}
.mx .bar{fill:#2f6fd0}
.mx .c0{fill:#2f6fd0}.mx .c1{fill:#c2410c}.mx .c2{fill:#0f8a6d}.mx .c3{fill:#8b4fc9}
@media (prefers-color-scheme: dark){
.mx text{fill:#c3c9d2}.mx .head{fill:#f2f4f7}.mx .note{fill:#939ba7}
.mx .paper{fill:#14171b}.mx .card{fill:#1d2127}
.mx .axis{stroke:#6a717c}.mx .rule{stroke:#333941}.mx .grid{stroke:#fb923c}
.mx .bar,.mx .c0{fill:#6ea8ff}.mx .c1{fill:#fb923c}.mx .c2{fill:#3ecfa8}.mx .c3{fill:#bd93f9}}
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

void Chart::axis(StringRef label) {
  line(left(), bottom(), right(), bottom(), "axis");
  double step = getStep();
  for (double tick = std::ceil(low / step) * step; tick <= high + step * 1e-9;
       tick += step) {
    double shown = std::abs(tick) < step * 1e-9 ? 0 : tick;
    line(toX(tick), bottom(), toX(tick), bottom() + 4, "axis");
    text(toX(tick), bottom() + 18, formatFigure(shown), "note", "middle");
  }
  text((left() + right()) / 2, bottom() + 35, label, "note", "middle");
}

double Chart::getStep() const {
  double step = std::pow(10, std::floor(std::log10((high - low) / 4)));
  for (double factor : {1.0, 2.0, 5.0, 10.0})
    if ((high - low) / (step * factor) <= 9)
      return step * factor;
  return step * 10;
}

void Chart::legend(ArrayRef<StringRef> names) {
  double x = left();
  for (auto [i, name] : enumerate(names)) {
    rect(x, kTop - 6, 10, 10, "c" + std::to_string(i), name.str());
    text(x + 14, kTop + 3, name, "note");
    x += 22 + 7 * double(name.size());
  }
}
