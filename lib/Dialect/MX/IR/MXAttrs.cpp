//===- MXAttrs.cpp - Recipes and quantizers as attributes -----------------===//
//
// All of them are `key = value` lists. At the top of an attribute they stand
// in <…>, nested ones in {…}; the same functions read and print both.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mx;

using Delimiter = AsmParser::Delimiter;

//===----------------------------------------------------------------------===//
// Key-value lists
//===----------------------------------------------------------------------===//

/// Reads `key …, key …` between delimiters; `parseValue` reads what follows the
/// key, or returns nothing for a key it does not know.
static ParseResult
parseKeys(AsmParser &parser, Delimiter delimiter, StringRef what,
          StringRef knownKeys,
          function_ref<OptionalParseResult(StringRef)> parseValue) {
  llvm::StringSet<> seen;
  return parser.parseCommaSeparatedList(delimiter, [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    StringRef key;
    if (parser.parseKeyword(&key))
      return failure();
    if (!seen.insert(key).second)
      return parser.emitError(loc)
             << "expected each key of a " << what << " once, but found '" << key
             << "' again";
    OptionalParseResult result = parseValue(key);
    if (result.has_value())
      return *result;
    return parser.emitError(loc) << "unknown key '" << key << "' of a " << what
                                 << "; expected one of " << knownKeys;
  });
}

template <typename Enum>
static ParseResult parseEnum(AsmParser &parser, Enum &value,
                             std::optional<Enum> (*symbolize)(StringRef),
                             StringRef choices) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (parser.parseEqual() || parser.parseKeyword(&word))
    return failure();
  std::optional<Enum> parsed = symbolize(word);
  if (!parsed)
    return parser.emitError(loc)
           << "expected one of " << choices << ", but found '" << word << "'";
  value = *parsed;
  return success();
}

static ParseResult parseRounding(AsmParser &parser, Rounding &rounding) {
  return parseEnum<Rounding>(
      parser, rounding, symbolizeRounding,
      "nearest_even, nearest_away, toward_zero, stochastic");
}

static ParseResult parseScaleRule(AsmParser &parser, ScaleRule &rule) {
  return parseEnum<ScaleRule>(parser, rule, symbolizeScaleRule,
                              "floor, ceil, rceil, even, amax");
}

static ParseResult parseFactor(AsmParser &parser, FloatAttr &value) {
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

template <typename Integer>
static ParseResult parseNumber(AsmParser &parser, Integer &value) {
  return failure(parser.parseEqual() || parser.parseInteger(value));
}

/// Prints a float so that the lexer reads it back as one, without loss.
static void printFactor(AsmPrinter &printer, FloatAttr value) {
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

/// Writes ", " between the parts of a list.
class ListPrinter {
public:
  ListPrinter(AsmPrinter &printer) : printer(printer) {}
  AsmPrinter &key(StringRef name) {
    printer << separator << name;
    separator = ", ";
    return printer;
  }

private:
  AsmPrinter &printer;
  StringRef separator = "";
};

static bool isOne(FloatAttr value) { return value.getValueAsDouble() == 1.0; }

//===----------------------------------------------------------------------===//
// #mx.hadamard
//===----------------------------------------------------------------------===//

static ParseResult parseSigns(AsmParser &parser, Signs &signs,
                              SmallVectorImpl<int32_t> &fixed) {
  if (parser.parseEqual())
    return failure();
  SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (succeeded(parser.parseOptionalKeyword(&word))) {
    std::optional<Signs> parsed = symbolizeSigns(word);
    if (!parsed || *parsed == Signs::Fixed)
      return parser.emitError(loc)
             << "expected signs none, seed or a list of 1 and -1, but found '"
             << word << "'";
    signs = *parsed;
    return success();
  }
  signs = Signs::Fixed;
  return parser.parseCommaSeparatedList(Delimiter::Square, [&] {
    return parser.parseInteger(fixed.emplace_back());
  });
}

static HadamardAttr parseHadamard(AsmParser &parser, Delimiter delimiter) {
  SMLoc loc = parser.getCurrentLocation();
  int64_t size = 0;
  Signs signs = Signs::None;
  SmallVector<int32_t> fixed;
  if (parseKeys(parser, delimiter, "Hadamard transform", "size, signs",
                [&](StringRef key) -> OptionalParseResult {
                  if (key == "size")
                    return parseNumber(parser, size);
                  if (key == "signs")
                    return parseSigns(parser, signs, fixed);
                  return std::nullopt;
                }))
    return {};
  return HadamardAttr::getChecked([&] { return parser.emitError(loc); },
                                  parser.getContext(), size, signs, fixed);
}

static void printKeys(AsmPrinter &printer, HadamardAttr attr) {
  printer << "size = " << attr.getSize();
  if (attr.getSigns() == Signs::Seed)
    printer << ", signs = seed";
  if (attr.getSigns() == Signs::Fixed) {
    printer << ", signs = [";
    llvm::interleaveComma(attr.getFixedSigns(), printer);
    printer << "]";
  }
}

LogicalResult
HadamardAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t size,
                     Signs signs, ArrayRef<int32_t> fixedSigns) {
  if (size < 2 || size > 1024 || !llvm::isPowerOf2_64(size))
    return emitError() << "expected a Hadamard size that is a power of two "
                          "from 2 to 1024, but found "
                       << size;
  if (signs == Signs::Fixed && int64_t(fixedSigns.size()) != size)
    return emitError() << "expected " << size
                       << " fixed signs, one for each element of a group, but "
                          "found "
                       << fixedSigns.size();
  for (int32_t sign : fixedSigns)
    if (sign != 1 && sign != -1)
      return emitError() << "expected fixed signs of 1 or -1, but found "
                         << sign;
  return success();
}

//===----------------------------------------------------------------------===//
// What #mx.operand and #mx.quantizer share
//===----------------------------------------------------------------------===//

namespace {
struct QuantizeKeys {
  ScaledType format;
  std::optional<ScaleRule> scaleRule;
  Rounding rounding = Rounding::NearestEven;
  FloatAttr prescale;
  unsigned randomBits = 16;
  bool scaleMinNormal = false;

  explicit QuantizeKeys(AsmParser &parser)
      : prescale(parser.getBuilder().getF32FloatAttr(1.0)) {}

  ScaleRule getRule() const {
    return scaleRule ? *scaleRule
                     : OperandRecipeAttr::getDefaultScaleRule(format);
  }
};
} // namespace

static constexpr StringLiteral quantizeKeys =
    "format, scale_rule, rounding, prescale, random_bits, scale_min_normal";

static OptionalParseResult parseQuantizeKey(AsmParser &parser, StringRef key,
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

template <typename Attr>
static void printQuantizeKeys(ListPrinter &list, Attr attr) {
  list.key("format = ") << attr.getFormat();
  if (attr.getScaleRule() !=
      OperandRecipeAttr::getDefaultScaleRule(attr.getFormat()))
    list.key("scale_rule = ") << stringifyScaleRule(attr.getScaleRule());
  if (attr.getRounding() != Rounding::NearestEven)
    list.key("rounding = ") << stringifyRounding(attr.getRounding());
  if (!isOne(attr.getPrescale()))
    printFactor(list.key("prescale = "), attr.getPrescale());
  if (attr.getRandomBits() != 16)
    list.key("random_bits = ") << attr.getRandomBits();
  if (attr.getScaleMinNormal())
    list.key("scale_min_normal");
}

LogicalResult mx::verifyQuantization(
    function_ref<InFlightDiagnostic()> emitError, ScaledType format,
    ScaleRule rule, Rounding rounding, FloatAttr prescale, int64_t randomBits,
    bool scaleMinNormal) {
  if (!format)
    return emitError() << "expected key 'format', a block-scaled type such as "
                          "!mx.mxfp4, but found none";
  bool e8m0 = isa<Float8E8M0FNUType>(format.getScale());
  if (e8m0 && rule == ScaleRule::Amax)
    return emitError() << "expected scale_rule floor, ceil, rceil or even for "
                          "an f8E8M0FNU scale, but found amax";
  if (!e8m0 && rule != ScaleRule::Amax)
    return emitError() << "expected scale_rule amax for a float scale of type "
                       << format.getScale() << ", but found "
                       << stringifyScaleRule(rule);
  if (format.getElement().isInteger(8) && rule == ScaleRule::Even)
    return emitError() << "expected scale_rule floor, ceil or rceil for i8 "
                          "elements, which have no mantissa width, but found "
                          "even";
  float factor = prescale.getValue().convertToFloat();
  if (!(factor > 0) || factor > std::numeric_limits<float>::max())
    return emitError() << "expected a positive finite prescale, but found "
                       << factor;
  if (!e8m0 && factor != 1.0f)
    return emitError() << "expected prescale 1 with a float scale, but found "
                       << factor << "; only an f8E8M0FNU scale leaves room";
  if (randomBits != 8 && randomBits != 16 && randomBits != 24)
    return emitError() << "expected random_bits 8, 16 or 24, but found "
                       << randomBits;
  if (scaleMinNormal && !format.getHasTensorScale())
    return emitError() << "expected scale_min_normal only with a format that "
                          "has a tensor scale, but found "
                       << format;
  (void)rounding;
  return success();
}

//===----------------------------------------------------------------------===//
// #mx.operand
//===----------------------------------------------------------------------===//

ScaleRule OperandRecipeAttr::getDefaultScaleRule(ScaledType format) {
  return isa<Float8E8M0FNUType>(format.getScale()) ? ScaleRule::Floor
                                                   : ScaleRule::Amax;
}

static OperandRecipeAttr parseOperand(AsmParser &parser, Delimiter delimiter) {
  SMLoc loc = parser.getCurrentLocation();
  QuantizeKeys keys(parser);
  if (parseKeys(parser, delimiter, "operand recipe", quantizeKeys,
                [&](StringRef key) {
                  return parseQuantizeKey(parser, key, keys);
                }))
    return {};
  if (!keys.format) {
    parser.emitError(loc) << "expected key 'format' in an operand recipe, "
                             "such as format = !mx.mxfp4, but found none";
    return {};
  }
  return OperandRecipeAttr::getChecked(
      [&] { return parser.emitError(loc); }, parser.getContext(), keys.format,
      keys.getRule(), keys.rounding, keys.prescale, keys.randomBits,
      keys.scaleMinNormal);
}

static void printKeys(AsmPrinter &printer, OperandRecipeAttr attr) {
  ListPrinter list(printer);
  printQuantizeKeys(list, attr);
}

LogicalResult OperandRecipeAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, ScaledType format,
    ScaleRule rule, Rounding rounding, FloatAttr prescale, unsigned randomBits,
    bool scaleMinNormal) {
  return verifyQuantization(emitError, format, rule, rounding, prescale,
                            randomBits, scaleMinNormal);
}

//===----------------------------------------------------------------------===//
// #mx.product
//===----------------------------------------------------------------------===//

static OptionalParseResult parseNestedOperand(AsmParser &parser,
                                              OperandRecipeAttr &operand) {
  if (parser.parseEqual() ||
      !(operand = parseOperand(parser, Delimiter::Braces)))
    return failure();
  return success();
}

/// The keys of the two operands, by naming.
static std::pair<StringRef, StringRef> getOperandKeys(OperandNaming naming) {
  switch (naming) {
  case OperandNaming::Side:
    return {"lhs", "rhs"};
  case OperandNaming::Weight:
    return {"activation", "weight"};
  case OperandNaming::Gradient:
    return {"gradient", "other"};
  }
  llvm_unreachable("every naming is listed");
}

/// Reads an operand under any of its keys; all of a recipe use one naming.
static OptionalParseResult
parseProductOperand(AsmParser &parser, StringRef key,
                    std::optional<OperandNaming> &naming,
                    OperandRecipeAttr &lhs, OperandRecipeAttr &rhs) {
  for (OperandNaming candidate :
       {OperandNaming::Side, OperandNaming::Weight, OperandNaming::Gradient}) {
    auto [first, second] = getOperandKeys(candidate);
    if (key != first && key != second)
      continue;
    if (naming && *naming != candidate)
      return ParseResult(parser.emitError(parser.getCurrentLocation())
                         << "expected the operands of a product recipe to be "
                            "named '"
                         << getOperandKeys(*naming).first << "' and '"
                         << getOperandKeys(*naming).second
                         << "', as the first one is, but found '" << key
                         << "'");
    naming = candidate;
    return parseNestedOperand(parser, key == first ? lhs : rhs);
  }
  return std::nullopt;
}

static ProductRecipeAttr parseProduct(AsmParser &parser, Delimiter delimiter) {
  SMLoc loc = parser.getCurrentLocation();
  OperandRecipeAttr lhs, rhs;
  std::optional<OperandNaming> naming;
  HadamardAttr hadamard;
  FloatAttr alpha = parser.getBuilder().getF32FloatAttr(1.0);
  Accumulate accumulate = Accumulate::Default;
  auto parseValue = [&](StringRef key) -> OptionalParseResult {
    if (key == "hadamard") {
      if (parser.parseEqual() ||
          !(hadamard = parseHadamard(parser, Delimiter::Braces)))
        return failure();
      return success();
    }
    if (key == "alpha")
      return parseFactor(parser, alpha);
    if (key == "accumulate")
      return parseEnum<Accumulate>(parser, accumulate, symbolizeAccumulate,
                                   "default, exact, fast");
    return parseProductOperand(parser, key, naming, lhs, rhs);
  };
  if (parseKeys(parser, delimiter, "product recipe",
                "lhs, rhs, activation, weight, gradient, other, hadamard, "
                "alpha, accumulate",
                parseValue))
    return {};
  return ProductRecipeAttr::getChecked(
      [&] { return parser.emitError(loc); }, parser.getContext(), lhs, rhs,
      naming.value_or(OperandNaming::Side), hadamard, alpha, accumulate);
}

static void printKeys(AsmPrinter &printer, ProductRecipeAttr attr) {
  ListPrinter list(printer);
  auto printOperand = [&](StringRef key, OperandRecipeAttr operand) {
    if (!operand)
      return;
    list.key(key) << " = {";
    printKeys(printer, operand);
    printer << "}";
  };
  auto [first, second] = getOperandKeys(attr.getNaming());
  printOperand(first, attr.getLhs());
  printOperand(second, attr.getRhs());
  if (HadamardAttr hadamard = attr.getHadamard()) {
    list.key("hadamard = {");
    printKeys(printer, hadamard);
    printer << "}";
  }
  if (!isOne(attr.getAlpha()))
    printFactor(list.key("alpha = "), attr.getAlpha());
  if (attr.getAccumulate() != Accumulate::Default)
    list.key("accumulate = ") << stringifyAccumulate(attr.getAccumulate());
}

LogicalResult ProductRecipeAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, OperandRecipeAttr lhs,
    OperandRecipeAttr rhs, OperandNaming naming, HadamardAttr hadamard,
    FloatAttr alpha,
    Accumulate accumulate) {
  if (!lhs && !rhs)
    return emitError() << "expected lhs or rhs in a product recipe, but found "
                          "neither; leave the role out to keep it float";
  float factor = alpha.getValue().convertToFloat();
  if (!std::isfinite(factor) || factor == 0)
    return emitError() << "expected a finite alpha other than 0, but found "
                       << factor;
  return success();
}

//===----------------------------------------------------------------------===//
// #mx.recipe
//===----------------------------------------------------------------------===//

ProductRecipeAttr RecipeAttr::getProduct(Role role) const {
  switch (role) {
  case Role::Forward:
    return getForward();
  case Role::DGrad:
    return getDgrad();
  case Role::WGrad:
    return getWgrad();
  }
  llvm_unreachable("every role is listed");
}

static ParseResult parseExclude(AsmParser &parser, bool &attention,
                                SmallVectorImpl<StringAttr> &names) {
  if (parser.parseEqual())
    return failure();
  return parser.parseCommaSeparatedList(Delimiter::Square, [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    std::string pattern;
    if (succeeded(parser.parseOptionalString(&pattern))) {
      names.push_back(parser.getBuilder().getStringAttr(pattern));
      return success();
    }
    StringRef word;
    if (succeeded(parser.parseOptionalKeyword(&word)) && word == "attention") {
      attention = true;
      return success();
    }
    return parser.emitError(loc)
           << "expected attention or a quoted pattern such as \"*head*\"";
  });
}

static RecipeAttr parseRecipe(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  StringAttr name;
  ProductRecipeAttr forward, dgrad, wgrad;
  bool attention = false;
  SmallVector<StringAttr> names;
  Saved saved = Saved::Source;
  auto parseRole = [&](ProductRecipeAttr &product) -> OptionalParseResult {
    if (parser.parseEqual() ||
        !(product = parseProduct(parser, Delimiter::Braces)))
      return failure();
    return success();
  };
  if (parseKeys(parser, Delimiter::LessGreater, "recipe",
                "name, forward, dgrad, wgrad, exclude, saved",
                [&](StringRef key) -> OptionalParseResult {
                  if (key == "name")
                    return ParseResult(failure(parser.parseEqual() ||
                                               parser.parseAttribute(name)));
                  if (key == "forward")
                    return parseRole(forward);
                  if (key == "dgrad")
                    return parseRole(dgrad);
                  if (key == "wgrad")
                    return parseRole(wgrad);
                  if (key == "exclude")
                    return parseExclude(parser, attention, names);
                  if (key == "saved")
                    return parseEnum<Saved>(parser, saved, symbolizeSaved,
                                            "source, packed");
                  return std::nullopt;
                }))
    return {};
  if (!name) {
    parser.emitError(loc)
        << "expected key 'name' in a recipe, but found none";
    return {};
  }
  return RecipeAttr::getChecked([&] { return parser.emitError(loc); },
                                parser.getContext(), name, forward, dgrad,
                                wgrad, attention, names, saved);
}

static void printRecipe(AsmPrinter &printer, RecipeAttr attr) {
  ListPrinter list(printer);
  list.key("name = ") << attr.getName();
  for (Role role : {Role::Forward, Role::DGrad, Role::WGrad})
    if (ProductRecipeAttr product = attr.getProduct(role)) {
      list.key(stringifyRole(role)) << " = {";
      printKeys(printer, product);
      printer << "}";
    }
  if (attr.getExcludeAttention() || !attr.getExcludeNames().empty()) {
    list.key("exclude = [");
    ListPrinter patterns(printer);
    if (attr.getExcludeAttention())
      patterns.key("attention");
    for (StringAttr pattern : attr.getExcludeNames())
      patterns.key("") << pattern;
    printer << "]";
  }
  if (attr.getSaved() != Saved::Source)
    list.key("saved = ") << stringifySaved(attr.getSaved());
}

LogicalResult RecipeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringAttr name, ProductRecipeAttr forward,
                                 ProductRecipeAttr dgrad,
                                 ProductRecipeAttr wgrad, bool excludeAttention,
                                 ArrayRef<StringAttr> excludeNames,
                                 Saved saved) {
  for (ProductRecipeAttr backward : {dgrad, wgrad})
    if (backward && backward.getNaming() == OperandNaming::Weight)
      return emitError() << "expected lhs and rhs, or gradient and other, in "
                            "the recipe of a backward product, but found "
                            "activation or weight, which only forward products "
                            "have";
  if (forward && forward.getNaming() == OperandNaming::Gradient)
    return emitError() << "expected lhs and rhs, or activation and weight, in "
                          "the recipe of a forward product, but found gradient "
                          "or other, which only backward products have";
  return success();
}

//===----------------------------------------------------------------------===//
// #mx.quantizer
//===----------------------------------------------------------------------===//

static QuantizerAttr parseQuantizer(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  QuantizeKeys keys(parser);
  int64_t stream = 0, signStream = 0;
  bool transpose = false, padToGroup = false;
  HadamardAttr hadamard;
  std::string known = (quantizeKeys + ", stream, transpose, pad_to_group, "
                                      "hadamard, sign_stream")
                          .str();
  if (parseKeys(parser, Delimiter::LessGreater, "quantizer", known,
                [&](StringRef key) -> OptionalParseResult {
                  if (key == "stream")
                    return parseNumber(parser, stream);
                  if (key == "sign_stream")
                    return parseNumber(parser, signStream);
                  if (key == "hadamard") {
                    if (parser.parseEqual() ||
                        !(hadamard = parseHadamard(parser, Delimiter::Braces)))
                      return failure();
                    return success();
                  }
                  if (key == "transpose") {
                    transpose = true;
                    return success();
                  }
                  if (key == "pad_to_group") {
                    padToGroup = true;
                    return success();
                  }
                  return parseQuantizeKey(parser, key, keys);
                }))
    return {};
  if (!keys.format) {
    parser.emitError(loc) << "expected key 'format' in a quantizer, such as "
                             "format = !mx.mxfp4, but found none";
    return {};
  }
  return QuantizerAttr::getChecked(
      [&] { return parser.emitError(loc); }, parser.getContext(), keys.format,
      keys.getRule(), keys.rounding, keys.prescale, keys.randomBits,
      keys.scaleMinNormal, stream, transpose, padToGroup, hadamard, signStream);
}

static void printQuantizer(AsmPrinter &printer, QuantizerAttr attr) {
  ListPrinter list(printer);
  printQuantizeKeys(list, attr);
  if (attr.getStream() != 0)
    list.key("stream = ") << attr.getStream();
  if (attr.getTranspose())
    list.key("transpose");
  if (attr.getPadToGroup())
    list.key("pad_to_group");
  if (HadamardAttr hadamard = attr.getHadamard()) {
    list.key("hadamard = {");
    printKeys(printer, hadamard);
    printer << "}";
  }
  if (attr.getSignStream() != 0)
    list.key("sign_stream = ") << attr.getSignStream();
}

LogicalResult mx::verifyStream(function_ref<InFlightDiagnostic()> emitError,
                               StringRef name, int64_t stream) {
  if (stream < 0 || stream > int64_t(UINT32_MAX))
    return emitError() << "expected " << name
                       << " to fit 32 bits, but found " << stream;
  return success();
}

LogicalResult QuantizerAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, ScaledType format,
    ScaleRule rule, Rounding rounding, FloatAttr prescale, unsigned randomBits,
    bool scaleMinNormal, int64_t stream, bool transpose, bool padToGroup,
    HadamardAttr hadamard, int64_t signStream) {
  if (failed(verifyQuantization(emitError, format, rule, rounding, prescale,
                                randomBits, scaleMinNormal)) ||
      failed(verifyStream(emitError, "stream", stream)) ||
      failed(verifyStream(emitError, "sign_stream", signStream)))
    return failure();
  if (padToGroup && !hadamard)
    return emitError() << "expected pad_to_group only with a hadamard, whose "
                          "size it pads to, but found none";
  return success();
}

//===----------------------------------------------------------------------===//
// Entry points from the generated code
//===----------------------------------------------------------------------===//

Attribute HadamardAttr::parse(AsmParser &parser, Type) {
  return parseHadamard(parser, Delimiter::LessGreater);
}
Attribute OperandRecipeAttr::parse(AsmParser &parser, Type) {
  return parseOperand(parser, Delimiter::LessGreater);
}
Attribute ProductRecipeAttr::parse(AsmParser &parser, Type) {
  return parseProduct(parser, Delimiter::LessGreater);
}
Attribute RecipeAttr::parse(AsmParser &parser, Type) {
  return parseRecipe(parser);
}
Attribute QuantizerAttr::parse(AsmParser &parser, Type) {
  return parseQuantizer(parser);
}

void HadamardAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printKeys(printer, *this);
  printer << ">";
}
void OperandRecipeAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printKeys(printer, *this);
  printer << ">";
}
void ProductRecipeAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printKeys(printer, *this);
  printer << ">";
}
void RecipeAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printRecipe(printer, *this);
  printer << ">";
}
void QuantizerAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printQuantizer(printer, *this);
  printer << ">";
}

#define GET_ATTRDEF_CLASSES
#include "mx/Dialect/MX/IR/MXAttrs.cpp.inc"

void MXDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "mx/Dialect/MX/IR/MXAttrs.cpp.inc"
      >();
}
