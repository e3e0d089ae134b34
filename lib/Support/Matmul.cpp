//===- Matmul.cpp - Scalar block-scaled products --------------------------===//
//
// One wide integer per result, one product at a time.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Matmul.h"

#include <algorithm>

namespace mx::contract {

namespace {

/// Without trailing zeros, so that a widened f16 is a multiple of f16's least
/// number, which is what exponentRange() promises.
Decoded decodeFloat(float value) {
  uint32_t magnitude = bitsOf(value) & 0x7FFFFFFF;
  Decoded result;
  Real real = realOf(value);
  int zeros = real.significand ? __builtin_ctzll(real.significand) : 0;
  real.significand >>= zeros;
  real.exponent += zeros;
  result.isNaN = magnitude > 0x7F800000;
  result.isInf = magnitude == 0x7F800000;
  auto significand = result.isNaN || result.isInf
                         ? int64_t(1)
                         : static_cast<int64_t>(real.significand);
  result.significand = real.negative ? -significand : significand;
  result.exponent = real.exponent;
  return result;
}

} // namespace

ExactNumber exactProduct(const Decoded &element, const Decoded &scale) {
  ExactNumber result;
  result.significand = element.significand * scale.significand;
  result.exponent = element.exponent + scale.exponent;
  result.isInf = element.isInf || scale.isInf;
  result.isNaN =
      element.isNaN || scale.isNaN || (result.isInf && result.significand == 0);
  if (result.isInf)
    result.significand = result.significand < 0 ? -1 : 1;
  return result;
}

Decoded decodeScale(const FloatFormat &format, uint32_t stored) {
  return format == kF32 ? decodeFloat(floatOf(stored))
                        : decodeParts(format, stored);
}

ExactOperand exactOperand(const Quantized &x) {
  ExactOperand result;
  result.items = x.items;
  result.rows = x.rows;
  result.cols = x.cols;
  result.range = exponentRange(x.format);
  result.hasTensorScale = x.format.hasTensorScale;
  result.tensorScale = x.tensorScale;
  size_t i = 0;
  for (int64_t item = 0; item < x.items; ++item)
    for (int64_t row = 0; row < x.rows; ++row)
      for (int64_t col = 0; col < x.cols; ++col)
        result.values.push_back(exactProduct(
            decodeParts(x.format.element, x.codes[i++]),
            decodeScale(x.format.scale, x.scaleOf(item, row, col))));
  return result;
}

ExactOperand exactOperand(const MatrixView &x, const FloatFormat &type) {
  ExactOperand result;
  result.items = x.items;
  result.rows = x.rows;
  result.cols = x.cols;
  result.range = exponentRange(type);
  Decoded one;
  one.significand = 1;
  for (int64_t item = 0; item < x.items; ++item)
    for (int64_t row = 0; row < x.rows; ++row)
      for (int64_t col = 0; col < x.cols; ++col)
        result.values.push_back(
            exactProduct(decodeFloat(x.at(item, row, col)), one));
  return result;
}

std::vector<float> matmulExact(const ExactOperand &a, const ExactOperand &b,
                               const float *acc, float alpha) {
  std::vector<float> result;
  ExactSum sum(a.range, b.range);
  int64_t items = std::max(a.items, b.items), depth = std::min(a.cols, b.cols);
  for (int64_t item = 0; item < items; ++item)
    for (int64_t m = 0; m < a.rows; ++m)
      for (int64_t n = 0; n < b.rows; ++n) {
        sum.clear();
        for (int64_t k = 0; k < depth; ++k)
          addProduct(sum, a.row(item, m)[k], b.row(item, n)[k]);
        const float *term = acc ? acc + result.size() : nullptr;
        result.push_back(finishProduct(sum.toFloat(), term, a.tensorScale,
                                       b.tensorScale, alpha));
      }
  return result;
}

} // namespace mx::contract
