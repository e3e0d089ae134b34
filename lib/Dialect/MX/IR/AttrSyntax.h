//===- AttrSyntax.h - How attributes of mx are spelled ----------*- C++ -*-===//
//
// Attributes are `key = value` lists. At the top of an attribute they stand in
// <…>, nested ones in {…}; the same functions read and print both.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_DIALECT_MX_IR_ATTRSYNTAX_H
#define MX_LIB_DIALECT_MX_IR_ATTRSYNTAX_H

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/IR/DialectImplementation.h"

namespace mx {

using Delimiter = mlir::AsmParser::Delimiter;

/// Reads `key …, key …` between delimiters; `parseValue` reads what follows the
/// key, or returns nothing for a key it does not know.
mlir::ParseResult parseKeys(
    mlir::AsmParser &parser, Delimiter delimiter, llvm::StringRef what,
    llvm::StringRef knownKeys,
    llvm::function_ref<mlir::OptionalParseResult(llvm::StringRef)> parseValue);

template <typename Enum>
mlir::ParseResult parseEnum(mlir::AsmParser &parser, Enum &value,
                            std::optional<Enum> (*symbolize)(llvm::StringRef),
                            llvm::StringRef choices) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  llvm::StringRef word;
  if (parser.parseEqual() || parser.parseKeyword(&word))
    return mlir::failure();
  std::optional<Enum> parsed = symbolize(word);
  if (!parsed)
    return parser.emitError(loc)
           << "expected one of " << choices << ", but found '" << word << "'";
  value = *parsed;
  return mlir::success();
}

template <typename Integer>
mlir::ParseResult parseNumber(mlir::AsmParser &parser, Integer &value) {
  return mlir::failure(parser.parseEqual() || parser.parseInteger(value));
}

mlir::ParseResult parseFactor(mlir::AsmParser &parser, mlir::FloatAttr &value);

/// Prints a float so that the lexer reads it back as one, without loss.
void printFactor(mlir::AsmPrinter &printer, mlir::FloatAttr value);

inline bool isOne(mlir::FloatAttr value) {
  return value.getValueAsDouble() == 1.0;
}

/// Writes ", " between the parts of a list.
class ListPrinter {
public:
  ListPrinter(mlir::AsmPrinter &printer) : printer(printer) {}
  mlir::AsmPrinter &key(llvm::StringRef name) {
    printer << separator << name;
    separator = ", ";
    return printer;
  }

private:
  mlir::AsmPrinter &printer;
  llvm::StringRef separator = "";
};

/// What #mx.operand and #mx.quantizer share.
struct QuantizeKeys {
  ScaledType format;
  std::optional<ScaleRule> scaleRule;
  Rounding rounding = Rounding::NearestEven;
  mlir::FloatAttr prescale;
  unsigned randomBits = 16;
  bool scaleMinNormal = false;

  explicit QuantizeKeys(mlir::AsmParser &parser)
      : prescale(parser.getBuilder().getF32FloatAttr(1.0)) {}

  ScaleRule getRule() const {
    return scaleRule ? *scaleRule
                     : OperandRecipeAttr::getDefaultScaleRule(format);
  }
};

inline constexpr llvm::StringLiteral quantizeKeys =
    "format, scale_rule, rounding, prescale, random_bits, scale_min_normal";

mlir::OptionalParseResult parseQuantizeKey(mlir::AsmParser &parser,
                                           llvm::StringRef key,
                                           QuantizeKeys &keys);

template <typename Attr> void printQuantizeKeys(ListPrinter &list, Attr attr) {
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

HadamardAttr parseHadamard(mlir::AsmParser &parser, Delimiter delimiter);
void printKeys(mlir::AsmPrinter &printer, HadamardAttr attr);

} // namespace mx

#endif // MX_LIB_DIALECT_MX_IR_ATTRSYNTAX_H
