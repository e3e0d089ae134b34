//===- Check.cpp - mxc check ----------------------------------------------===//
//
// Names the rule that made codes and scales of a tensor, or says where each
// rule first differs.
//
//===----------------------------------------------------------------------===//

#include "CheckInput.h"
#include "Commands.h"
#include "Formats.h"

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Support/Scale.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace llvm;
using namespace mxc;
using namespace mx::contract;
using mx::check::Difference;
using mx::check::Fit;
using mx::check::Result;

cl::SubCommand &mxc::getCheckCommand() {
  static cl::SubCommand command("check",
                                "name the rule that made codes and scales");
  return command;
}
static cl::opt<std::string>
    source("source", cl::value_desc("name|file.npy"),
           cl::desc("the tensor before quantisation (default: x, …)"),
           cl::sub(getCheckCommand()));
static cl::opt<std::string> codesName("codes", cl::value_desc("name"),
                                      cl::desc("array of the codes"),
                                      cl::sub(getCheckCommand()));
static cl::opt<std::string> scaleName("scale", cl::value_desc("name"),
                                      cl::desc("array of the block scales"),
                                      cl::sub(getCheckCommand()));
static cl::opt<std::string> tensorScaleName("tensor-scale",
                                            cl::value_desc("name"),
                                            cl::desc("array of the second "
                                                     "level's scale"),
                                            cl::sub(getCheckCommand()));
static cl::opt<std::string>
    formatName("format", cl::value_desc("name|type"),
               cl::desc("a named form or a type (default: inferred)"),
               cl::sub(getCheckCommand()));
static cl::opt<std::string> block("block", cl::value_desc("[R,]C"),
                                  cl::desc("elements that share a scale "
                                           "(default: inferred)"),
                                  cl::sub(getCheckCommand()));
static cl::opt<std::string> scaleLayout("scale-layout", cl::init("linear"),
                                        cl::value_desc("linear|128x4"),
                                        cl::desc("order of the scales"),
                                        cl::sub(getCheckCommand()));
static cl::opt<bool> asJson("json", cl::desc("print JSON"),
                            cl::sub(getCheckCommand()));

static Error parseBlock(std::vector<int64_t> &extents) {
  SmallVector<StringRef> parts;
  StringRef(block).split(parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    int64_t extent = 0;
    if (part.trim().getAsInteger(10, extent) || extent < 1)
      extents.assign(3, 0); // wrong
    else
      extents.push_back(extent);
  }
  if (extents.size() <= 2 && (block.empty() || !extents.empty()))
    return Error::success();
  return createStringError("--block must be one or two positive extents, as "
                           "in 32 or 16,16, but is '" +
                           block + "'");
}

static Expected<DumpOptions> getDumpOptions() {
  DumpOptions options{source,
                      codesName,
                      scaleName,
                      tensorScaleName,
                      {},
                      {},
                      scaleLayout == "128x4"};
  if (Error error =
          checkChoice("scale layout", scaleLayout, {"linear", "128x4"}))
    return std::move(error);
  if (Error error = parseBlock(options.block))
    return std::move(error);
  if (formatName.empty())
    return options;
  mlir::MLIRContext context;
  context.loadDialect<mx::MXDialect>();
  Expected<mx::ScaledType> type = parseFormat(formatName, context);
  if (!type)
    return type.takeError();
  options.format = mx::getScaledFormat(*type);
  return options;
}

namespace {
std::string formatNumber(double value) {
  std::string text;
  raw_string_ostream(text) << format("%.9g", value);
  return text;
}

/// A number of a format, as code and value.
std::string describeCode(const FloatFormat &format, uint32_t code) {
  return "0x" + utohexstr(code, /*LowerCase=*/true) + " (" +
         formatNumber(scaleValue(format, code)) + ")";
}

/// Words and JSON for the differences of a dump.
class Reporter {
public:
  explicit Reporter(const NamedDump &named) : named(named), dump(named.dump) {}

  std::string describe(const Difference &difference) const {
    auto [format, where] = locate(difference);
    std::string text = where + ": expected " +
                       describeCode(format, difference.expected) + ", found " +
                       describeCode(format, difference.found);
    if (difference.kind == Difference::Kind::Code)
      text += "; " + named.source + " is " +
              formatNumber(dump.values[difference.index]);
    uint32_t bits = difference.expected ^ difference.found;
    if (isPowerOf2_32(bits))
      text += formatv("; only bit {0} differs", Log2_32(bits));
    return text;
  }

  json::Object toJson(const Difference &difference) const {
    auto [format, where] = locate(difference);
    json::Object object{{"where", where},
                        {"kind", kindOf(difference)},
                        {"expected", difference.expected},
                        {"found", difference.found}};
    for (auto [key, code] : {std::pair("expected_value", difference.expected),
                             std::pair("found_value", difference.found)})
      object[key] = toNumber(scaleValue(format, code));
    if (difference.kind != Difference::Kind::TensorScale)
      object["index"] = json::Array(named.indicesOf(elementOf(difference)));
    if (difference.kind == Difference::Kind::Code)
      object["source_value"] = toNumber(dump.values[difference.index]);
    return object;
  }

  static const char *kindOf(const Difference &difference) {
    constexpr const char *names[] = {"tensor_scale", "scale", "code"};
    return names[size_t(difference.kind)];
  }

private:
  static json::Value toNumber(double value) {
    return std::isfinite(value) ? json::Value(value)
                                : json::Value(formatv("{0}", value).str());
  }

  /// The element, or the first one of the block.
  int64_t elementOf(const Difference &difference) const {
    return difference.kind == Difference::Kind::Code
               ? difference.index
               : dump.firstElement(difference.index);
  }

  std::string formatElement(int64_t element) const {
    return formatv("{0}[{1}]", named.source,
                   join(map_range(named.indicesOf(element),
                                  [](int64_t i) { return std::to_string(i); }),
                        ", "));
  }

  std::pair<FloatFormat, std::string>
  locate(const Difference &difference) const {
    switch (difference.kind) {
    case Difference::Kind::TensorScale:
      return {kF32, "tensor scale"};
    case Difference::Kind::Scale:
      return {dump.scale,
              "scale of the block at " + formatElement(elementOf(difference))};
    case Difference::Kind::Code:
      break;
    }
    return {dump.element, "code of " + formatElement(difference.index)};
  }

  const NamedDump &named;
  const mx::check::Dump &dump;
};
} // namespace

/// Rules that fit but for a few errors are named; one code in a hundred, or
/// three where that is less.
static bool isNear(const Fit &fit, const mx::check::Dump &dump) {
  int64_t all = dump.numBlocks() + static_cast<int64_t>(dump.codes.size());
  return fit.differences() <= std::max<int64_t>(3, all / 100);
}

static const char *getVerdict(const Result &result,
                              const mx::check::Dump &dump) {
  const Fit &best = result.fits.front();
  return best.differences() == 0 ? "follows"
         : isNear(best, dump)    ? "follows_except"
                                 : "none";
}

static std::string nameOf(const Fit &fit) {
  std::string text = fit.scaleRule;
  if (fit.levels == 2)
    text += " on two levels";
  if (!fit.peer.empty())
    text += " (" + fit.peer + ")";
  if (fit.prescale != 1)
    text += formatv(", prescale {0}", fit.prescale);
  return text + ", " + fit.rounding;
}

static std::string describeBlock(const NamedDump &named) {
  int64_t rows = named.dump.blockRows, cols = named.dump.blockCols;
  if (named.transposed)
    std::swap(rows, cols);
  if (rows == 1)
    return formatv("[{0}]", cols);
  return formatv("[{0}, {1}]", rows, cols);
}

static json::Object toJson(const Fit &fit, const Reporter &reporter) {
  json::Object object{{"scale_rule", fit.scaleRule},
                      {"rounding", fit.rounding},
                      {"levels", fit.levels},
                      {"prescale", fit.prescale},
                      {"peer", fit.peer},
                      {"details", json::Array(fit.details)},
                      {"tensor_scale_differs", fit.tensorScaleDiffers},
                      {"scales_differ", fit.scalesDiffer},
                      {"codes_differ", fit.codesDiffer}};
  if (fit.first)
    object["first"] = reporter.toJson(*fit.first);
  return object;
}

/// Other rules that the dump follows just as well.
static std::vector<std::string> getTwins(const Result &result,
                                         const mx::check::Dump &dump) {
  const Fit &best = result.fits.front();
  std::vector<std::string> twins;
  if (!isNear(best, dump))
    return twins;
  for (const Fit &fit : ArrayRef(result.fits).drop_front())
    if (fit.differences() == best.differences() &&
        fit.rounding != "stochastic" && nameOf(fit) != nameOf(best) &&
        fit.peer.empty() == best.peer.empty() &&
        !is_contained(twins, nameOf(fit)))
      twins.push_back(nameOf(fit));
  return twins;
}

static void printJson(const NamedDump &named, const Result &result) {
  Reporter reporter(named);
  const mx::check::Dump &dump = named.dump;
  json::Array differences, rules;
  for (const Difference &difference : result.differences)
    differences.push_back(reporter.toJson(difference));
  for (const Fit &fit : result.fits)
    rules.push_back(toJson(fit, reporter));
  json::Object root{{"element", mxc::nameOf(dump.element)},
                    {"scale", mxc::nameOf(dump.scale)},
                    {"block", describeBlock(named)},
                    {"scales", dump.numBlocks()},
                    {"codes", static_cast<int64_t>(dump.codes.size())},
                    {"verdict", getVerdict(result, dump)},
                    {"rule", toJson(result.fits.front(), reporter)},
                    {"also", json::Array(getTwins(result, named.dump))},
                    {"differences", std::move(differences)},
                    {"rules", std::move(rules)}};
  if (result.fits.front().rounding == "stochastic")
    root["stochastic"] = json::Object{{"inexact", result.inexact},
                                      {"rounded_up", result.roundedUp},
                                      {"expected_up", result.expectedUp}};
  outs() << formatv("{0:2}\n", json::Value(std::move(root)));
}

static void printVerdict(const NamedDump &named, const Result &result) {
  const Fit &best = result.fits.front();
  int64_t codes = static_cast<int64_t>(named.dump.codes.size());
  if (best.differences() == 0)
    outs() << "follows " << nameOf(best) << ": all " << named.dump.numBlocks()
           << " scales and " << codes << " codes agree\n";
  else
    outs() << (isNear(best, named.dump) ? "follows "
                                        : "follows no rule; the "
                                          "nearest is ")
           << nameOf(best)
           << (isNear(best, named.dump) ? " except at " : ", which differs at ")
           << (best.tensorScaleDiffers ? "the tensor scale, " : "")
           << best.scalesDiffer << " of " << named.dump.numBlocks()
           << " scales and " << best.codesDiffer << " of " << codes
           << " codes\n";
  for (const std::string &detail : best.details)
    outs() << "  " << detail << "\n";
  if (best.rounding == "stochastic")
    outs() << formatv("  every inexact code is one of its two neighbours; {0} "
                      "of {1} went away from zero, {2:f0} expected\n",
                      result.roundedUp, result.inexact, result.expectedUp);
  std::vector<std::string> twins = getTwins(result, named.dump);
  if (!twins.empty())
    outs() << "  the data cannot tell it from: " << join(twins, "; ") << "\n";
}

static void printText(const NamedDump &named, const Result &result) {
  Reporter reporter(named);
  const mx::check::Dump &dump = named.dump;
  outs() << named.source << " " << formatShape(named.shape) << ": "
         << mxc::nameOf(dump.element) << " codes, " << mxc::nameOf(dump.scale)
         << " scales" << (dump.tensorScale ? " and a tensor scale" : "")
         << ", blocks of " << describeBlock(named) << "\n";
  printVerdict(named, result);
  for (const Difference &difference : result.differences)
    outs() << "  " << reporter.describe(difference) << "\n";
  size_t shown = result.differences.size();
  if (result.fits.front().differences() > static_cast<int64_t>(shown))
    outs() << "  and "
           << result.fits.front().differences() - static_cast<int64_t>(shown)
           << " more\n";
  outs() << "other rules, and where they first differ:\n";
  for (const Fit &fit : ArrayRef(result.fits).drop_front()) {
    if (fit.differences() == 0)
      continue;
    outs() << formatv("  {0}: {1} scales, {2} codes; ", nameOf(fit),
                      fit.scalesDiffer, fit.codesDiffer);
    if (fit.first)
      outs() << reporter.describe(*fit.first);
    outs() << "\n";
  }
}

Error mxc::checkMain(bool &follows) {
  Expected<DumpOptions> options = getDumpOptions();
  if (!options)
    return options.takeError();
  Expected<Arrays> arrays = readNpz(inputFile);
  if (!arrays)
    return arrays.takeError();
  if (StringRef(options->source).ends_with(".npy")) {
    Expected<Array> array = readNpy(options->source);
    if (!array)
      return array.takeError();
    options->source = "x";
    (*arrays)[options->source] = std::move(*array);
  }
  Expected<NamedDump> named = readDump(*arrays, *options);
  if (!named)
    return createStringError("'" + inputFile +
                             "': " + toString(named.takeError()));
  Result result = mx::check::check(named->dump);
  follows = result.fits.front().differences() == 0;
  if (asJson)
    printJson(*named, result);
  else
    printText(*named, result);
  return Error::success();
}
