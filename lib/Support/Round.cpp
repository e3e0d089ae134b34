//===- Round.cpp - Casts between formats ----------------------------------===//
//
// The parts of Round.h that treat overflow, Inf and NaN: mx.cast.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Round.h"

#include <cmath>

namespace mx::contract {

namespace {

bool overflowsToInf(const FloatFormat &format) {
  return format.kind == FloatKind::IEEE && !format.isInteger && format != kE5M2;
}

uint32_t overflowCode(const FloatFormat &format, bool negative,
                      const Grid &grid) {
  uint32_t magnitude = grid.maxCode + (overflowsToInf(format) ? 1u : 0u);
  return withSign(magnitude, negative, grid);
}

uint32_t nanOrMax(const FloatFormat &format) {
  int nan = format.nanCode();
  return nan >= 0 ? static_cast<uint32_t>(nan) : format.maxCode();
}

/// E8M0 has no zero: its codes are the exponents, and a tie goes up (both
/// neighbours have the same one-bit significand; IEEE 754-2019, 4.3.1).
uint32_t castToE8M0(const Real &value, Grid grid, uint32_t random) {
  if (value.significand == 0 || value.negative)
    return 0xFF;
  grid.mantissaBits = 0;
  grid.minExponent = -4096; // below every double: no subnormals on this grid
  int exponent = static_cast<int>(roundMagnitude(
                     value.significand, value.exponent, grid, random)) -
                 4097;
  return static_cast<uint32_t>((exponent < -127  ? -127
                                : exponent > 127 ? 127
                                                 : exponent) +
                               127);
}

} // namespace

uint32_t castTo(const FloatFormat &format, const Real &value, const Grid &grid,
                uint32_t random) {
  if (format.isE8M0)
    return castToE8M0(value, grid, random);
  uint64_t magnitude =
      roundMagnitude(value.significand, value.exponent, grid, random);
  if (magnitude > grid.maxCode)
    return overflowCode(format, value.negative, grid);
  return withSign(static_cast<uint32_t>(magnitude), value.negative, grid);
}

uint32_t castTo(const FloatFormat &format, float value, Rounding rounding,
                uint32_t random, unsigned randomBits) {
  Grid grid(format, rounding, randomBits);
  uint32_t magnitude = bitsOf(value) & 0x7FFFFFFF;
  bool negative = bitsOf(value) >> 31;
  if (magnitude > 0x7F800000)
    return nanOrMax(format);
  if (magnitude == 0x7F800000) {
    if (format.isE8M0)
      return negative ? 0xFF : 0xFE;
    return overflowCode(format, negative, grid);
  }
  return castTo(format, realOf(value), grid, random);
}

uint32_t roundDouble(const FloatFormat &format, double value) {
  if (std::isnan(value))
    return nanOrMax(format);
  Grid grid(format, Rounding::NearestEven);
  if (std::isinf(value))
    return overflowCode(format, value < 0, grid);
  return castTo(format, realOf(value), grid);
}

} // namespace mx::contract
