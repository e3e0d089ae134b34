//===- Quantize.cpp - mxc quantize ----------------------------------------===//
//
// Writes a module of mx ops around one array, and runs it as `mxc run` would:
// there is no second way to quantise.
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Elements.h"
#include "Formats.h"
#include "Runner.h"

#include "mlir/IR/Builders.h"
#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mxc;

cl::SubCommand &mxc::getQuantizeCommand() {
  static cl::SubCommand command("quantize", "quantise one array");
  return command;
}
static cl::opt<std::string>
    formatName("format", cl::Required, cl::value_desc("name|type"),
               cl::desc("a named form (mxfp4, …) or a type, !mx.scaled<…>"),
               cl::sub(getQuantizeCommand()));
static cl::opt<std::string>
    scaleRule("scale-rule", cl::value_desc("rule"),
              cl::desc("floor, ceil, rceil, even; amax for float scales"),
              cl::sub(getQuantizeCommand()));
static cl::opt<std::string>
    rounding("rounding", cl::init("nearest_even"), cl::value_desc("rounding"),
             cl::desc("nearest_even, nearest_away, toward_zero, stochastic"),
             cl::sub(getQuantizeCommand()));
static cl::opt<int64_t> randomBits("random-bits", cl::init(16),
                                   cl::value_desc("8|16|24"),
                                   cl::desc("random bits an element"),
                                   cl::sub(getQuantizeCommand()));
static cl::opt<int64_t> stream("stream", cl::init(0), cl::value_desc("number"),
                               cl::desc("stream of the rounding bits"),
                               cl::sub(getQuantizeCommand()));
static cl::opt<int64_t> signStream("sign-stream", cl::init(0),
                                   cl::value_desc("number"),
                                   cl::desc("stream of the Hadamard signs"),
                                   cl::sub(getQuantizeCommand()));
static cl::opt<double> prescale("prescale", cl::init(1.0), cl::value_desc("x"),
                                cl::desc("factor on the elements"),
                                cl::sub(getQuantizeCommand()));
static cl::opt<int64_t>
    hadamard("hadamard", cl::init(0), cl::value_desc("size"),
             cl::desc("transform groups of the last axis first, with signs "
                      "drawn from --seed and --sign-stream; the axis is padded "
                      "with zeros to a multiple"),
             cl::sub(getQuantizeCommand()));

/// The element type of an array to quantise.
static Expected<mlir::Type> getInputType(const Array &array,
                                         mlir::MLIRContext &context) {
  mlir::Builder builder(&context);
  for (mlir::Type type :
       {mlir::Type(builder.getF32Type()), mlir::Type(builder.getF16Type()),
        mlir::Type(builder.getBF16Type())}) {
    Error error = checkElements(array, type);
    if (!error)
      return type;
    consumeError(std::move(error));
  }
  return createStringError("'" + inputFile +
                           "': expected element type <f4, <f2, or <u2 or |V2 "
                           "for bf16, found " +
                           array.getTypeName());
}

static std::string tensorOf(ArrayRef<int64_t> shape, mlir::Type element) {
  return formatType(mlir::RankedTensorType::get(shape, element));
}

namespace {
/// The text of the module.
class ModuleWriter {
public:
  ModuleWriter(const Array &array, mlir::Type element, mx::ScaledType format)
      : shape(array.shape.begin(), array.shape.end()), element(element),
        format(format), builder(element.getContext()) {}

  std::string write() {
    std::string input = tensorOf(shape, element);
    if (hadamard != 0)
      writeHadamard(input);
    writeQuantize();
    std::string results = join(resultTypes, ", ");
    return "func.func @main(%x: " + input +
           (usesSeed ? ", %seed: i64 {mx.seed}" : "") + ") -> (" + results +
           ") {\n" + body + "  return " + join(resultValues, ", ") + " : " +
           results + "\n}\n";
  }

private:
  void writeHadamard(const std::string &input) {
    usesSeed = true;
    std::string source = input;
    int64_t k = shape.back();
    shape.back() = alignTo(k, hadamard);
    if (shape.back() != k) {
      source = tensorOf(shape, element);
      writePad(input, source, shape.back() - k);
    }
    element = builder.getF32Type();
    std::string result = tensorOf(shape, element);
    body += "  %empty = tensor.empty() : " + result + "\n";
    body += "  %h = mx.hadamard ins(" + value + " : " + source +
            ") outs(%empty : " + result +
            ") seed %seed transform <size = " + std::to_string(hadamard) +
            ", signs = seed> {sign_stream = " + std::to_string(signStream) +
            " : i64} -> " + result + "\n";
    value = "%h";
  }

  void writePad(const std::string &input, const std::string &result,
                int64_t high) {
    std::string zeros = join(SmallVector<StringRef>(shape.size(), "0"), ", ");
    SmallVector<std::string> highs(shape.size(), "0");
    highs.back() = std::to_string(high);
    SmallVector<std::string> indices;
    for (size_t i = 0; i < shape.size(); ++i)
      indices.push_back("%i" + std::to_string(i) + ": index");
    std::string type = formatType(element);
    body += "  %zero = arith.constant 0.0 : " + type + "\n";
    body += "  %padded = tensor.pad %x low[" + zeros + "] high[" +
            join(highs, ", ") + "] {\n  ^bb0(" + join(indices, ", ") +
            "):\n    tensor.yield %zero : " + type + "\n  } : " + input +
            " to " + result + "\n";
    value = "%padded";
  }

  void writeQuantize() {
    std::string from = tensorOf(shape, element);
    std::string to = tensorOf(shape, format);
    bool draws = rounding == "stochastic" || scaleRule == "ms_eden";
    usesSeed |= draws;
    body +=
        "  %q = mx.quantize " + value + (draws ? " seed %seed" : "") +
        " rounding " + rounding +
        (scaleRule.empty() ? "" : " scale_rule " + scaleRule) +
        " {prescale = " + formatAttribute(builder.getF32FloatAttr(prescale)) +
        ", stream = " + std::to_string(stream) +
        " : i64, random_bits = " + std::to_string(randomBits) +
        " : i64} : " + from + " -> " + to + "\n";
    mx::contract::ScaledFormat scaled = mx::getScaledFormat(format);
    mlir::Type code = builder.getIntegerType(scaled.element.bytes() * 8);
    addResult("%c", tensorOf(shape, code));
    addResult("%s", tensorOf(mx::getPackedScaleShape(format, shape),
                             mx::getScaleStorageType(format)));
    if (format.getHasTensorScale())
      addResult("%t", "tensor<f32>");
    body += "  " + join(resultValues, ", ") + " = mx.disassemble %q : " + to +
            " -> " + join(resultTypes, ", ") + "\n";
    std::string wide = tensorOf(shape, builder.getF32Type());
    body += "  %d = mx.dequantize %q : " + to + " -> " + wide + "\n";
    addResult("%d", wide);
  }

  static std::string formatAttribute(mlir::Attribute attribute) {
    std::string text;
    raw_string_ostream(text) << attribute;
    return text;
  }
  void addResult(StringRef name, std::string type) {
    resultValues.push_back(name.str());
    resultTypes.push_back(std::move(type));
  }

  SmallVector<int64_t> shape;
  mlir::Type element;
  mx::ScaledType format;
  mlir::Builder builder;
  std::string body, value = "%x";
  SmallVector<std::string> resultValues, resultTypes;
  bool usesSeed = false;
};
} // namespace

static Error checkOptions() {
  if (outputFile.getNumOccurrences() == 0)
    return createStringError("expected -o FILE, where the arrays go");
  if (Error error = checkChoice(
          "rounding", rounding,
          {"nearest_even", "nearest_away", "toward_zero", "stochastic"}))
    return error;
  if (!scaleRule.empty())
    if (Error error =
            checkChoice("scale rule", scaleRule,
                        {"floor", "ceil", "rceil", "even", "amax",
                         "four_over_six", "quest", "ms_eden", "headroom"}))
      return error;
  if (hadamard.getNumOccurrences() &&
      (hadamard < 2 || hadamard > 1024 || !isPowerOf2_64(hadamard)))
    return createStringError("--hadamard must be a power of two from 2 to "
                             "1024, but is " +
                             Twine(hadamard));
  return Error::success();
}

/// Gives the results their names; integers become unsigned.
static NamedArrays rename(NamedArrays arrays, bool hasTensorScale) {
  SmallVector<StringRef> names = {"codes", "scale"};
  if (hasTensorScale)
    names.push_back("tensor_scale");
  names.push_back("dequantized");
  for (auto [named, name] : zip(arrays, names)) {
    named.first = name.str();
    if (named.second.kind == 'i')
      named.second.kind = 'u';
  }
  return arrays;
}

Error mxc::quantizeMain() {
  Expected<mx::PipelineOptions> options = getPipelineOptions();
  if (!options)
    return options.takeError();
  if (Error error = checkOptions())
    return error;
  mlir::MLIRContext context;
  context.loadDialect<mx::MXDialect>();
  Expected<mx::ScaledType> scaled = parseFormat(formatName, context);
  if (!scaled)
    return scaled.takeError();
  Expected<Array> array = readNpy(inputFile);
  if (!array)
    return array.takeError();
  if (array->shape.empty())
    return createStringError("'" + inputFile +
                             "' has no axis; expected at least one");
  Expected<mlir::Type> element = getInputType(*array, context);
  if (!element)
    return element.takeError();
  std::string text = ModuleWriter(*array, *element, *scaled).write();
  auto program = mx::Program::fromText(text, "<mxc quantize>", *options);
  if (!program)
    return program.takeError();
  auto runner = Runner::create(std::move(*program), "main");
  if (!runner)
    return runner.takeError();
  Arrays inputs;
  inputs["arg0"] = std::move(*array);
  if (Error error = (*runner)->setInputs(inputs, seed))
    return error;
  enableTrace();
  Expected<NamedArrays> results = (*runner)->run();
  if (!results)
    return results.takeError();
  Expected<OutputFile> file = OutputFile::create(outputFile);
  if (!file)
    return file.takeError();
  return writeNpz(std::move(*file),
                  rename(std::move(*results), scaled->getHasTensorScale()));
}
