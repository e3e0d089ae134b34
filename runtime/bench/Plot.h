//===- Plot.h - A line plot as SVG ------------------------------*- C++ -*-===//
//
// Both axes logarithmic, a legend beside it: what the growth plot needs.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_BENCH_PLOT_H
#define MX_RUNTIME_BENCH_PLOT_H

#include <string>
#include <utility>
#include <vector>

namespace mx::bench {

class Plot {
public:
  Plot(std::string title, std::string xLabel, std::string yLabel)
      : title(std::move(title)), xLabel(std::move(xLabel)),
        yLabel(std::move(yLabel)) {}
  /// Series of one `name` share a colour, those of one `variant` the dashes.
  void add(const std::string &name, const std::string &variant, double x,
           double y);
  /// A level across the whole plot.
  void addLevel(const std::string &name, const std::string &variant, double y);
  bool empty() const { return series.empty(); }
  /// The document; y starts at a power of ten.
  std::string svg() const;

private:
  struct Series {
    std::string name, variant;
    bool isLevel;
    std::vector<std::pair<double, double>> points;
  };
  Series &find(const std::string &name, const std::string &variant,
               bool isLevel);
  /// How many different texts `field` of earlier series holds before this one.
  size_t placeOf(const Series &wanted, std::string Series::*field) const;
  std::string title, xLabel, yLabel;
  std::vector<Series> series;
};

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_PLOT_H
