//===- MXAttrs.cpp - Hadamard transforms and quantizers as attributes -----===//
//
// #mx.hadamard and #mx.quantizer; recipes are in MXRecipeAttrs.cpp, the syntax
// that all share in AttrSyntax.h.
//
//===----------------------------------------------------------------------===//

#include "AttrSyntax.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mx;

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

HadamardAttr mx::parseHadamard(AsmParser &parser, Delimiter delimiter) {
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

void mx::printKeys(AsmPrinter &printer, HadamardAttr attr) {
  printer << "size = " << attr.getSize();
  if (attr.getSigns() == Signs::Seed)
    printer << ", signs = seed";
  if (attr.getSigns() == Signs::Fixed) {
    printer << ", signs = [";
    llvm::interleaveComma(attr.getFixedSigns(), printer);
    printer << "]";
  }
}

LogicalResult HadamardAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t size, Signs signs,
                                   ArrayRef<int32_t> fixedSigns) {
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
// #mx.quantizer
//===----------------------------------------------------------------------===//

/// A rule goes with the format's scale and element.
static LogicalResult
verifyScaleRule(function_ref<InFlightDiagnostic()> emitError, ScaledType format,
                ScaleRule rule) {
  bool isE2M1 = isa<Float4E2M1FNType>(format.getElement());
  if (isa<Float8E8M0FNUType>(format.getScale())) {
    if (rule == ScaleRule::Amax || rule == ScaleRule::Headroom ||
        rule == ScaleRule::FourOverSix || rule == ScaleRule::MSEden)
      return emitError()
             << "expected scale_rule floor, ceil, rceil or even for "
                "an f8E8M0FNU scale, but found "
             << stringifyScaleRule(rule);
    if (format.getElement().isInteger(8) && rule == ScaleRule::Even)
      return emitError() << "expected scale_rule floor, ceil or rceil for i8 "
                            "elements, which have no mantissa width, but found "
                            "even";
    if (rule == ScaleRule::Quest && !isE2M1)
      return emitError() << "expected f4E2M1FN elements with scale_rule quest, "
                            "whose constant is theirs, but found "
                         << format.getElement();
    return success();
  }
  bool isNVFP4 = isE2M1 && isa<Float8E4M3FNType>(format.getScale()) &&
                 format.getHasTensorScale();
  if (rule == ScaleRule::Headroom || rule == ScaleRule::FourOverSix ||
      rule == ScaleRule::MSEden) {
    if (!isNVFP4)
      return emitError() << "expected f4E2M1FN elements with f8E4M3FN scales "
                            "and a tensor scale with scale_rule "
                         << stringifyScaleRule(rule) << ", but found "
                         << format;
    if (rule == ScaleRule::MSEden &&
        (!format.isRowWise() || format.getBlockCols() == 1))
      return emitError()
             << "expected blocks along the last axis, such as [16], "
                "with scale_rule ms_eden, but found "
             << format;
    return success();
  }
  if (rule != ScaleRule::Amax)
    return emitError() << "expected scale_rule amax for a float scale of type "
                       << format.getScale() << ", but found "
                       << stringifyScaleRule(rule);
  return success();
}

LogicalResult
mx::verifyQuantization(function_ref<InFlightDiagnostic()> emitError,
                       ScaledType format, ScaleRule rule, Rounding rounding,
                       FloatAttr prescale, int64_t randomBits,
                       bool scaleMinNormal) {
  if (!format)
    return emitError() << "expected key 'format', a block-scaled type such as "
                          "!mx.mxfp4, but found none";
  if (failed(verifyScaleRule(emitError, format, rule)))
    return failure();
  float factor = prescale.getValue().convertToFloat();
  if (!(factor > 0) || factor > std::numeric_limits<float>::max())
    return emitError() << "expected a positive finite prescale, but found "
                       << factor;
  if (factor != 1.0f && !isa<Float8E8M0FNUType>(format.getScale()))
    return emitError() << "expected prescale 1 with a float scale, but found "
                       << factor << "; only an f8E8M0FNU scale leaves room";
  if (rule == ScaleRule::MSEden && rounding == Rounding::Stochastic)
    return emitError() << "expected a rounding other than stochastic with "
                          "scale_rule ms_eden, which rounds scales "
                          "stochastically and elements to nearest";
  if (randomBits != 8 && randomBits != 16 && randomBits != 24)
    return emitError() << "expected random_bits 8, 16 or 24, but found "
                       << randomBits;
  if (scaleMinNormal && !format.getHasTensorScale())
    return emitError() << "expected scale_min_normal only with a format that "
                          "has a tensor scale, but found "
                       << format;
  return success();
}

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
    return emitError() << "expected " << name << " to fit 32 bits, but found "
                       << stream;
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

Attribute QuantizerAttr::parse(AsmParser &parser, Type) {
  return parseQuantizer(parser);
}

void HadamardAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printKeys(printer, *this);
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
