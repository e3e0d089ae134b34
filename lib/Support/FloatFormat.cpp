//===- FloatFormat.cpp - Sign-exponent-mantissa formats -------------------===//
//
// Constants of a format and decoding of its codes, exact. Encoding is Round.h.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/FloatFormat.h"

#include <cmath>
#include <limits>

namespace mx::contract {

namespace {

uint32_t magnitudeMask(const FloatFormat &f) {
  return (1u << (f.exponentBits + f.mantissaBits)) - 1;
}

uint32_t exponentMask(const FloatFormat &f) {
  return ((1u << f.exponentBits) - 1) << f.mantissaBits;
}

bool isNegative(const FloatFormat &f, uint32_t code) {
  return f.isSigned && (code >> (f.exponentBits + f.mantissaBits) & 1);
}

} // namespace

int FloatFormat::minExponent() const {
  if (isInteger)
    return -6;
  if (isE8M0)
    return -127;
  return 1 - bias() - mantissaBits;
}

unsigned FloatFormat::maxCode() const {
  uint32_t all = magnitudeMask(*this);
  if (isInteger || kind == FloatKind::Finite)
    return all;
  if (kind == FloatKind::FN)
    return all - 1;
  return exponentBits == 0 ? all : exponentMask(*this) - 1;
}

int FloatFormat::nanCode() const {
  if (isInteger || kind == FloatKind::Finite)
    return -1;
  if (kind == FloatKind::FN)
    return static_cast<int>(magnitudeMask(*this));
  if (exponentBits == 0 || mantissaBits == 0)
    return -1;
  return static_cast<int>(exponentMask(*this) | 1u << (mantissaBits - 1));
}

double FloatFormat::max() const { return decode(*this, maxCode()); }

int FloatFormat::emax() const {
  double largest = max();
  return largest > 0 ? std::ilogb(largest) : 0;
}

unsigned FloatFormat::fixedPointBits() const {
  double largest = max();
  if (largest <= 0)
    return 0;
  return static_cast<unsigned>(std::ilogb(largest) - minExponent() + 1) +
         (isInteger ? 1u : 0u); // the code 0x80 is one unit further
}

bool FloatFormat::isValid() const {
  if (*this == kInt8 || *this == kE8M0 || *this == kF32)
    return true;
  if (isInteger || isE8M0 || exponentBits > 8 || bits() > 16)
    return false;
  if (exponentBits + mantissaBits == 0)
    return false;
  if (kind == FloatKind::IEEE && exponentBits == 0)
    return false;
  return max() > 0;
}

bool isNaN(const FloatFormat &format, uint32_t code) {
  if (format.isInteger || format.kind == FloatKind::Finite)
    return false;
  uint32_t magnitude = code & magnitudeMask(format);
  if (format.kind == FloatKind::FN)
    return magnitude == magnitudeMask(format);
  return format.exponentBits != 0 && magnitude > exponentMask(format);
}

bool isInf(const FloatFormat &format, uint32_t code) {
  return !format.isInteger && format.kind == FloatKind::IEEE &&
         format.exponentBits != 0 &&
         (code & magnitudeMask(format)) == exponentMask(format);
}

Decoded decodeParts(const FloatFormat &format, uint32_t code) {
  Decoded result;
  if (format.isInteger) {
    result.significand = static_cast<int8_t>(code & 0xFF);
    result.exponent = -6;
    return result;
  }
  bool negative = isNegative(format, code);
  result.isNaN = isNaN(format, code);
  result.isInf = isInf(format, code);
  if (result.isNaN || result.isInf) {
    result.significand = negative ? -1 : 1;
    return result;
  }
  uint32_t magnitude = code & magnitudeMask(format);
  if (format.isE8M0) {
    result.significand = 1;
    result.exponent = static_cast<int>(magnitude) - 127;
    return result;
  }
  uint32_t field = magnitude >> format.mantissaBits;
  int64_t mantissa = magnitude & ((1u << format.mantissaBits) - 1);
  if (field != 0)
    mantissa |= int64_t(1) << format.mantissaBits;
  result.significand = negative ? -mantissa : mantissa;
  result.exponent =
      format.minExponent() + (field == 0 ? 0 : static_cast<int>(field) - 1);
  return result;
}

double decode(const FloatFormat &format, uint32_t code) {
  Decoded parts = decodeParts(format, code);
  if (parts.isNaN)
    return std::numeric_limits<double>::quiet_NaN();
  if (parts.isInf)
    return parts.significand < 0 ? -std::numeric_limits<double>::infinity()
                                 : std::numeric_limits<double>::infinity();
  double value =
      std::ldexp(static_cast<double>(parts.significand), parts.exponent);
  bool minusZero = parts.significand == 0 && isNegative(format, code);
  return minusZero && !format.isInteger ? -0.0 : value;
}

} // namespace mx::contract
