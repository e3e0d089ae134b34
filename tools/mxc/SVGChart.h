//===- SVGChart.h - Drawing one chart ---------------------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_SVGCHART_H
#define MX_TOOLS_MXC_SVGCHART_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>
#include <string>
#include <utility>

namespace mxc {

/// One chart at a place of a picture: a title, a range in each direction and
/// shapes in classes of the style sheet. Text is escaped.
class Chart {
public:
  static constexpr double kWidth = 480, kHeight = 300, kTop = 54;

  Chart(llvm::raw_ostream &os, double x, double y, llvm::StringRef title,
        llvm::StringRef note);
  ~Chart() { os << "</g>\n"; }
  Chart(const Chart &) = delete;

  void setRange(double low, double high);
  double toX(double value) const;
  /// Of the vertical axis, where a chart has one.
  void setHeights(double low, double high);
  double toY(double value) const;
  static double left() { return 56; }
  static double right() { return kWidth - 28; }
  static double bottom() { return kHeight - 56; }

  void text(double x, double y, llvm::StringRef words, llvm::StringRef style,
            llvm::StringRef anchor = "start");
  void line(double x1, double y1, double x2, double y2, llvm::StringRef style);
  /// `tip` is shown under the pointer.
  void rect(double x, double y, double width, double height,
            llvm::StringRef style, const std::string &tip);
  void dot(double x, double y, llvm::StringRef style, const std::string &tip);
  /// Through points (x, y) in the charts' ranges, in the colour of a series.
  void curve(llvm::ArrayRef<std::pair<double, double>> points, int series,
             const std::string &tip);
  /// An axis of round numbers below the chart; `isLog`: of powers of ten.
  void axis(llvm::StringRef label, bool isLog = false);
  /// Rules across the chart with numbers at the left.
  void sideAxis(bool isLog = false);
  /// Names of the series c0, c1, … above it.
  void legend(llvm::ArrayRef<llvm::StringRef> names);

private:
  llvm::raw_ostream &os;
  double low = 0, high = 1, bottomValue = 0, topValue = 1;
};

/// A picture of charts, two a row: each is drawn at the place that it is given.
using DrawChart =
    std::function<void(llvm::raw_ostream &os, double x, double y)>;
std::string drawCharts(llvm::StringRef title, llvm::ArrayRef<DrawChart> charts);

} // namespace mxc

#endif // MX_TOOLS_MXC_SVGCHART_H
