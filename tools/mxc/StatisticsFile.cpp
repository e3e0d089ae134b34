//===- StatisticsFile.cpp - What quantisations did, as JSON ---------------===//

#include "StatisticsFile.h"

#include "mx/Files/OutputFile.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

using namespace llvm;
using namespace mxc;

/// Columns of the first table, in the order of mx-statistics.
namespace {
struct Row {
  double elements, clipped, flushed, blocks, clamped, product, squareX, squareQ;
};
constexpr size_t kBins = 256;
} // namespace

static json::Value getCosine(const Row &row) {
  double squares = row.squareX * row.squareQ;
  if (!(squares > 0))
    return nullptr;
  return row.product / std::sqrt(squares);
}

/// Blocks by exponent; subnormal and all-zero blocks under "-127", NaN and Inf
/// under "nan".
static json::Object getExponents(const int64_t *bins) {
  json::Object exponents;
  for (size_t bin = 0; bin < kBins; ++bin)
    if (bins[bin] != 0)
      exponents[bin == kBins - 1 ? "nan"
                                 : formatv("{0}", int(bin) - 127).str()] =
          bins[bin];
  return exponents;
}

json::Array mxc::takeStatistics(ArrayRef<std::string> labels,
                                NamedArrays &results) {
  json::Array statistics;
  if (labels.empty())
    return statistics;
  Array exponents = std::move(results.back().second);
  results.pop_back();
  Array table = std::move(results.back().second);
  results.pop_back();
  for (auto [number, label] : enumerate(labels)) {
    Row row;
    std::memcpy(&row, table.data.data() + number * sizeof(Row), sizeof(Row));
    int64_t bins[kBins];
    std::memcpy(bins, exponents.data.data() + number * sizeof(bins),
                sizeof(bins));
    statistics.push_back(json::Object{{"name", label},
                                      {"elements", int64_t(row.elements)},
                                      {"clipped", int64_t(row.clipped)},
                                      {"flushed", int64_t(row.flushed)},
                                      {"blocks", int64_t(row.blocks)},
                                      {"scales_at_clamp", int64_t(row.clamped)},
                                      {"cosine", getCosine(row)},
                                      {"amax_exponents", getExponents(bins)}});
  }
  return statistics;
}

Error mxc::writeStatistics(StringRef path, json::Array statistics) {
  std::string text =
      formatv("{0:2}\n", json::Value(std::move(statistics))).str();
  return mx::files::writeFile(path, text);
}
