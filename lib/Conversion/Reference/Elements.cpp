//===- Elements.cpp - Encode, decode and round one element ----------------===//

#include "Elements.h"

#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;

namespace mx::reference {

using contract::FloatFormat;
using contract::FloatKind;
using contract::Rounding;

static Int i1(Emitter e, bool value) {
  return Int::constant(e, e.b.getI1Type(), value);
}
static Int i32(Emitter e, int64_t value) {
  return Int::constant(e, e.b.getI32Type(), value);
}
static Int i64(Emitter e, int64_t value) {
  return Int::constant(e, e.b.getI64Type(), value);
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// The fields of an IEEE-like code: exponent field 0 holds the subnormals.
static Number decodeFields(Int code, const FloatFormat &format) {
  Emitter e = code.getEmitter();
  unsigned m = format.mantissaBits, x = format.exponentBits;
  Int mantissa = code & ((int64_t(1) << m) - 1);
  Int field = (code >> m) & ((int64_t(1) << x) - 1);
  Int isNormal = field != 0;
  Number n;
  n.significand =
      (mantissa | isNormal.select(i32(e, int64_t(1) << m), i32(e, 0))).zext(64);
  n.exponent = field.smax(1) - (format.bias() + int64_t(m));
  n.negative = format.isSigned ? ((code >> (m + x)) & 1) == 1 : i1(e, false);
  n.isNaN = n.isInf = i1(e, false);
  Int allOnes = field == (int64_t(1) << x) - 1;
  if (format.kind == FloatKind::IEEE) {
    n.isInf = allOnes & (mantissa == 0);
    n.isNaN = allOnes & (mantissa != 0);
  } else if (format.kind == FloatKind::FN) {
    n.isNaN = allOnes & (mantissa == (int64_t(1) << m) - 1);
  }
  return n;
}

static Number decodeInt8(Int code) {
  Emitter e = code.getEmitter();
  Int value = code.sext(8).sext(32);
  Number n;
  n.negative = value.slt(0);
  n.significand = n.negative.select(i32(e, 0) - value, value).zext(64);
  n.exponent = i32(e, -6);
  n.isNaN = n.isInf = i1(e, false);
  return n;
}

static Number decodeE8M0(Int code) {
  Emitter e = code.getEmitter();
  Number n;
  n.negative = n.isInf = i1(e, false);
  n.significand = i64(e, 1);
  n.exponent = code - 127;
  n.isNaN = code == 255;
  return n;
}

Number decode(Emitter, Int code, const FloatFormat &format) {
  if (format.isInteger)
    return decodeInt8(code);
  if (format.isE8M0)
    return decodeE8M0(code);
  return decodeFields(code, format);
}

Number decomposeF32(Emitter e, Value value) {
  return decodeFields(bitsOf(e, value), contract::kF32);
}

Number decodeScale(Emitter e, Value stored, const FloatFormat &format) {
  if (format == contract::kF32)
    return decomposeF32(e, stored);
  return decode(e, Int(e, stored).zext(32), format);
}

Number multiply(const Number &a, const Number &b) {
  Number n;
  n.negative = a.negative ^ b.negative;
  n.significand = a.significand * b.significand;
  n.exponent = a.exponent + b.exponent;
  n.isInf = a.isInf | b.isInf;
  Int zero = (a.significand == 0) | (b.significand == 0);
  n.isNaN = a.isNaN | b.isNaN | (n.isInf & zero);
  return n;
}

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

/// i1: whether remainder / 2^shift rounds away from zero. All are i64, the
/// remainder below 2^53, shift >= 1.
static Int roundsUp(Int remainder, Int shift, Int kept, const Round &round) {
  Emitter e = shift.getEmitter();
  // Beyond 62 the half is larger than every remainder.
  Int half = i64(e, 1) << (shift.smin(62) - 1);
  switch (round.rounding) {
  case Rounding::TowardZero:
    return i1(e, false);
  case Rounding::NearestEven:
    return remainder.ugt(half) | ((remainder == half) & ((kept & 1) == 1));
  case Rounding::NearestAway:
    return remainder.uge(half);
  case Rounding::Stochastic: {
    // up iff floor(remainder·2^r / 2^shift) + random >= 2^r
    int64_t r = round.randomBits;
    Int left = remainder << (i64(e, r) - shift).smax(0).smin(63);
    Int right = remainder >> (shift - r).smax(0).smin(63);
    Int steps = shift.slt(r).select(left, right);
    return (steps + round.random).uge(int64_t(1) << r);
  }
  }
  llvm_unreachable("every rounding is listed");
}

Int roundMagnitude(const Number &number, const Round &round) {
  const FloatFormat &format = round.format;
  Int significand = number.significand;
  Emitter e = significand.getEmitter();
  int64_t m = format.isInteger ? 6 : format.mantissaBits;
  int64_t minExponent = format.minExponent();
  Int exponent = number.exponent.sext(64);
  Int msb = i64(e, 63) - significand.leadingZeros();
  Int gap = (exponent + msb - m).smax(minExponent);
  Int shift = gap - exponent;
  Int down = shift.smax(0);
  Int kept = down.slt(64).select(significand >> down.smin(63), i64(e, 0));
  Int mask = (i64(e, 1) << down.smin(63)) - 1;
  Int remainder = down.slt(63).select(significand & mask, significand);
  Int up = roundsUp(remainder, down.smax(1), kept, round) & (remainder != 0);
  Int lifted = significand << (i64(e, 0) - shift).smax(0).smin(63);
  kept = shift.sgt(0).select(kept + up.zext(64), lifted);
  Int code = ((gap - minExponent) << m) + kept;
  if (format.isInteger) // one gap everywhere: at least 2 is an overflow
    code = gap.sgt(minExponent).select(i64(e, int64_t(1) << 32), kept);
  return (significand == 0).select(i64(e, 0), code);
}

/// A magnitude's code (i64) with its sign, as i32.
static Int withSign(Int magnitude, Int negative, const FloatFormat &format) {
  Emitter e = magnitude.getEmitter();
  Int code = magnitude.zext(32);
  if (format.isInteger)
    return negative.select((i32(e, 0) - code) & 0xFF, code);
  if (!format.isSigned)
    return negative.select(i32(e, 0), code);
  int64_t sign = int64_t(1) << (format.exponentBits + format.mantissaBits);
  return code | negative.select(i32(e, sign == int64_t(1) << 31
                                           ? INT32_MIN
                                           : sign),
                                i32(e, 0));
}

Int roundSaturating(const Number &number, const Round &round) {
  Int magnitude = roundMagnitude(number, round);
  return withSign(magnitude.umin(round.format.maxCode()), number.negative,
                  round.format);
}

static bool overflowsToInf(const FloatFormat &format) {
  return format.kind == FloatKind::IEEE && !format.isInteger &&
         format != contract::kE5M2;
}

static int64_t getNaNCode(const FloatFormat &format) {
  return format.nanCode() >= 0 ? format.nanCode() : int64_t(format.maxCode());
}

/// E8M0 has no zero and no sign: a value <= 0 is NaN, exponents clamp.
static Int roundToE8M0(const Number &number, Round round) {
  Emitter e = number.significand.getEmitter();
  constexpr int64_t kLow = 4096;
  // A grid of one-bit significands without subnormals: codes count exponents.
  Int msb = i64(e, 63) - number.significand.leadingZeros();
  Int exponent = number.exponent.sext(64) + msb;
  Int below = msb; // bits under the leading one
  Int mask = (i64(e, 1) << below.smax(0)) - 1;
  Int remainder = number.significand & mask;
  Int up = roundsUp(remainder, below.smax(1), exponent + kLow, round);
  if (round.rounding == Rounding::NearestEven) // a tie goes up
    up = remainder.uge(i64(e, 1) << (below.smax(1) - 1));
  exponent = exponent + (up & (remainder != 0)).zext(64);
  Int code = (exponent.smax(-127).smin(127) + 127).zext(32);
  code = number.isInf.select(i32(e, 0xFE), code);
  Int bad = number.negative | number.isNaN | (number.significand == 0);
  return bad.select(i32(e, 0xFF), code);
}

Int roundCast(const Number &number, const Round &round) {
  const FloatFormat &format = round.format;
  if (format.isE8M0)
    return roundToE8M0(number, round);
  Emitter e = number.significand.getEmitter();
  int64_t largest = format.maxCode();
  int64_t overflow = overflowsToInf(format) ? largest + 1 : largest;
  Int magnitude = roundMagnitude(number, round);
  magnitude = magnitude.ugt(largest).select(i64(e, overflow), magnitude);
  magnitude = number.isInf.select(i64(e, overflow), magnitude);
  Int code = withSign(magnitude, number.negative, format);
  return number.isNaN.select(i32(e, getNaNCode(format)), code);
}

Value roundToFloat(const Number &number, Type type) {
  Round round;
  round.format = *getFloatFormat(type);
  Int code = roundCast(number, round);
  return floatOf(code.zext(type.getIntOrFloatBitWidth()), type);
}

Value convertFromF32(Emitter e, Value value, Type type) {
  return roundToFloat(decomposeF32(e, value), type);
}

Value widenToF32(Emitter e, Value value) {
  if (value.getType().isF32())
    return value;
  return arith::ExtFOp::create(e.b, e.loc, e.b.getF32Type(), value);
}

} // namespace mx::reference
