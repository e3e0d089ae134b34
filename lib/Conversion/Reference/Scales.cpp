//===- Scales.cpp - Block and tensor scales -------------------------------===//

#include "Scales.h"

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Support/Scale.h"

#include <cfloat>
#include <cmath>

using namespace mlir;

namespace mx::reference {

using contract::FloatFormat;

static constexpr int64_t kInfBits = 0x7F800000;
static constexpr int64_t kNaNBits = 0x7FC00000;

static Value f32(Emitter e, double value) {
  return arith::ConstantOp::create(e.b, e.loc, e.b.getF32FloatAttr(value));
}
static Value mulf(Emitter e, Value a, Value b) {
  return arith::MulFOp::create(e.b, e.loc, a, b);
}
static Value divf(Emitter e, Value a, Value b) {
  return arith::DivFOp::create(e.b, e.loc, a, b);
}
/// The constants of the contract for a quantisation.
static contract::ScaleParams getScaleParams(QuantizerAttr quantizer) {
  return contract::ScaleParams(
      getScaledFormat(quantizer.getFormat()),
      static_cast<contract::ScaleRule>(quantizer.getScaleRule()),
      quantizer.getScaleMinNormal());
}

/// min(value, limit), NaN staying NaN.
static Value atMost(Emitter e, Value value, double limit) {
  Value bound = f32(e, limit);
  Int above(e, arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OGT,
                                     value, bound));
  return above.select(bound, value);
}
static Value nan(Emitter e) {
  return floatOf(Int::constant(e, e.b.getI32Type(), kNaNBits),
                 e.b.getF32Type());
}

TensorScale getTensorScale(Emitter e, Value amax, QuantizerAttr quantizer) {
  contract::ScaleParams params = getScaleParams(quantizer);
  double largest = params.largestProduct;
  Int bits = bitsOf(e, amax);
  Value encode = atMost(e, divf(e, f32(e, largest), amax), FLT_MAX);
  // -0 counts as 0, any other negative amax as no number.
  encode = ((bits & 0x7FFFFFFF) == 0).select(f32(e, 1), encode);
  Int bad = bits.uge(kInfBits) & ((bits & 0x7FFFFFFF) != 0);
  encode = bad.select(nan(e), encode);
  Value decode = bad.select(nan(e), divf(e, f32(e, 1), encode));
  return {encode, decode};
}

/// 1 where a magnitude is above a power of two that its field does not show.
static Int isPastPowerOfTwo(Int bits) {
  Int mantissa = bits & 0x7FFFFF;
  Int threshold = ((bits >> 23) == 0).select(bits.like(0x400000), bits.like(0));
  return mantissa.ugt(threshold).zext(32);
}

/// fl(amax / max): E8 formats of kind finite have a maximum beyond f32, and the
/// quotient of doubles rounds to the same f32.
static Value divideByMax(Emitter e, Value amax, const FloatFormat &element) {
  if (element.max() <= FLT_MAX)
    return divf(e, amax, f32(e, element.max()));
  Value wide = arith::ExtFOp::create(e.b, e.loc, e.b.getF64Type(), amax);
  Value max =
      arith::ConstantOp::create(e.b, e.loc, e.b.getF64FloatAttr(element.max()));
  Value quotient = arith::DivFOp::create(e.b, e.loc, wide, max);
  return arith::TruncFOp::create(e.b, e.loc, e.b.getF32Type(), quotient);
}

/// The exponent (i32) of an E8M0 scale.
static Int getExponent(Int amaxBits, ScaleRule rule,
                       const FloatFormat &element) {
  Emitter e = amaxBits.getEmitter();
  int64_t offset = 127 + element.emax();
  switch (rule) {
  case ScaleRule::Floor:
    return (amaxBits >> 23) - offset;
  case ScaleRule::Ceil:
    return (amaxBits >> 23) + isPastPowerOfTwo(amaxBits) - offset;
  case ScaleRule::RCeil: {
    Value amax = floatOf(amaxBits, e.b.getF32Type());
    Int quotient = bitsOf(e, divideByMax(e, amax, element));
    return (quotient >> 23) + isPastPowerOfTwo(quotient) - 127;
  }
  case ScaleRule::Even:
    return ((amaxBits + (int64_t(1) << (22 - element.mantissaBits))) >> 23) -
           offset;
  case ScaleRule::Amax:
  case ScaleRule::FourOverSix:
  case ScaleRule::Quest:
  case ScaleRule::MSEden:
  case ScaleRule::Headroom:
    break;
  }
  llvm_unreachable("not a rule of E8M0 scales by the largest magnitude");
}

Value getBlockScale(Int amaxBits, QuantizerAttr quantizer, Value encode) {
  Emitter e = amaxBits.getEmitter();
  ScaledType format = quantizer.getFormat();
  FloatFormat element = *getFloatFormat(format.getElement());
  FloatFormat scale = *getFloatFormat(format.getScale());
  Int bad = amaxBits.uge(kInfBits);
  if (scale.isE8M0) {
    Int exponent = getExponent(amaxBits, quantizer.getScaleRule(), element);
    Int code = exponent.smax(-127).smin(127) + 127;
    return bad.select(code.like(0xFF), code).zext(8).get();
  }
  Value amax = floatOf(amaxBits, e.b.getF32Type());
  Value wanted =
      encode ? mulf(e, amax,
                    mulf(e, encode,
                         f32(e, getScaleParams(quantizer).inverseTarget)))
             : divideByMax(e, amax, element);
  if (encode) {
    Int encodeBits = bitsOf(e, encode);
    bad = bad | (encodeBits & 0x7FFFFFFF).ugt(kInfBits);
  }
  Value stored = encodeScale(e, wanted, quantizer);
  if (scale == contract::kF32)
    return bad.select(nan(e), stored);
  Int code(e, stored);
  return bad.select(code.like(scale.nanCode()), code).get();
}

Value encodeScale(Emitter e, Value wanted, QuantizerAttr quantizer) {
  contract::ScaleParams params = getScaleParams(quantizer);
  wanted = atMost(e, wanted, params.maxScale);
  if (params.scaleMinNormal) {
    Value least = f32(e, params.minNormalScale);
    Int below(e, arith::CmpFOp::create(e.b, e.loc, arith::CmpFPredicate::OLT,
                                       wanted, least));
    wanted = below.select(least, wanted);
  }
  if (params.scale == contract::kF32)
    return wanted;
  Round round;
  round.format = params.scale;
  return roundSaturating(decomposeF32(e, wanted), round).zext(8).get();
}

Value getInverse(Emitter e, Value storedScale, const FloatFormat &scale,
                 Value decode) {
  Value value =
      roundToFloat(decodeScale(e, storedScale, scale), e.b.getF32Type());
  if (decode)
    value = mulf(e, value, decode);
  return atMost(e, divf(e, f32(e, 1), value), FLT_MAX);
}

Number scaleElement(Emitter e, Value element, Value storedScale,
                    QuantizerAttr quantizer, Value decode) {
  FloatFormat scale = *getFloatFormat(quantizer.getFormat().getScale());
  if (!scale.isE8M0)
    return decomposeF32(
        e, mulf(e, element, getInverse(e, storedScale, scale, decode)));
  Number number = decomposeF32(e, element);
  Int exponent = Int(e, storedScale).zext(32) - 127;
  number.exponent = number.exponent - exponent;
  if (quantizer.getPrescale().getValueAsDouble() == 1.0)
    return number;
  Value prescale = f32(e, quantizer.getPrescale().getValueAsDouble());
  return multiply(number, decomposeF32(e, prescale));
}

Int isNaNScale(Emitter e, Value storedScale, ScaledType format) {
  return decodeScale(e, storedScale, *getFloatFormat(format.getScale())).isNaN;
}

} // namespace mx::reference
