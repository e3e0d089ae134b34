//===- CastElement.cpp - Casts of elements in 32 bits ---------------------===//

#include "CastElement.h"

#include <cmath>

using namespace mlir;
using namespace mx;
using contract::FloatKind;
using contract::Rounding;

constexpr int64_t kMantissaBits = 23, kBias = 127;
constexpr int64_t kInfinity = 0x7F800000, kNaN = 0x7FC00000;

/// Bits of a normal f32 below those that the format keeps.
static int64_t countCutBits(const contract::FloatFormat &format) {
  return kMantissaBits - format.mantissaBits;
}

bool ElementCast::fits() const {
  if (format.isE8M0 || format.isInteger || format.bits() > 16)
    return false;
  if (hasRangeOfF32() && format.kind != FloatKind::IEEE)
    return false;
  return rounding != Rounding::Stochastic ||
         int64_t(randomBits) <= countCutBits(format);
}

int64_t ElementCast::getNaNCode() const {
  return format.nanCode() >= 0 ? format.nanCode() : int64_t(format.maxCode());
}

/// Magnitudes are rounded as the integers that their bits are.
Int ElementCast::roundScaled(Int magnitude, Int random) const {
  int64_t cut = countCutBits(format), half = int64_t(1) << (cut - 1);
  switch (rounding) {
  case Rounding::TowardZero:
    return magnitude >> cut;
  case Rounding::NearestAway:
    return (magnitude + half) >> cut;
  case Rounding::NearestEven:
    return (magnitude + ((magnitude >> cut) & 1) + (half - 1)) >> cut;
  case Rounding::Stochastic:
    return ((magnitude >> (cut - randomBits)) + random) >> randomBits;
  }
  llvm_unreachable("every rounding is listed");
}

/// To nearest even by one f32 addition, of a power of two that is as large as
/// makes the format's gap its last bit.
Int ElementCast::roundBySum(Int magnitude) const {
  Emitter e = magnitude.getEmitter();
  Type f32 = e.b.getF32Type();
  int64_t cut = countCutBits(format);
  int64_t least = (kBias + 1 - format.bias()) << kMantissaBits;
  Int power = (magnitude & kInfinity).smax(least);
  Int large = power + (cut << kMantissaBits);
  Value sum = arith::AddFOp::create(e.b, e.loc, floatOf(magnitude, f32),
                                    floatOf(large, f32));
  return (bitsOf(e, sum) - large) + ((power - least) >> cut);
}

/// By the significand, of which more is cut off where the format is subnormal.
Int ElementCast::roundSignificand(Int magnitude) const {
  int64_t cut = countCutBits(format), least = kBias + 1 - format.bias();
  Int significand = (magnitude & 0x7FFFFF) | 0x800000;
  Int field = magnitude >> kMantissaBits;
  Int gap = field.smax(least);
  Int shift = (gap - field + cut).smin(31);
  if (rounding == Rounding::NearestAway)
    significand = significand + (shift.like(1) << (shift - 1));
  return (significand >> shift) + ((gap - least) << format.mantissaBits);
}

Int ElementCast::roundMagnitude(Int magnitude) const {
  if (hasRangeOfF32())
    return roundScaled(magnitude);
  // From there on all is an overflow.
  int64_t limit = (kBias + format.emax() + 1) << kMantissaBits;
  Int limited = magnitude.smin(limit);
  return rounding == Rounding::NearestEven ? roundBySum(limited)
                                           : roundSignificand(limited);
}

Int ElementCast::finish(Emitter e, Value value, Int code) const {
  Int bits = bitsOf(e, value);
  bool hasInf = format.kind == FloatKind::IEEE && format != contract::kE5M2;
  code = code.smin(int64_t(format.maxCode()) + hasInf);
  if (format.isSigned) {
    int64_t sign = int64_t(format.bits()) - 1;
    code = code | ((bits >> (31 - sign)) & (int64_t(1) << sign));
  } else {
    code = bits.slt(0).select(code.like(0), code);
  }
  return (bits & 0x7FFFFFFF)
      .sgt(kInfinity)
      .select(code.like(getNaNCode()), code);
}

Int ElementCast::encode(Emitter e, Value value) const {
  return finish(e, value, roundMagnitude(bitsOf(e, value) & 0x7FFFFFFF));
}

/// Bits of f32 that stand for all but NaN and Inf. A subnormal number is what a
/// normal one of the least exponent has beyond the leading one.
static Int placeMagnitude(Emitter e, Int magnitude,
                          const contract::FloatFormat &format) {
  Type f32 = e.b.getF32Type();
  int64_t bias = format.bias();
  Int placed = magnitude << countCutBits(format);
  Int least = placed + ((kBias + 1 - bias) << kMantissaBits);
  Value one = arith::ConstantOp::create(
      e.b, e.loc, e.b.getF32FloatAttr(std::ldexp(1.0f, int(1 - bias))));
  Int subnormal =
      bitsOf(e, arith::SubFOp::create(e.b, e.loc, floatOf(least, f32), one));
  return magnitude.ult(int64_t(1) << format.mantissaBits)
      .select(subnormal, placed + ((kBias - bias) << kMantissaBits));
}

static Int decodeE8M0(Int code) {
  Int bits = (code == 0).select(code.like(0x400000), code << kMantissaBits);
  return (code == 255).select(code.like(kNaN), bits);
}

static Int decodeBits(Emitter e, Int code, const contract::FloatFormat &format,
                      bool hasCanonicalNaN) {
  int64_t signBit = int64_t(format.bits()) - 1;
  int64_t largest = (int64_t(1) << signBit) - 1;
  int64_t mantissa = (int64_t(1) << format.mantissaBits) - 1;
  Int magnitude = code & largest;
  Int bits = placeMagnitude(e, magnitude, format);
  Int isNaN = magnitude == largest;
  if (format.kind == FloatKind::IEEE) {
    int64_t infinity = largest & ~mantissa;
    bits = (magnitude == infinity).select(bits.like(kInfinity), bits);
    isNaN = magnitude.ugt(infinity);
  }
  Int nan = ((code & mantissa) << countCutBits(format)) | kNaN;
  if (format.kind != FloatKind::Finite && !hasCanonicalNaN)
    bits = isNaN.select(nan, bits);
  bits = bits | ((code << (31 - signBit)) & bits.like(INT32_MIN));
  if (format.kind != FloatKind::Finite && hasCanonicalNaN)
    bits = isNaN.select(bits.like(kNaN), bits);
  return bits;
}

Value mx::decodeElement(Emitter e, Int code,
                        const contract::FloatFormat &format,
                        bool hasCanonicalNaN) {
  Int bits = format.isE8M0 ? decodeE8M0(code)
                           : decodeBits(e, code, format, hasCanonicalNaN);
  return floatOf(bits, e.b.getF32Type());
}
