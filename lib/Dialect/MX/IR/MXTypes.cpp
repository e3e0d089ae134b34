//===- MXTypes.cpp - !mx.float and !mx.scaled -----------------------------===//
//
// Parsing, printing and verification of the dialect's types and of the named
// forms (`!mx.mxfp4`), which are spellings of `!mx.scaled` types.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/Formats.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mx;

#define GET_TYPEDEF_CLASSES
#include "mx/Dialect/MX/IR/MXTypes.cpp.inc"

void MXDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "mx/Dialect/MX/IR/MXTypes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Named forms
//===----------------------------------------------------------------------===//

static constexpr StringLiteral namedForms[] = {
    "mxfp4",      "mxfp6_e2m3", "mxfp6_e3m2", "mxfp8_e4m3",
    "mxfp8_e5m2", "mxint8",     "nvfp4"};

ArrayRef<StringLiteral> ScaledType::getNames() { return namedForms; }

ScaledType ScaledType::getNamed(MLIRContext *context, StringRef name) {
  if (name == "nvfp4")
    return get(context, Float4E2M1FNType::get(context),
               Float8E4M3FNType::get(context), {16}, /*hasTensorScale=*/true);
  Type element =
      llvm::StringSwitch<Type>(name)
          .Case("mxfp4", Float4E2M1FNType::get(context))
          .Case("mxfp6_e2m3", Float6E2M3FNType::get(context))
          .Case("mxfp6_e3m2", Float6E3M2FNType::get(context))
          .Case("mxfp8_e4m3", Float8E4M3FNType::get(context))
          .Case("mxfp8_e5m2", Float8E5M2Type::get(context))
          .Case("mxint8", IntegerType::get(context, 8))
          .Default(Type());
  if (!element)
    return {};
  return get(context, element, Float8E8M0FNUType::get(context), {32});
}

StringRef ScaledType::getName() const {
  for (StringRef name : namedForms)
    if (getNamed(getContext(), name) == *this)
      return name;
  return {};
}

Type MXDialect::parseType(DialectAsmParser &parser) const {
  SMLoc loc = parser.getCurrentLocation();
  StringRef mnemonic;
  Type type;
  OptionalParseResult result = generatedTypeParser(parser, &mnemonic, type);
  if (result.has_value())
    return succeeded(*result) ? type : Type();
  if (ScaledType named = ScaledType::getNamed(getContext(), mnemonic))
    return named;
  parser.emitError(loc) << "unknown type '" << mnemonic
                        << "' in dialect 'mx'; expected 'float', 'scaled' or "
                           "one of the named forms "
                        << llvm::join(ScaledType::getNames(), ", ");
  return {};
}

void MXDialect::printType(Type type, DialectAsmPrinter &printer) const {
  if (auto scaled = dyn_cast<ScaledType>(type))
    if (StringRef name = scaled.getName(); !name.empty()) {
      printer << name;
      return;
    }
  (void)generatedTypePrinter(type, printer);
}

//===----------------------------------------------------------------------===//
// !mx.float
//===----------------------------------------------------------------------===//

Type MiniFloatType::parse(AsmParser &parser) {
  unsigned exponentBits = 0, mantissaBits = 0;
  FloatKind kind = FloatKind::Finite;
  bool isUnsigned = false;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseInteger(exponentBits) ||
      parser.parseComma() || parser.parseInteger(mantissaBits))
    return {};
  while (succeeded(parser.parseOptionalComma())) {
    StringRef word;
    SMLoc wordLoc = parser.getCurrentLocation();
    if (parser.parseKeyword(&word))
      return {};
    if (word == "unsigned") {
      isUnsigned = true;
    } else if (auto parsed = symbolizeFloatKind(word)) {
      kind = *parsed;
    } else {
      parser.emitError(wordLoc)
          << "expected kind ieee, fn or finite, or 'unsigned', but found '"
          << word << "'";
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(loc); }, parser.getContext(),
                    exponentBits, mantissaBits, kind, isUnsigned);
}

void MiniFloatType::print(AsmPrinter &printer) const {
  printer << "<" << getExponentBits() << ", " << getMantissaBits();
  if (getKind() != FloatKind::Finite)
    printer << ", " << stringifyFloatKind(getKind());
  if (getIsUnsigned())
    printer << ", unsigned";
  printer << ">";
}

LogicalResult
MiniFloatType::verify(function_ref<InFlightDiagnostic()> emitError,
                      unsigned exponentBits, unsigned mantissaBits,
                      FloatKind kind, bool isUnsigned) {
  unsigned width = exponentBits + mantissaBits + (isUnsigned ? 0 : 1);
  if (exponentBits > 8)
    return emitError() << "expected at most 8 exponent bits (the range of "
                          "f32), but found "
                       << exponentBits;
  if (width > 16)
    return emitError() << "expected at most 16 bits in all, but found "
                       << width;
  if (width == 0)
    return emitError() << "expected at least one bit, but found none";
  if (kind == FloatKind::IEEE && (exponentBits == 0 || mantissaBits == 0))
    return emitError() << "expected exponent and mantissa bits for kind "
                          "'ieee', which needs codes for Inf and NaN; use "
                          "'finite'";
  if (kind == FloatKind::FN && exponentBits + mantissaBits < 2)
    return emitError() << "expected at least 2 exponent and mantissa bits for "
                          "kind 'fn', but found "
                       << exponentBits + mantissaBits << "; use 'finite'";
  return success();
}

//===----------------------------------------------------------------------===//
// !mx.scaled
//===----------------------------------------------------------------------===//

/// [1, c] is [c]: one spelling for one type.
static ArrayRef<int64_t> normalizeBlock(ArrayRef<int64_t> block) {
  return block.size() == 2 && block[0] == 1 ? block.drop_front() : block;
}

ScaledType ScaledType::get(MLIRContext *context, Type element, Type scale,
                           ArrayRef<int64_t> block, bool hasTensorScale) {
  return Base::get(context, element, scale, normalizeBlock(block),
                   hasTensorScale);
}

ScaledType
ScaledType::getChecked(function_ref<InFlightDiagnostic()> emitError,
                       MLIRContext *context, Type element, Type scale,
                       ArrayRef<int64_t> block, bool hasTensorScale) {
  return Base::getChecked(emitError, context, element, scale,
                          normalizeBlock(block), hasTensorScale);
}

ScaledType ScaledType::getTransposed() const {
  return get(getContext(), getElement(), getScale(),
             {getBlockCols(), getBlockRows()}, getHasTensorScale());
}

static ParseResult parseBlockExtent(AsmParser &parser, int64_t &extent) {
  if (succeeded(parser.parseOptionalKeyword("full"))) {
    extent = ScaledType::kFull;
    return success();
  }
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseInteger(extent))
    return failure();
  if (extent < 1)
    return parser.emitError(loc)
           << "expected a block extent of at least 1 or 'full', but found "
           << extent;
  return success();
}

Type ScaledType::parse(AsmParser &parser) {
  Type element, scale, tensorScale;
  SmallVector<int64_t> block;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseType(element) || parser.parseComma() ||
      parser.parseType(scale) || parser.parseComma() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parseBlockExtent(parser, block.emplace_back());
      }))
    return {};
  if (succeeded(parser.parseOptionalComma())) {
    SMLoc scaleLoc = parser.getCurrentLocation();
    if (parser.parseKeyword("tensor_scale") || parser.parseEqual() ||
        parser.parseType(tensorScale))
      return {};
    if (!tensorScale.isF32()) {
      parser.emitError(scaleLoc)
          << "expected tensor_scale = f32, but found " << tensorScale;
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(loc); }, parser.getContext(),
                    element, scale, normalizeBlock(block), bool(tensorScale));
}

void ScaledType::print(AsmPrinter &printer) const {
  printer << "<" << getElement() << ", " << getScale() << ", [";
  llvm::interleaveComma(getBlock(), printer, [&](int64_t extent) {
    if (extent == kFull)
      printer << "full";
    else
      printer << extent;
  });
  printer << "]";
  if (getHasTensorScale())
    printer << ", tensor_scale = f32";
  printer << ">";
}

LogicalResult ScaledType::verify(function_ref<InFlightDiagnostic()> emitError,
                                 Type element, Type scale,
                                 ArrayRef<int64_t> block, bool hasTensorScale) {
  bool knownElement =
      isa<Float4E2M1FNType, Float6E2M3FNType, Float6E3M2FNType,
          Float8E4M3FNType, Float8E5M2Type, MiniFloatType>(element) ||
      element.isSignlessInteger(8);
  if (!knownElement)
    return emitError()
           << "expected an element type f4E2M1FN, f6E2M3FN, f6E3M2FN, "
              "f8E4M3FN, f8E5M2, i8 or !mx.float, but found "
           << element;
  if (auto mini = dyn_cast<MiniFloatType>(element))
    if (mini.getIsUnsigned())
      return emitError() << "expected a signed element type, but found "
                         << element;
  auto ue5m3 = MiniFloatType::get(element.getContext(), 5, 3, FloatKind::FN,
                                  /*isUnsigned=*/true);
  bool byteFloatScale = isa<Float8E4M3FNType>(scale) || scale == ue5m3;
  if (!isa<Float8E8M0FNUType>(scale) && !byteFloatScale && !scale.isF32())
    return emitError() << "expected a scale type f8E8M0FNU, f8E4M3FN, " << ue5m3
                       << " or f32, but found " << scale;
  if (block.empty() || block.size() > 2)
    return emitError() << "expected a block of 1 or 2 extents, but found "
                       << block.size();
  if (normalizeBlock(block) != block)
    return emitError() << "expected blocks along the last axis alone to have "
                          "one extent, ["
                       << block.back() << "], but found [1, " << block.back()
                       << "]";
  for (int64_t extent : block)
    if (extent != kFull && extent < 1)
      return emitError() << "expected block extents of at least 1 or 'full', "
                            "but found "
                         << extent;
  if (hasTensorScale && !byteFloatScale)
    return emitError() << "expected a tensor scale only with an f8E4M3FN or "
                       << ue5m3 << " block scale, but found " << scale;
  return success();
}
