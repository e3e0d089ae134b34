//===- CheckReport.cpp - What mxc check prints ----------------------------===//

#include "CheckReport.h"

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

static std::string describeRule(const Fit &fit) {
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
        fit.rounding != "stochastic" &&
        describeRule(fit) != describeRule(best) &&
        fit.peer.empty() == best.peer.empty() &&
        !is_contained(twins, describeRule(fit)))
      twins.push_back(describeRule(fit));
  return twins;
}

void mxc::printJson(const NamedDump &named, const Result &result) {
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
                    {"source_rounded", named.rounded},
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
    outs() << "follows " << describeRule(best) << ": all "
           << named.dump.numBlocks() << " scales and " << codes
           << " codes agree\n";
  else
    outs() << (isNear(best, named.dump) ? "follows "
                                        : "follows no rule; the "
                                          "nearest is ")
           << describeRule(best)
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

void mxc::printText(const NamedDump &named, const Result &result) {
  Reporter reporter(named);
  const mx::check::Dump &dump = named.dump;
  outs() << named.source << " " << formatShape(named.shape) << ": "
         << mxc::nameOf(dump.element) << " codes, " << mxc::nameOf(dump.scale)
         << " scales" << (dump.tensorScale ? " and a tensor scale" : "")
         << ", blocks of " << describeBlock(named) << "\n";
  if (named.rounded)
    outs() << "  " << named.source
           << " is of f64; its elements were rounded to f32\n";
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
    outs() << formatv("  {0}: {1} scales, {2} codes; ", describeRule(fit),
                      fit.scalesDiffer, fit.codesDiffer);
    if (fit.first)
      outs() << reporter.describe(*fit.first);
    outs() << "\n";
  }
}
