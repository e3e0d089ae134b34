//===- Scale.cpp - Block and tensor scales --------------------------------===//
//
// The scale rules floor, ceil, rceil, even and amax, and NVFP4's two levels.
// Rules that look at every element are in BlockRules.cpp.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Scale.h"

#include <cfloat>
#include <cmath>

namespace mx::contract {

namespace {

uint32_t field(uint32_t bits) { return bits >> 23 & 0xFF; }
uint32_t mantissa(uint32_t bits) { return bits & 0x7FFFFF; }

/// min(value, limit), NaN staying NaN.
float atMost(float value, float limit) { return value > limit ? limit : value; }

/// 1 where a magnitude is above a power of two that its field does not show.
int roundsUpPastPowerOfTwo(uint32_t bits) {
  uint32_t threshold = field(bits) == 0 ? 0x400000u : 0u;
  return mantissa(bits) > threshold ? 1 : 0;
}

/// fl(amax / max_elem), a true division. E8 formats of kind `finite` have a
/// largest number beyond f32; the quotient of doubles rounds to the same f32
/// as the real quotient (24 and 53 bits: double rounding is harmless).
float divideByMaxElement(uint32_t amaxBits, const FloatFormat &element) {
  return static_cast<float>(static_cast<double>(floatOf(amaxBits)) /
                            element.max());
}

float clampToFloat(double value) {
  return value > FLT_MAX ? FLT_MAX : static_cast<float>(value);
}

} // namespace

ScaleParams::ScaleParams(const ScaledFormat &format, ScaleRule rule,
                         bool scaleMinNormal)
    : element(format.element), scale(format.scale), rule(rule),
      twoLevel(format.hasTensorScale), scaleMinNormal(scaleMinNormal),
      emax(format.element.emax()) {
  maxElement = clampToFloat(element.max());
  maxScale = clampToFloat(scale.max());
  target = maxElement;
  inverseTarget = static_cast<float>(1.0 / element.max());
  float cap = maxScale;
  if (rule == ScaleRule::MSEden) {
    target = kEdenTarget;
    inverseTarget = 1.0f / target;
    cap = maxScale = kRoomyScaleCap;
  } else if (rule == ScaleRule::Headroom) {
    target = kHeadroomTarget;
    inverseTarget = 1.0f / target;
  } else if (rule == ScaleRule::FourOverSix) {
    cap = kRoomyScaleCap;
  }
  largestProduct = atMost(target * cap, FLT_MAX);
  // Of a format of subnormals only, the least normal is beyond the largest.
  minNormalScale = atMost(static_cast<float>(std::ldexp(
                              1.0, scale.minExponent() + scale.mantissaBits)),
                          maxScale);
  nanScale = scale == kF32 ? kNaNBits : static_cast<uint32_t>(scale.nanCode());
}

bool isLegal(const ScaledFormat &format, ScaleRule rule, float prescale) {
  if (!format.element.isValid() || !format.scale.isValid() ||
      format.element == kF32 || format.element.isE8M0 ||
      format.scale.isInteger || format.scale.nanCode() < 0)
    return false;
  if (!(prescale > 0) || !std::isfinite(prescale))
    return false;
  if (format.scale.isE8M0) {
    if (format.hasTensorScale)
      return false;
    switch (rule) {
    case ScaleRule::Floor:
    case ScaleRule::Ceil:
    case ScaleRule::RCeil:
      return true;
    case ScaleRule::Even:
      return !format.element.isInteger;
    case ScaleRule::Quest:
      return format.element == kE2M1;
    case ScaleRule::Amax:
    case ScaleRule::FourOverSix:
    case ScaleRule::MSEden:
    case ScaleRule::Headroom:
      return false;
    }
  }
  if (prescale != 1)
    return false;
  bool isNVFP4 =
      format.element == kE2M1 && format.scale == kE4M3 && format.hasTensorScale;
  if (rule == ScaleRule::FourOverSix || rule == ScaleRule::Headroom)
    return isNVFP4;
  if (rule == ScaleRule::MSEden)
    return isNVFP4 && format.blockRows == 1 && format.blockCols > 1;
  return rule == ScaleRule::Amax &&
         (format.scale == kF32 || format.scale.bits() <= 8);
}

int scaleExponent(ScaleRule rule, uint32_t amaxBits,
                  const FloatFormat &element) {
  int exponent = 0;
  switch (rule) {
  case ScaleRule::Floor:
    exponent = static_cast<int>(field(amaxBits)) - 127 - element.emax();
    break;
  case ScaleRule::Ceil:
    exponent = static_cast<int>(field(amaxBits)) +
               roundsUpPastPowerOfTwo(amaxBits) - 127 - element.emax();
    break;
  case ScaleRule::RCeil: {
    uint32_t quotient = bitsOf(divideByMaxElement(amaxBits, element));
    exponent = static_cast<int>(field(quotient)) +
               roundsUpPastPowerOfTwo(quotient) - 127;
    break;
  }
  case ScaleRule::Even: {
    uint32_t half =
        element.mantissaBits < 23 ? 1u << (22 - element.mantissaBits) : 0u;
    exponent = static_cast<int>(field(amaxBits + half)) - 127 - element.emax();
    break;
  }
  case ScaleRule::Quest: // BlockRules.cpp
  case ScaleRule::Amax:
  case ScaleRule::FourOverSix:
  case ScaleRule::MSEden:
  case ScaleRule::Headroom:
    break; // not rules of E8M0
  }
  return exponent < -127 ? -127 : exponent > 127 ? 127 : exponent;
}

TensorScale tensorScale(const ScaleParams &params, float amax) {
  TensorScale result;
  if (!(amax >= 0) || std::isinf(amax)) {
    result.encode = result.decode = floatOf(kNaNBits);
    return result;
  }
  if (amax != 0) {
    result.encode = atMost(params.largestProduct / amax, FLT_MAX);
  }
  result.decode = 1.0f / result.encode;
  return result;
}

BlockScale floatScale(const ScaleParams &params, float wanted,
                      const TensorScale &tensor) {
  BlockScale result;
  wanted = atMost(wanted, params.maxScale);
  if (params.scaleMinNormal && wanted < params.minNormalScale)
    wanted = params.minNormalScale;
  if (params.scale == kF32) {
    result.code = bitsOf(wanted);
  } else {
    Grid grid(params.scale, Rounding::NearestEven);
    result.code = roundSaturating(realOf(wanted), grid);
  }
  float stored = static_cast<float>(scaleValue(params.scale, result.code));
  if (params.twoLevel)
    stored = stored * tensor.decode;
  result.inverse = atMost(1.0f / stored, FLT_MAX);
  return result;
}

BlockScale blockScale(const ScaleParams &params, uint32_t amaxBits,
                      const TensorScale &tensor) {
  BlockScale result;
  if (amaxBits >= 0x7F800000 ||
      (params.twoLevel && std::isnan(tensor.encode))) {
    result.code = params.nanScale;
    result.isNaN = true;
    return result;
  }
  if (params.scale.isE8M0) {
    result.exponent = scaleExponent(params.rule, amaxBits, params.element);
    result.code = static_cast<uint32_t>(result.exponent + 127);
    return result;
  }
  return floatScale(params,
                    params.twoLevel
                        ? floatOf(amaxBits) *
                              (tensor.encode * params.inverseTarget)
                        : divideByMaxElement(amaxBits, params.element),
                    tensor);
}

} // namespace mx::contract
