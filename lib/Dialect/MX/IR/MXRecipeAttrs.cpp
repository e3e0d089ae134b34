//===- MXRecipeAttrs.cpp - Recipes as attributes --------------------------===//
//
// #mx.operand, #mx.product and #mx.recipe, each made of the one before.
//
//===----------------------------------------------------------------------===//

#include "AttrSyntax.h"

using namespace mlir;
using namespace mx;

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
  if (parseKeys(
          parser, delimiter, "operand recipe", quantizeKeys,
          [&](StringRef key) { return parseQuantizeKey(parser, key, keys); }))
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

static void printOperand(AsmPrinter &printer, OperandRecipeAttr attr) {
  ListPrinter list(printer);
  printQuantizeKeys(list, attr);
}

LogicalResult
OperandRecipeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                          ScaledType format, ScaleRule rule, Rounding rounding,
                          FloatAttr prescale, unsigned randomBits,
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

std::pair<StringRef, StringRef> mx::getOperandKeys(OperandNaming naming) {
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

static void printProduct(AsmPrinter &printer, ProductRecipeAttr attr) {
  ListPrinter list(printer);
  auto printNested = [&](StringRef key, OperandRecipeAttr operand) {
    if (!operand)
      return;
    list.key(key) << " = {";
    printOperand(printer, operand);
    printer << "}";
  };
  auto [first, second] = getOperandKeys(attr.getNaming());
  printNested(first, attr.getLhs());
  printNested(second, attr.getRhs());
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

LogicalResult
ProductRecipeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                          OperandRecipeAttr lhs, OperandRecipeAttr rhs,
                          OperandNaming naming, HadamardAttr hadamard,
                          FloatAttr alpha, Accumulate accumulate) {
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
  return parser.parseCommaSeparatedList(
      Delimiter::Square, [&]() -> ParseResult {
        SMLoc loc = parser.getCurrentLocation();
        std::string pattern;
        if (succeeded(parser.parseOptionalString(&pattern))) {
          names.push_back(parser.getBuilder().getStringAttr(pattern));
          return success();
        }
        StringRef word;
        if (succeeded(parser.parseOptionalKeyword(&word)) &&
            word == "attention") {
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
    parser.emitError(loc) << "expected key 'name' in a recipe, but found none";
    return {};
  }
  return RecipeAttr::getChecked(
      [&] { return parser.emitError(loc); }, parser.getContext(), name, forward,
      dgrad, wgrad, attention, ArrayRef<StringAttr>(names), saved);
}

static void printRecipe(AsmPrinter &printer, RecipeAttr attr) {
  ListPrinter list(printer);
  list.key("name = ") << attr.getName();
  for (Role role : {Role::Forward, Role::DGrad, Role::WGrad})
    if (ProductRecipeAttr product = attr.getProduct(role)) {
      list.key(stringifyRole(role)) << " = {";
      printProduct(printer, product);
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
// Entry points from the generated code
//===----------------------------------------------------------------------===//

Attribute OperandRecipeAttr::parse(AsmParser &parser, Type) {
  return parseOperand(parser, Delimiter::LessGreater);
}

Attribute ProductRecipeAttr::parse(AsmParser &parser, Type) {
  return parseProduct(parser, Delimiter::LessGreater);
}

Attribute RecipeAttr::parse(AsmParser &parser, Type) {
  return parseRecipe(parser);
}

void OperandRecipeAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printOperand(printer, *this);
  printer << ">";
}

void ProductRecipeAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printProduct(printer, *this);
  printer << ">";
}

void RecipeAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printRecipe(printer, *this);
  printer << ">";
}
