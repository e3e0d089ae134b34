//===- Scales.cpp - Ways to compute scales, one by one --------------------===//

#include "Scales.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace mx::contract;

namespace mx::check {

namespace {

size_t at(int64_t index) { return static_cast<size_t>(index); }

constexpr uint32_t kInfBits = 0x7F800000;

/// E8M0 by the formula that many libraries write: log2 in f32, which is an
/// integer already a few ulp beside a power of two.
int log2Exponent(ScaleRule rule, uint32_t amaxBits,
                 const FloatFormat &element) {
  float amax = floatOf(amaxBits);
  double exponent;
  if (rule == ScaleRule::RCeil) {
    float quotient = amax / static_cast<float>(element.max());
    exponent = std::ceil(static_cast<float>(std::log2(double(quotient))));
  } else {
    float log = static_cast<float>(std::log2(double(amax)));
    exponent = (rule == ScaleRule::Ceil ? std::ceil(log) : std::floor(log)) -
               element.emax();
  }
  return static_cast<int>(std::clamp(exponent, -127.0, 127.0));
}

/// RCEIL with a product in place of the division.
int reciprocalExponent(uint32_t amaxBits, const FloatFormat &element) {
  float quotient = floatOf(amaxBits) * static_cast<float>(1.0 / element.max());
  FloatFormat one = kInt8; // any format with emax 0: CEIL is then RCEIL
  return scaleExponent(ScaleRule::Ceil, bitsOf(quotient), one);
}

uint32_t powerOfTwoScale(const ScaleVariant &variant, uint32_t amaxBits,
                         const ScaleParams &params) {
  int exponent = variant.formula == Formula::Log2
                     ? log2Exponent(variant.rule, amaxBits, params.element)
                 : variant.formula == Formula::Reciprocal
                     ? reciprocalExponent(amaxBits, params.element)
                     : scaleExponent(variant.rule, amaxBits, params.element);
  return static_cast<uint32_t>(exponent + 127);
}

/// The real scale that is to be rounded to the scale's format.
float wantedScale(Formula formula, float amax, const ScaleParams &params,
                  const TensorScale &tensor) {
  float quotient = amax / params.maxElement;
  float product = amax * params.inverseTarget;
  switch (formula) {
  case Formula::Contract:
    return params.twoLevel ? amax * (tensor.encode * params.inverseTarget)
                           : quotient;
  case Formula::Reciprocal:
    return product;
  case Formula::QuotientTimesEncode:
    return quotient * tensor.encode;
  case Formula::QuotientOverDecode:
    return quotient / tensor.decode;
  case Formula::ReciprocalTimesEncode:
    return product * tensor.encode;
  case Formula::ReciprocalOverDecode:
    return product / tensor.decode;
  case Formula::Log2:
    break;
  }
  return quotient;
}

uint32_t floatScale(const ScaleVariant &variant, uint32_t amaxBits,
                    const ScaleParams &params, const TensorScale &tensor) {
  float wanted =
      wantedScale(variant.formula, floatOf(amaxBits), params, tensor);
  wanted = std::min(wanted, params.maxScale);
  if (variant.least == Least::MinNormal)
    wanted = std::max(wanted, params.minNormalScale);
  if (params.scale == kF32)
    return bitsOf(wanted);
  uint32_t code = roundSaturating(realOf(wanted),
                                  Grid(params.scale, Rounding::NearestEven));
  if (code == 0 && variant.least == Least::EpsilonIfZero)
    code = roundSaturating(
        realOf(std::ldexp(1.0f, -int(params.scale.mantissaBits))),
        Grid(params.scale, Rounding::NearestEven));
  return code;
}

float stepped(float value, int ulps) {
  return ulps == 0 ? value : std::nextafter(value, ulps < 0 ? 0.0f : INFINITY);
}

/// s_enc and s_dec, and what the dump should hold.
void predictTensorScale(const Dump &dump, float amax,
                        const ScaleVariant &variant, Scales &scales) {
  if (variant.tensorRule == TensorRule::None)
    return;
  float found = dump.tensorDivisor ? *dump.tensorDivisor : *dump.tensorScale;
  scales.foundTensor = scales.expectedTensor = bitsOf(found);
  if (variant.tensorRule == TensorRule::Given) {
    scales.tensor.decode = *dump.tensorScale;
    scales.tensor.encode =
        dump.tensorDivisor
            ? *dump.tensorDivisor
            : std::min(stepped(1.0f / *dump.tensorScale, variant.encodeOffset),
                       FLT_MAX);
    return;
  }
  scales.tensor = tensorScale(scales.params, amax);
  if (variant.tensorRule == TensorRule::Decode && amax != 0) {
    scales.tensor.decode =
        amax / (scales.params.maxElement * scales.params.maxScale);
    scales.tensor.encode = std::min(1.0f / scales.tensor.decode, FLT_MAX);
  }
  scales.expectedTensor =
      bitsOf(dump.tensorDivisor ? scales.tensor.encode : scales.tensor.decode);
  scales.tensorDiffers = scales.expectedTensor != scales.foundTensor;
}

BlockClass classify(const ScaleVariant &variant, uint32_t amaxBits,
                    const ScaleParams &params) {
  if (amaxBits >= kInfBits)
    return BlockClass::NonFinite;
  if (amaxBits == 0)
    return BlockClass::Zero;
  uint32_t half = params.element.mantissaBits < 23
                      ? 1u << (22 - params.element.mantissaBits)
                      : 0u;
  if (variant.rule == ScaleRule::Even && amaxBits + half >= kInfBits)
    return BlockClass::Carry;
  return BlockClass::Plain;
}

} // namespace

Amaxes findAmaxes(const Dump &dump) {
  Amaxes amaxes;
  amaxes.blocks.assign(at(dump.numBlocks()), 0);
  uint32_t tensor = 0;
  for (int64_t i = 0, e = int64_t(dump.values.size()); i < e; ++i) {
    uint32_t bits = bitsOf(dump.values[at(i)]) & 0x7FFFFFFF;
    uint32_t &amax = amaxes.blocks[at(dump.blockOf(i))];
    amax = std::max(amax, bits);
    if (bits < kInfBits)
      tensor = std::max(tensor, bits);
  }
  amaxes.tensor = floatOf(tensor);
  return amaxes;
}

Scales predictScales(const Dump &dump, const Amaxes &amaxes,
                     const ScaleVariant &variant) {
  ScaledFormat format{dump.element, dump.scale, dump.blockRows, dump.blockCols,
                      dump.tensorScale.has_value()};
  Scales scales;
  scales.params = ScaleParams(format, variant.rule, false);
  predictTensorScale(dump, amaxes.tensor, variant, scales);
  scales.codes.reserve(amaxes.blocks.size());
  for (uint32_t amax : amaxes.blocks) {
    BlockClass kind = classify(variant, amax, scales.params);
    uint32_t code = scales.params.nanScale;
    if (kind != BlockClass::NonFinite)
      code = dump.scale.isE8M0
                 ? kind == BlockClass::Zero
                       ? 0
                       : powerOfTwoScale(variant, amax, scales.params)
                 : floatScale(variant, amax, scales.params, scales.tensor);
    scales.codes.push_back(code);
    scales.classes.push_back(kind);
  }
  return scales;
}

bool scaleDiffers(const Dump &dump, const Scales &scales,
                  const ScaleTally &tally, int64_t block) {
  BlockClass kind = scales.classes[at(block)];
  if (tally.skip[size_t(kind)])
    return false;
  uint32_t expected = kind == BlockClass::Zero && tally.zeroCode
                          ? *tally.zeroCode
                          : scales.codes[at(block)];
  uint32_t found = dump.scales[at(block)];
  if (dump.scale == kF32 && kind == BlockClass::NonFinite)
    return !isNaN(kF32, found); // any NaN
  return expected != found;
}

ScaleTally compareScales(const Dump &dump, const Scales &scales) {
  ScaleTally tally;
  int64_t differ[kBlockClasses] = {}, zeros = 0, carriesToNaN = 0;
  std::optional<uint32_t> zero;
  bool sameZero = true;
  for (int64_t block = 0; block < dump.numBlocks(); ++block) {
    BlockClass kind = scales.classes[at(block)];
    differ[size_t(kind)] += scaleDiffers(dump, scales, tally, block);
    uint32_t found = dump.scales[at(block)];
    if (kind == BlockClass::Zero) {
      sameZero &= !zero || *zero == found;
      zero = found;
      ++zeros;
    }
    if (kind == BlockClass::Carry)
      carriesToNaN += found == scales.params.nanScale;
  }
  // A habit must explain two blocks: one block may be an error.
  if (zeros >= 2 && sameZero && differ[size_t(BlockClass::Zero)] > 0) {
    tally.zeroCode = zero;
    tally.habits.push_back("all-zero blocks have scale " +
                           std::to_string(*zero));
  }
  if (differ[size_t(BlockClass::NonFinite)] >= 2) {
    tally.skip[size_t(BlockClass::NonFinite)] = true;
    tally.habits.push_back("blocks with NaN or Inf are not as the contract "
                           "has them (not compared)");
  }
  if (carriesToNaN > 0 && carriesToNaN == differ[size_t(BlockClass::Carry)]) {
    tally.skip[size_t(BlockClass::Carry)] = true;
    tally.habits.push_back("rounding amax to 2^128 gives a NaN scale");
  }
  for (int64_t block = 0; block < dump.numBlocks(); ++block)
    if (scaleDiffers(dump, scales, tally, block)) {
      if (tally.first < 0)
        tally.first = block;
      ++tally.differ;
    }
  return tally;
}

} // namespace mx::check
