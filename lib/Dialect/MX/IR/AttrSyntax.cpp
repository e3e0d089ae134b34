//===- AttrSyntax.cpp - How attributes of mx are spelled ------------------===//

#include "AttrSyntax.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mx;

ParseResult
mx::parseKeys(AsmParser &parser, Delimiter delimiter, StringRef what,
              StringRef knownKeys,
              function_ref<OptionalParseResult(StringRef)> parseValue) {
  llvm::StringSet<> seen;
  return parser.parseCommaSeparatedList(delimiter, [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    StringRef key;
    if (parser.parseKeyword(&key))
      return failure();
    if (!seen.insert(key).second)
      return parser.emitError(loc) << "expected each key of a " << what
                                   << " once, but found '" << key << "' again";
    OptionalParseResult result = parseValue(key);
    if (result.has_value())
      return *result;
    return parser.emitError(loc) << "unknown key '" << key << "' of a " << what
                                 << "; expected one of " << knownKeys;
  });
}

ParseResult mx::parseFactor(AsmParser &parser, FloatAttr &value) {
  double factor = 0;
  int64_t integer = 0;
  if (parser.parseEqual())
    return failure();
  OptionalParseResult asInteger = parser.parseOptionalInteger(integer);
  if (asInteger.has_value()) {
    if (*asInteger)
      return failure();
    factor = double(integer);
  } else if (parser.parseFloat(factor)) {
    return failure();
  }
  value = parser.getBuilder().getF32FloatAttr(factor);
  return success();
}

void mx::printFactor(AsmPrinter &printer, FloatAttr value) {
  SmallString<24> text;
  llvm::raw_svector_ostream os(text);
  os << llvm::format("%.9g", value.getValueAsDouble());
  if (!StringRef(text).contains('.')) {
    size_t exponent = StringRef(text).find('e');
    text.insert(exponent == StringRef::npos ? text.end()
                                            : text.begin() + exponent,
                {'.', '0'});
  }
  printer << text;
}

static ParseResult parseRounding(AsmParser &parser, Rounding &rounding) {
  return parseEnum<Rounding>(
      parser, rounding, symbolizeRounding,
      "nearest_even, nearest_away, toward_zero, stochastic");
}

static ParseResult parseScaleRule(AsmParser &parser, ScaleRule &rule) {
  return parseEnum<ScaleRule>(parser, rule, symbolizeScaleRule,
                              "floor, ceil, rceil, even, amax, four_over_six, "
                              "quest, ms_eden, headroom");
}

OptionalParseResult mx::parseQuantizeKey(AsmParser &parser, StringRef key,
                                         QuantizeKeys &keys) {
  if (key == "format") {
    Type type;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseEqual() || parser.parseType(type))
      return failure();
    keys.format = dyn_cast<ScaledType>(type);
    if (!keys.format)
      return ParseResult(parser.emitError(loc)
                         << "expected a block-scaled format such as "
                            "!mx.mxfp4, but found "
                         << type);
    return success();
  }
  if (key == "scale_rule") {
    keys.scaleRule.emplace(ScaleRule::Floor);
    return parseScaleRule(parser, *keys.scaleRule);
  }
  if (key == "rounding")
    return parseRounding(parser, keys.rounding);
  if (key == "prescale")
    return parseFactor(parser, keys.prescale);
  if (key == "random_bits")
    return parseNumber(parser, keys.randomBits);
  if (key == "scale_min_normal") {
    keys.scaleMinNormal = true;
    return success();
  }
  return std::nullopt;
}
