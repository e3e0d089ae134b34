//===- Round.h - Rounding a real number to a format -------------*- C++ -*-===//
//
// A real number ±significand·2^exponent rounded once to the grid of an ExMy or
// int8 format, by integer operations alone (contract 10, 11, 15, 24). Inline:
// the portable kernels of the runtime call these per element.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_ROUND_H
#define MX_SUPPORT_ROUND_H

#include "mx/Support/FloatFormat.h"
#include "mx/Support/ScaledFormat.h"

#include <cstring>

namespace mx::contract {

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// The canonical NaN of every f32 result (contract 13, 14, 25).
inline constexpr uint32_t kNaNBits = 0x7FC00000;

/// `value` with every NaN made the canonical one.
inline float canonicalNaN(float value) {
  return value == value ? value : floatOf(kNaNBits);
}

/// A real number: (-1)^negative · significand · 2^exponent.
struct Real {
  uint64_t significand = 0;
  int exponent = 0;
  bool negative = false;
};

/// A finite f32 as a Real. Inf and NaN become numbers beyond every format.
inline Real realOf(float value) {
  uint32_t bits = bitsOf(value);
  uint32_t field = bits >> 23 & 0xFF;
  Real real;
  real.negative = bits >> 31;
  real.significand = (bits & 0x7FFFFF) | (field != 0 ? 0x800000u : 0u);
  real.exponent = static_cast<int>(field != 0 ? field : 1) - 150;
  return real;
}

/// A finite double as a Real.
inline Real realOf(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  uint64_t field = bits >> 52 & 0x7FF;
  Real real;
  real.negative = bits >> 63;
  real.significand =
      (bits & 0xFFFFFFFFFFFFFull) | (field != 0 ? uint64_t(1) << 52 : 0u);
  real.exponent = static_cast<int>(field != 0 ? field : 1) - 1075;
  return real;
}

/// The product of two Reals whose significands have at most 32 bits: exact.
inline Real multiply(const Real &a, const Real &b) {
  return {a.significand * b.significand, a.exponent + b.exponent,
          a.negative != b.negative};
}

/// What rounding to one format needs, worked out once per call.
struct Grid {
  int mantissaBits = 0;
  int minExponent = 0; ///< exponent of the subnormal quantum
  uint32_t maxCode = 0;
  uint32_t signBit = 0; ///< 0 for unsigned formats
  bool isInteger = false;
  Rounding rounding = Rounding::NearestEven;
  unsigned randomBits = 16; ///< r of contract 24

  Grid() = default;
  Grid(const FloatFormat &format, Rounding rounding, unsigned randomBits = 16)
      : mantissaBits(format.isInteger ? 6 : format.mantissaBits),
        minExponent(format.minExponent()), maxCode(format.maxCode()),
        signBit(format.isSigned && !format.isInteger
                    ? 1u << (format.exponentBits + format.mantissaBits)
                    : 0u),
        isInteger(format.isInteger), rounding(rounding),
        randomBits(randomBits) {}
};

/// Whether the fraction `remainder`/2^shift (shift >= 1, of a kept part whose
/// lowest bit is `odd`) rounds away from zero. `random` < 2^randomBits.
inline bool roundsUp(uint64_t remainder, int shift, bool odd, const Grid &grid,
                     uint32_t random) {
  switch (grid.rounding) {
  case Rounding::TowardZero:
    return false;
  case Rounding::Stochastic: {
    // up iff fraction + random·2^-r >= 1 iff floor(fraction·2^r) + random >=
    // 2^r
    int r = static_cast<int>(grid.randomBits);
    uint64_t steps = shift < r        ? remainder << (r - shift)
                     : shift - r < 64 ? remainder >> (shift - r)
                                      : 0;
    return steps + random >= uint64_t(1) << r;
  }
  case Rounding::NearestEven:
  case Rounding::NearestAway:
    if (shift > 64)
      return false;
    uint64_t half = uint64_t(1) << (shift - 1);
    if (remainder != half)
      return remainder > half;
    return odd || grid.rounding == Rounding::NearestAway;
  }
  return false;
}

/// Rounds a magnitude to the grid without its upper end: the result counts
/// codes from zero and may exceed `grid.maxCode`, which is an overflow.
///
/// In each binade the gap is 2^(msb - M), below the least normal number it is
/// the subnormal quantum; an int8 grid has one gap everywhere. The significand
/// must be below 2^54 (a product of two f32 has 48 bits).
inline uint64_t roundMagnitude(uint64_t significand, int exponent,
                               const Grid &grid, uint32_t random) {
  if (significand == 0)
    return 0;
  int msb = 63 - __builtin_clzll(significand);
  int gap = exponent + msb - grid.mantissaBits;
  if (grid.isInteger && gap > grid.minExponent)
    return uint64_t(1) << 32; // at least 2, whatever the rounding
  if (gap < grid.minExponent)
    gap = grid.minExponent;
  int shift = gap - exponent;
  uint64_t kept;
  if (shift <= 0) {
    kept = significand << -shift;
  } else {
    kept = shift < 64 ? significand >> shift : 0;
    uint64_t remainder =
        shift < 64 ? significand & ((uint64_t(1) << shift) - 1) : significand;
    kept += roundsUp(remainder, shift, kept & 1, grid, random);
  }
  return (static_cast<uint64_t>(gap - grid.minExponent) << grid.mantissaBits) +
         kept;
}

/// The code of a magnitude with its sign; negative numbers of an unsigned
/// format are 0.
inline uint32_t withSign(uint32_t magnitude, bool negative, const Grid &grid) {
  if (!negative)
    return magnitude;
  if (grid.isInteger)
    return (0u - magnitude) & 0xFF;
  return grid.signBit ? magnitude | grid.signBit : 0;
}

/// Rounds t once and saturates (contract 10, 11, 24); -0 keeps its sign in
/// float formats and is 0 in int8.
inline uint32_t roundSaturating(const Real &t, const Grid &grid,
                                uint32_t random = 0) {
  uint64_t magnitude = roundMagnitude(t.significand, t.exponent, grid, random);
  if (magnitude > grid.maxCode)
    magnitude = grid.maxCode;
  return withSign(static_cast<uint32_t>(magnitude), t.negative, grid);
}

/// mx.cast (contract 15). Rounds on the grid without its upper end, then:
/// - overflow and ±Inf give ±Inf where the format is of kind `ieee` and not
///   E5M2, and saturate in every other format;
/// - NaN gives the canonical NaN, or +max where the format has none;
/// - a negative number gives 0 in an unsigned format;
/// - E8M0: a value <= 0 is NaN, the exponent clamps to [-127, 127].
/// With toward_zero a magnitude of 2^(emax+1) or more is an overflow, the
/// numbers between max and that are not.
uint32_t castTo(const FloatFormat &format, float value,
                Rounding rounding = Rounding::NearestEven, uint32_t random = 0,
                unsigned randomBits = 16);

/// castTo of a real number (never NaN or Inf), for rounding once from double.
uint32_t castTo(const FloatFormat &format, const Real &value, const Grid &grid,
                uint32_t random = 0);

/// A double rounded once, nearest-even, to bf16 or f16 or f32 bits.
uint32_t roundDouble(const FloatFormat &format, double value);

inline uint16_t toBF16(float value) {
  uint32_t bits = bitsOf(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000)
    return 0x7FC0;
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

inline float fromBF16(uint16_t bits) { return floatOf(uint32_t(bits) << 16); }

inline float fromF16(uint16_t bits) {
  uint32_t sign = uint32_t(bits & 0x8000) << 16, magnitude = bits & 0x7FFF;
  if (magnitude >= 0x7C00)
    return floatOf(sign | 0x7F800000 | (magnitude & 0x3FF) << 13);
  if (magnitude >= 0x400)
    return floatOf(sign | ((magnitude << 13) + (112u << 23)));
  float value = static_cast<float>(magnitude) * 0x1p-24f; // exact
  return floatOf(sign | bitsOf(value));
}

inline uint16_t toF16(float value) {
  return static_cast<uint16_t>(castTo(kF16, value));
}

} // namespace mx::contract

#endif // MX_SUPPORT_ROUND_H
