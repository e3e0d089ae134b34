//===- float-format.cpp - Every code of every format ----------------------===//
//
// Decodes all codes of every ExMy of up to 16 bits, of the three kinds, signed
// and unsigned, against a formula of its own, and encodes the values and the
// midpoints between them again.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include "mx/Support/Round.h"

#include <cmath>
#include <limits>

using namespace mx::contract;

namespace {

/// The value of a magnitude code by the textbook formula, without the kinds.
double textbook(const FloatFormat &f, uint32_t code) {
  int bias = f.exponentBits == 0
                 ? 0
                 : static_cast<int>(std::pow(2.0, f.exponentBits - 1)) - 1;
  uint32_t mantissa = code % (1u << f.mantissaBits);
  uint32_t field = code / (1u << f.mantissaBits);
  double fraction = mantissa / std::pow(2.0, f.mantissaBits);
  if (field == 0)
    return std::ldexp(fraction, 1 - bias);
  return std::ldexp(1 + fraction, static_cast<int>(field) - bias);
}

enum class Class { Number, Inf, NaN };

Class classify(const FloatFormat &f, uint32_t code) {
  uint32_t all = (1u << (f.exponentBits + f.mantissaBits)) - 1;
  if (f.kind == FloatKind::FN)
    return code == all ? Class::NaN : Class::Number;
  uint32_t top = ((1u << f.exponentBits) - 1) << f.mantissaBits;
  if (f.kind == FloatKind::Finite || code < top)
    return Class::Number;
  return code == top ? Class::Inf : Class::NaN;
}

bool sameBits(double a, double b) {
  return a == b && std::signbit(a) == std::signbit(b);
}

void checkCode(const FloatFormat &f, uint32_t magnitude, bool negative) {
  uint32_t sign = negative ? 1u << (f.bits() - 1) : 0;
  uint32_t code = magnitude | sign;
  double value = decode(f, code);
  Class kind = classify(f, magnitude);
  CHECK(isNaN(f, code) == (kind == Class::NaN));
  CHECK(isInf(f, code) == (kind == Class::Inf));
  if (kind == Class::NaN) {
    CHECK(std::isnan(value));
    return;
  }
  if (kind == Class::Inf) {
    CHECK(value ==
          (negative ? -1.0 : 1.0) * std::numeric_limits<double>::infinity());
    return;
  }
  double expected = textbook(f, magnitude);
  CHECK(sameBits(value, negative ? -expected : expected));
  for (int rounding = 0; rounding < 4; ++rounding) {
    Grid grid(f, static_cast<Rounding>(rounding));
    CHECK(roundSaturating(realOf(value), grid, 0xFFFF) == code);
    CHECK(castTo(f, realOf(value), grid, 0xFFFF) == code);
  }
}

/// A tie goes to the even significand; without mantissa bits both neighbours
/// of a binade have significand 1 and it goes up.
void checkMidpoint(const FloatFormat &f, uint32_t low) {
  double mid = (textbook(f, low) + textbook(f, low + 1)) / 2;
  bool up = f.mantissaBits == 0 ? low != 0 : low % 2 != 0;
  Grid even(f, Rounding::NearestEven), away(f, Rounding::NearestAway);
  Grid zero(f, Rounding::TowardZero), random(f, Rounding::Stochastic, 8);
  Real t = realOf(mid);
  CHECK(roundSaturating(t, even) == low + up);
  CHECK(roundSaturating(t, away) == low + 1);
  CHECK(roundSaturating(t, zero) == low);
  CHECK(roundSaturating(t, random, 127) == low);
  CHECK(roundSaturating(t, random, 128) == low + 1);
  double below = std::nextafter(mid, 0), above = std::nextafter(mid, 1e300);
  CHECK(roundSaturating(realOf(below), even) == low);
  CHECK(roundSaturating(realOf(above), away) == low + 1);
}

void checkOverflow(const FloatFormat &f) {
  uint32_t max = f.maxCode();
  double huge = f.max() * 4;
  for (int rounding = 0; rounding < 4; ++rounding) {
    Grid grid(f, static_cast<Rounding>(rounding));
    CHECK(roundSaturating(realOf(huge), grid) == max);
    bool toInf = f.kind == FloatKind::IEEE && f != kE5M2;
    CHECK(castTo(f, realOf(huge), grid) == max + toInf);
  }
  uint32_t nan = castTo(f, std::numeric_limits<float>::quiet_NaN());
  CHECK(f.nanCode() < 0 ? nan == max : nan == uint32_t(f.nanCode()));
}

void checkFormat(const FloatFormat &f) {
  mx::test::context() = "E" + std::to_string(f.exponentBits) + "M" +
                        std::to_string(f.mantissaBits) + " kind " +
                        std::to_string(int(f.kind)) +
                        (f.isSigned ? "" : " unsigned");
  uint32_t count = 1u << (f.exponentBits + f.mantissaBits);
  for (uint32_t magnitude = 0; magnitude < count; ++magnitude)
    for (int negative = 0; negative <= int(f.isSigned); ++negative)
      checkCode(f, magnitude, negative != 0);
  for (uint32_t low = 0; low < f.maxCode(); ++low)
    checkMidpoint(f, low);
  checkOverflow(f);
  CHECK(f.max() == textbook(f, f.maxCode()));
  CHECK(f.emax() == int(std::floor(std::log2(f.max()))));
  CHECK(std::ldexp(1.0, f.minExponent()) == textbook(f, 1));
  CHECK(f.max() / textbook(f, 1) <
        std::ldexp(1.0, static_cast<int>(f.fixedPointBits())));
}

void checkNamedFormats() {
  mx::test::context() = "named formats";
  CHECK_EQ(kE2M1.max(), 6.0);
  CHECK_EQ(kE2M3.max(), 7.5);
  CHECK_EQ(kE3M2.max(), 28.0);
  CHECK_EQ(kE4M3.max(), 448.0);
  CHECK_EQ(kE5M2.max(), 57344.0);
  CHECK_EQ(kUE5M3.max(), 114688.0);
  CHECK_EQ(kInt8.max(), 127.0 / 64);
  CHECK_EQ(kE8M0.max(), 0x1p127);
  CHECK_EQ(kE2M1.emax() * 100 + kE4M3.emax(), 208);
  CHECK_EQ(kBF16.nanCode(), 0x7FC0);
  CHECK_EQ(kF16.nanCode(), 0x7E00);
  CHECK_EQ(kE4M3.nanCode(), 0x7F);
  CHECK_EQ(kUE5M3.nanCode(), 0xFF);
  CHECK_EQ(kE2M1.nanCode(), -1);
  CHECK_EQ(decode(kInt8, 0x80), -2.0);
  for (uint32_t code = 0; code < 255; ++code) {
    CHECK(decode(kE8M0, code) == std::ldexp(1.0, int(code) - 127));
    CHECK(castTo(kE8M0, realOf(decode(kE8M0, code)),
                 Grid(kE8M0, Rounding::NearestEven)) == code);
  }
  CHECK(isNaN(kE8M0, 255) && std::isnan(decode(kE8M0, 255)));
  CHECK_EQ(castTo(kE8M0, 0.0f), 0xFFu);
  CHECK_EQ(castTo(kE8M0, -1.0f), 0xFFu);
}

void checkInt8() {
  mx::test::context() = "int8";
  Grid even(kInt8, Rounding::NearestEven), away(kInt8, Rounding::NearestAway);
  for (int code = -127; code <= 127; ++code) {
    CHECK(decode(kInt8, uint32_t(code & 0xFF)) == code / 64.0);
    CHECK(roundSaturating(realOf(code / 64.0), even) == uint32_t(code & 0xFF));
    double mid = (code + 0.5) / 64;
    int expected = static_cast<int>(std::nearbyint(code + 0.5));
    int clamped = expected > 127 ? 127 : expected < -127 ? -127 : expected;
    CHECK(roundSaturating(realOf(mid), even) == uint32_t(clamped & 0xFF));
    expected = static_cast<int>(std::round(code + 0.5));
    clamped = expected > 127 ? 127 : expected;
    CHECK(roundSaturating(realOf(mid), away) == uint32_t(clamped & 0xFF));
  }
  CHECK_EQ(roundSaturating(realOf(-2.0), even), 0x81u);
  CHECK_EQ(roundSaturating(realOf(-1e30), even), 0x81u);
  CHECK_EQ(roundSaturating(realOf(-0.0), even), 0u);
}

} // namespace

int main() {
  int formats = 0;
  for (int e = 0; e <= 8; ++e)
    for (int m = 0; e + m <= 16; ++m)
      for (int kind = 0; kind < 3; ++kind)
        for (int isSigned = 0; isSigned < 2; ++isSigned) {
          FloatFormat f{uint8_t(e), uint8_t(m), FloatKind(kind), isSigned != 0};
          if (!f.isValid() || f.bits() > 16)
            continue;
          ++formats;
          checkFormat(f);
        }
  std::printf("%d formats\n", formats);
  checkNamedFormats();
  checkInt8();
  return mx::test::finish("float-format");
}
