//===- SVGChart.h - Drawing one chart ---------------------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_SVGCHART_H
#define MX_TOOLS_MXC_SVGCHART_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace mxc {

/// One chart at a place of a picture: a title, a horizontal range and shapes in
/// classes of the style sheet. Text is escaped.
class Chart {
public:
  static constexpr double kWidth = 480, kHeight = 300, kTop = 54;

  Chart(llvm::raw_ostream &os, double x, double y, llvm::StringRef title,
        llvm::StringRef note);
  ~Chart() { os << "</g>\n"; }
  Chart(const Chart &) = delete;

  void setRange(double low, double high);
  double toX(double value) const;
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
  /// An axis of round numbers below the chart.
  void axis(llvm::StringRef label);
  /// Names of the series c0, c1, … above it.
  void legend(llvm::ArrayRef<llvm::StringRef> names);

private:
  double getStep() const;

  llvm::raw_ostream &os;
  double low = 0, high = 1;
};

/// The style sheet, for light and dark.
extern const char *const kChartStyle;

} // namespace mxc

#endif // MX_TOOLS_MXC_SVGCHART_H
