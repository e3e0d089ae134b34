//===- Plot.h - Line plots side by side as SVG ------------------*- C++ -*-===//
//
// Both axes logarithmic and alike in all panels, one legend for them: what the
// growth plot needs.
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
  /// A point of a line; lines of one name share a colour in all panels.
  void add(const std::string &panel, const std::string &name, double x,
           double y) {
    addPoint(panel, name, Kind::Ours, x, y);
  }
  /// The same, of what ours is compared with: thin and dashed.
  void addPeer(const std::string &panel, const std::string &name, double x,
               double y) {
    addPoint(panel, name, Kind::Peer, x, y);
  }
  /// A level across the panel, with its name on it.
  void addLevel(const std::string &panel, const std::string &name, double y) {
    addPoint(panel, name, Kind::Level, 1, y);
  }
  bool empty() const { return lines.empty(); }
  /// The document; y starts at a power of ten.
  std::string svg() const;

private:
  enum class Kind { Ours, Peer, Level };
  struct Line {
    std::string panel, name;
    Kind kind;
    std::vector<std::pair<double, double>> points;
  };
  struct Axes;
  void addPoint(const std::string &panel, const std::string &name, Kind kind,
                double x, double y);
  /// The panels, or the names of lines with a colour, in the order of add().
  std::vector<std::string> panels() const;
  std::vector<std::string> colouredNames() const;
  Axes axes() const;
  std::string panelOf(const std::string &panel, const Axes &axes) const;
  std::string legend(double left) const;
  /// Attributes of a line's stroke.
  std::string strokeOf(const Line &line) const;

  std::string title, xLabel, yLabel;
  std::vector<Line> lines;
};

} // namespace mx::bench

#endif // MX_RUNTIME_BENCH_PLOT_H
