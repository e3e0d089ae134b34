//===- Variants.cpp - The rules in use, in words --------------------------===//
//
// Which formulas libraries use for scales and elements, which belong together,
// and what they are called in a report.
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include <cfloat>

using namespace mx::contract;

namespace mx::check {

static void addFormulas(ScaleVariant variant,
                        const std::vector<Formula> &formulas, bool hasLeast,
                        std::vector<ScaleVariant> &variants) {
  for (Formula formula : formulas)
    for (Least least : {Least::Any, Least::MinNormal, Least::EpsilonIfZero}) {
      variant.formula = formula;
      variant.least = least;
      variants.push_back(variant);
      if (!hasLeast)
        break;
    }
}

std::vector<ScaleVariant> allScaleVariants(const Dump &dump) {
  std::vector<ScaleVariant> variants;
  ScaleVariant variant;
  if (dump.scale.isE8M0) {
    for (ScaleRule rule : {ScaleRule::Floor, ScaleRule::Ceil, ScaleRule::RCeil,
                           ScaleRule::Even}) {
      if (rule == ScaleRule::Even && dump.element.isInteger)
        continue;
      variant.rule = rule;
      std::vector<Formula> formulas = {Formula::Contract};
      if (rule == ScaleRule::RCeil)
        formulas.push_back(Formula::Reciprocal);
      if (rule != ScaleRule::Even)
        formulas.push_back(Formula::Log2);
      addFormulas(variant, formulas, /*hasLeast=*/false, variants);
    }
    return variants;
  }
  variant.rule = ScaleRule::Amax;
  bool hasLeast = dump.scale != kF32;
  if (!dump.tensorScale) {
    addFormulas(variant, {Formula::Contract, Formula::Reciprocal}, hasLeast,
                variants);
    return variants;
  }
  for (TensorRule rule :
       {TensorRule::Encode, TensorRule::Decode, TensorRule::Given})
    for (int offset : {0, -1, 1}) {
      variant.tensorRule = rule;
      variant.encodeOffset = offset;
      addFormulas(variant,
                  {Formula::Contract, Formula::QuotientTimesEncode,
                   Formula::QuotientOverDecode, Formula::ReciprocalTimesEncode,
                   Formula::ReciprocalOverDecode},
                  hasLeast, variants);
      if (rule != TensorRule::Given || dump.tensorDivisor)
        break;
    }
  return variants;
}

static const char *describeFormula(const Dump &dump, Formula formula) {
  bool twoLevel = dump.tensorScale.has_value();
  switch (formula) {
  case Formula::Contract:
    return dump.scale.isE8M0 ? nullptr
           : twoLevel        ? "s_b = amax_b * (s_enc * (1 / max))"
                             : "s_b = amax_b / max";
  case Formula::Log2:
    return "log2 is rounded to f32 first";
  case Formula::Reciprocal:
    return dump.scale.isE8M0 ? "amax * (1 / max) in place of amax / max"
                             : "s_b = amax_b * (1 / max)";
  case Formula::QuotientTimesEncode:
    return "s_b = (amax_b / max) * s_enc";
  case Formula::QuotientOverDecode:
    return "s_b = (amax_b / max) / s_dec";
  case Formula::ReciprocalTimesEncode:
    return "s_b = (amax_b * (1 / max)) * s_enc";
  case Formula::ReciprocalOverDecode:
    return "s_b = (amax_b * (1 / max)) / s_dec";
  }
  return nullptr;
}

std::vector<std::string> describe(const Dump &dump,
                                  const ScaleVariant &variant) {
  std::vector<std::string> words;
  if (variant.tensorRule == TensorRule::Encode)
    words.push_back("s_enc = range / amax, s_dec = 1 / s_enc");
  if (variant.tensorRule == TensorRule::Decode)
    words.push_back("s_dec = amax / range");
  if (variant.tensorRule == TensorRule::Given)
    words.push_back("the tensor scale is taken as given");
  if (const char *formula = describeFormula(dump, variant.formula))
    words.push_back(formula);
  if (variant.least == Least::MinNormal)
    words.push_back("s_b is at least the least normal number");
  if (variant.least == Least::EpsilonIfZero)
    words.push_back("s_b = 0 becomes the format's epsilon");
  return words;
}

const char *nameOf(Direction direction) {
  constexpr const char *names[kDirections] = {
      "nearest_even",    "nearest_away",    "toward_zero",
      "toward_negative", "toward_positive", "stochastic"};
  return names[size_t(direction)];
}

std::vector<ElementVariant> allElementVariants(const Dump &dump) {
  if (dump.scale.isE8M0)
    return {{Scaling::Exact, 1.0f}, {Scaling::Exact, 0.75f}};
  if (!dump.tensorScale)
    return {{Scaling::InverseOfScale, 1.0f}, {Scaling::OverScale, 1.0f}};
  std::vector<ElementVariant> variants;
  for (Scaling scaling :
       {Scaling::InverseOfScale, Scaling::OverScale, Scaling::DecodeFirst,
        Scaling::EncodeOverScale, Scaling::EncodeThenScale,
        Scaling::DecodeThenScale, Scaling::OverQuotient})
    variants.push_back({scaling, 1.0f});
  return variants;
}

std::vector<Peer> knownPeers(const Dump &dump) {
  constexpr ScaleRule kAmax = ScaleRule::Amax;
  if (dump.scale.isE8M0)
    return {};
  if (!dump.tensorScale)
    return {{"the contract",
             {kAmax, Formula::Contract, Least::Any, TensorRule::None, 0},
             {Scaling::InverseOfScale, 1.0f}},
            {"pytorch/ao",
             {kAmax, Formula::Contract, Least::MinNormal, TensorRule::None, 0},
             {Scaling::InverseOfScale, 1.0f}}};
  std::vector<Peer> peers;
  for (bool given : {false, true}) {
    auto rule = [&](TensorRule own) { return given ? TensorRule::Given : own; };
    peers.push_back(
        {"TransformerEngine",
         {kAmax, Formula::Contract, Least::Any, rule(TensorRule::Encode), 0},
         {Scaling::InverseOfScale, 1.0f}});
    peers.push_back({"pytorch/ao",
                     {kAmax, Formula::QuotientOverDecode, Least::MinNormal,
                      rule(TensorRule::Decode), 0},
                     {Scaling::DecodeFirst, 1.0f}});
    peers.push_back({"compressed-tensors",
                     {kAmax, Formula::QuotientTimesEncode, Least::EpsilonIfZero,
                      rule(TensorRule::Encode), 0},
                     {Scaling::OverQuotient, 1.0f}});
  }
  return peers;
}

float scaleElement(Scaling scaling, float x, float s, float encode,
                   float decode) {
  auto inverse = [](float value) {
    float quotient = 1.0f / value;
    return quotient > FLT_MAX ? FLT_MAX : quotient;
  };
  switch (scaling) {
  case Scaling::Exact:
  case Scaling::InverseOfScale:
    return x * inverse(s * decode);
  case Scaling::OverScale:
    return x / (s * decode);
  case Scaling::DecodeFirst:
    return x * ((1.0f / decode) / s);
  case Scaling::EncodeOverScale:
    return x * (encode / s);
  case Scaling::EncodeThenScale:
    return (x * encode) / s;
  case Scaling::DecodeThenScale:
    return (x / decode) / s;
  case Scaling::OverQuotient:
    return x / (s / encode);
  }
  return x;
}

const char *describe(const Dump &dump, const ElementVariant &variant) {
  bool twoLevel = dump.tensorScale.has_value();
  switch (variant.scaling) {
  case Scaling::Exact:
    return nullptr;
  case Scaling::InverseOfScale:
    return twoLevel ? "y = x * (1 / (s_b * s_dec))" : "y = x * (1 / s_b)";
  case Scaling::OverScale:
    return twoLevel ? "y = x / (s_b * s_dec)" : "y = x / s_b";
  case Scaling::DecodeFirst:
    return "y = x * ((1 / s_dec) / s_b)";
  case Scaling::EncodeOverScale:
    return "y = x * (s_enc / s_b)";
  case Scaling::EncodeThenScale:
    return "y = (x * s_enc) / s_b";
  case Scaling::DecodeThenScale:
    return "y = (x / s_dec) / s_b";
  case Scaling::OverQuotient:
    return "y = x / (s_b / s_enc)";
  }
  return nullptr;
}

} // namespace mx::check
