//===- ReportFigures.h - What quantisation does to a tensor -----*- C++ -*-===//

#ifndef MX_TOOLS_MXC_REPORTFIGURES_H
#define MX_TOOLS_MXC_REPORTFIGURES_H

#include "mx/Support/Quantize.h"
#include <map>
#include <string>

namespace mxc {

/// A tensor to report on: matrices, row-major.
struct ReportTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};

/// One scale rule with one rounding. Shares and errors are over finite
/// elements.
struct RuleFigures {
  const char *rule, *rounding;
  bool isValid = false;
  /// Magnitudes beyond the largest of their block: max·scale·(1 + 2^-20).
  int64_t clipped = 0;
  /// Elements other than 0 that became 0.
  int64_t flushed = 0;
  double relativeL2 = 0; ///< |x' - x| / |x|, Euclidean norms
  double maxError = 0;   ///< the largest |x' - x|

  /// In decibels; infinite where nothing was lost.
  double getSNR() const;
};

/// Counts of elements over ranges of a number; edges[i] ≤ number < edges[i+1].
struct Histogram {
  std::vector<double> edges;
  std::vector<int64_t> counts;
  int64_t below = 0, above = 0;

  void add(double number);
};

struct Figures {
  int64_t elements = 0, zeros = 0, nonFinite = 0, blocks = 0;
  double amax = 0, l2 = 0;
  std::vector<RuleFigures> rules;
  std::string histogramRule; ///< whose scales the histograms are of
  /// x / scale: of the numbers themselves for narrow formats, of log2 of the
  /// magnitudes for those with more than two bits of exponent.
  Histogram scaled;
  bool isLogarithmic = false;
  std::vector<double> grid;              ///< the format's numbers from 0 up
  std::map<int, int64_t> scaleExponents; ///< floor(log2(scale)); by blocks
  int64_t zeroScales = 0, nanScales = 0;
};

/// Quantises with every rule and rounding that `format` takes.
Figures computeFigures(const ReportTensor &tensor,
                       const mx::contract::ScaledFormat &format);

} // namespace mxc

#endif // MX_TOOLS_MXC_REPORTFIGURES_H
