//===- PlainRows.cpp - Rows of plain results ------------------------------===//
//
// By the product of both powers of two, in f32 where they are near 1, otherwise
// in f64. For the compiler's own vectors.
//
//===----------------------------------------------------------------------===//

#include "PlainRows.h"

#include "../avx512/Target.h"
#include "mx/Support/Round.h"

#include <algorithm>
#include <cmath>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kTile = 16; ///< columns

bool areNear(const float *exponents, int64_t count) {
  return std::all_of(exponents, exponents + count,
                     [](float x) { return std::fabs(x) <= 60; });
}

double powerOf(float exponent) {
  return std::isnan(exponent) ? double(exponent)
                              : std::ldexp(1.0, int(exponent));
}

MX_AVX2_BEGIN

/// `count` results of a tile's row.
template <typename Number>
void writeTile(const float *sums, const Number *ofCols, Number ofRow,
               int64_t count, float *target) {
  float values[kTile];
  for (int64_t i = 0; i < kTile; ++i) {
    auto x = static_cast<float>(Number(sums[i]) * (ofCols[i] * ofRow));
    values[i] = x == x ? x : contract::floatOf(contract::kNaNBits);
  }
  if (count < kTile)
    std::copy(values, values + count, target);
  else
    std::copy(values, values + kTile, target);
}

template <typename Number>
void writeRows(const SumRows &sums, const PlainResults &results) {
  constexpr int64_t kTileSums = 256, kHalf = 512, kBlockSums = 1024;
  alignas(64) Number ofCols[kMostSumCols];
  for (int64_t i = 0; i < (sums.cols + kTile - 1) / kTile * kTile; ++i)
    ofCols[i] = static_cast<Number>(powerOf(results.exponentsB[sums.n + i]));
  for (int64_t row = 0; row < sums.rows; ++row) {
    auto ofRow = static_cast<Number>(powerOf(results.exponentsA[sums.m + row]));
    const float *line = sums.sums + row / 16 * kHalf + row % 16 * kTile;
    float *target = results.target + (sums.m + row) * results.stride + sums.n;
    for (int64_t col = 0; col < sums.cols; col += kTile) {
      int64_t tile = col / kTile;
      writeTile(line + tile / 2 * kBlockSums + tile % 2 * kTileSums,
                ofCols + col, ofRow, std::min(kTile, sums.cols - col),
                target + col);
    }
  }
}

MX_TARGET_END

} // namespace

void writePlainRows(const SumRows &sums, const PlainResults &results) {
  bool near = areNear(results.exponentsA + sums.m, sums.rows) &&
              areNear(results.exponentsB + sums.n, sums.cols);
  if (near)
    writeRows<float>(sums, results);
  else
    writeRows<double>(sums, results);
}

} // namespace mx::runtime::x86
