//===- ReportFigures.cpp - What quantisation does to a tensor -------------===//
//
// By the definition of lib/Support, so that the figures are those of every
// target.
//
//===----------------------------------------------------------------------===//

#include "ReportFigures.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Parallel.h"
#include <cmath>

using namespace mxc;
using namespace mx::contract;

double RuleFigures::getSNR() const { return -20 * std::log10(relativeL2); }

void Histogram::add(double number) {
  auto it = llvm::upper_bound(edges, number);
  if (it == edges.begin())
    ++below;
  else if (it == edges.end())
    ++above;
  else
    ++counts[it - edges.begin() - 1];
}

namespace {
struct Way {
  ScaleRule rule;
  const char *ruleName;
  Rounding rounding;
  const char *roundingName;
};

/// A quantised tensor beside its source.
class Comparison {
public:
  Comparison(const MatrixView &source, const Quantized &result)
      : source(source), result(result),
        tensor(result.format.hasTensorScale ? result.tensorScale : 1.0f) {}

  template <typename Visit> void forEach(Visit visit) const {
    size_t i = 0;
    for (int64_t item = 0; item < result.items; ++item)
      for (int64_t row = 0; row < result.rows; ++row)
        for (int64_t col = 0; col < result.cols; ++col, ++i) {
          double scale =
              scaleValue(result.format.scale, result.scaleOf(item, row, col));
          visit(source.at(item, row, col), scale, valueOf(i, scale));
        }
  }
  double getTensorScale() const { return tensor; }

private:
  double valueOf(size_t i, double scale) const {
    double element = decode(result.format.element, result.codes[i]);
    return result.format.hasTensorScale
               ? dequantizeTwoLevel(element, scale, result.tensorScale)
               : dequantizeElement(element, scale);
  }

  const MatrixView &source;
  const Quantized &result;
  double tensor;
};
} // namespace

static std::vector<Way> listWays(const ScaledFormat &format) {
  constexpr std::pair<ScaleRule, const char *> rules[] = {
      {ScaleRule::Floor, "floor"},
      {ScaleRule::Ceil, "ceil"},
      {ScaleRule::RCeil, "rceil"},
      {ScaleRule::Even, "even"},
      {ScaleRule::Amax, "amax"}};
  constexpr std::pair<Rounding, const char *> roundings[] = {
      {Rounding::NearestEven, "nearest_even"},
      {Rounding::NearestAway, "nearest_away"},
      {Rounding::Stochastic, "stochastic"},
      {Rounding::TowardZero, "toward_zero"}};
  std::vector<Way> ways;
  for (auto [rule, ruleName] : rules)
    if (isLegal(format, rule, /*prescale=*/1))
      for (auto [rounding, roundingName] : roundings)
        ways.push_back({rule, ruleName, rounding, roundingName});
  return ways;
}

static RuleFigures measure(const Way &way, const Comparison &comparison,
                           const FloatFormat &element) {
  RuleFigures figures{way.ruleName, way.roundingName};
  double largest = element.max() * (1 + 0x1p-20) * comparison.getTensorScale();
  double energy = 0, error = 0;
  comparison.forEach([&](double x, double scale, double value) {
    if (!std::isfinite(x) || !std::isfinite(value))
      return;
    figures.clipped += std::abs(x) > largest * scale;
    figures.flushed += x != 0 && value == 0;
    energy += x * x;
    error += (value - x) * (value - x);
    figures.maxError = std::max(figures.maxError, std::abs(value - x));
  });
  figures.relativeL2 = energy > 0 ? std::sqrt(error / energy) : 0;
  figures.isValid = true;
  return figures;
}

/// Bins that the format's numbers fit into: sixteenths of the range for narrow
/// formats, quarters of an octave otherwise.
static void prepareHistogram(const FloatFormat &element, Figures &figures) {
  double max = element.max();
  std::vector<double> &edges = figures.scaled.edges;
  figures.isLogarithmic = element.exponentBits > 2;
  if (figures.isLogarithmic) {
    int low = element.minExponent() - 3, high = element.emax() + 2;
    for (int i = 4 * low; i <= 4 * high; ++i)
      edges.push_back(i / 4.0);
  } else {
    constexpr int kBins = 64;
    double limit = std::exp2(element.emax() + 1);
    for (int i = 0; i <= kBins; ++i)
      edges.push_back(limit * (2 * i - kBins) / kBins);
  }
  figures.scaled.counts.resize(edges.size() - 1);
  for (uint32_t code = 0; code <= element.maxCode(); ++code)
    if (double value = decode(element, code); value >= 0 && value <= max)
      figures.grid.push_back(value);
}

static void fillHistograms(const Comparison &comparison,
                           const Quantized &result, Figures &figures) {
  comparison.forEach([&](double x, double scale, double) {
    double step = scale * comparison.getTensorScale();
    if (!std::isfinite(x) || !std::isfinite(step) || step == 0)
      return;
    if (!figures.isLogarithmic)
      figures.scaled.add(x / step);
    else if (x != 0)
      figures.scaled.add(std::log2(std::abs(x) / step));
  });
  for (uint32_t scale : result.scales) {
    double value = scaleValue(result.format.scale, scale);
    if (!std::isfinite(value))
      ++figures.nanScales;
    else if (value == 0)
      ++figures.zeroScales;
    else
      ++figures.scaleExponents[std::ilogb(value)];
  }
  figures.blocks = static_cast<int64_t>(result.scales.size());
}

static void describeValues(const ReportTensor &tensor, Figures &figures) {
  figures.elements = static_cast<int64_t>(tensor.values.size());
  for (float value : tensor.values) {
    if (!std::isfinite(value)) {
      ++figures.nonFinite;
      continue;
    }
    figures.zeros += value == 0;
    figures.amax = std::max(figures.amax, std::abs(double(value)));
    figures.l2 += double(value) * value;
  }
  figures.l2 = std::sqrt(figures.l2);
}

/// Axes before the last two are items.
static MatrixView viewOf(const ReportTensor &tensor) {
  MatrixView view;
  view.data = tensor.values.data();
  view.cols = tensor.shape.back();
  view.rows =
      tensor.shape.size() > 1 ? tensor.shape[tensor.shape.size() - 2] : 1;
  for (size_t axis = 0; axis + 2 < tensor.shape.size(); ++axis)
    view.items *= tensor.shape[axis];
  view.rowStride = view.cols;
  view.itemStride = view.rows * view.cols;
  return view;
}

Figures mxc::computeFigures(const ReportTensor &tensor,
                            const ScaledFormat &format) {
  Figures figures;
  describeValues(tensor, figures);
  prepareHistogram(format.element, figures);
  std::vector<Way> ways = listWays(format);
  figures.rules.resize(ways.size(), RuleFigures{"", ""});
  figures.histogramRule = ways.front().ruleName;
  MatrixView source = viewOf(tensor);
  MatrixView stored = isStoredTransposed(format) ? source.transposed() : source;
  llvm::parallelFor(0, ways.size(), [&](size_t i) {
    QuantizeSpec spec;
    spec.format = format;
    spec.rule = ways[i].rule;
    spec.rounding = ways[i].rounding;
    Quantized result;
    if (quantize(spec, source, /*tensorAmax=*/nullptr, result))
      return;
    Comparison comparison(stored, result);
    figures.rules[i] = measure(ways[i], comparison, format.element);
    if (i == 0)
      fillHistograms(comparison, result, figures);
  });
  return figures;
}
