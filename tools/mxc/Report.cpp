//===- Report.cpp - mxc report --------------------------------------------===//
//
// What a format does to tensors: figures as JSON, a page, a picture.
//
//===----------------------------------------------------------------------===//

#include "CheckInput.h"
#include "Commands.h"
#include "Formats.h"
#include "ReportPage.h"

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Files/Arrays.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace llvm;
using namespace mxc;
using mx::files::NpzEntry;

cl::SubCommand &mxc::getReportCommand() {
  static cl::SubCommand command("report", "what a format does to tensors: a "
                                          "page of charts");
  return command;
}
static cl::opt<std::string>
    formatName("format", cl::Required, cl::value_desc("name|type"),
               cl::desc("a named form (mxfp4, …) or a type, !mx.scaled<…>"),
               cl::sub(getReportCommand()));
static cl::opt<std::string>
    reportFile("o", cl::value_desc("file"),
               cl::desc("output file: .html, or .svg for one tensor"),
               cl::sub(getReportCommand()));
static cl::list<std::string>
    selected("tensor", cl::value_desc("glob"),
             cl::desc("only tensors of these names (default: all of floats)"),
             cl::sub(getReportCommand()));
static cl::opt<bool> asJson("json", cl::desc("print the figures as JSON"),
                            cl::sub(getReportCommand()));

/// Whether --tensor names an array; without it, whether it holds floats.
static Expected<bool> isSelected(const NpzEntry &entry) {
  if (selected.empty())
    return entry.array.getTypeName() == "|V2" ||
           (entry.array.kind == 'f' && entry.array.itemSize > 1);
  for (StringRef text : selected) {
    Expected<GlobPattern> pattern = GlobPattern::create(text);
    if (!pattern)
      return createStringError("--tensor=" + text + ": " +
                               toString(pattern.takeError()));
    if (text == entry.name || pattern->match(entry.name))
      return true;
  }
  return false;
}

static Expected<ReportTensor> readTensor(const NpzEntry &entry) {
  auto fail = [&](const Twine &why) {
    return createStringError("array '" + entry.name + "': " + why);
  };
  if (entry.array.shape.empty() || entry.content.size == 0)
    return fail("expected elements along at least one axis, found shape " +
                formatShape(entry.array.shape));
  Expected<Array> array = mx::files::readEntry(entry);
  if (!array)
    return fail(toString(array.takeError()));
  // f64, which NumPy makes by default, becomes f32.
  bool rounded = false;
  Expected<std::vector<float>> values = toFloats(*array, entry.name, &rounded);
  if (!values)
    return values.takeError();
  return ReportTensor{entry.name, entry.array.shape, std::move(*values)};
}

static Expected<std::vector<Report>>
makeReports(const mx::contract::ScaledFormat &format) {
  Expected<std::vector<NpzEntry>> entries = mx::files::openArrays(inputFile);
  if (!entries)
    return entries.takeError();
  std::vector<Report> reports;
  for (const NpzEntry &entry : *entries) {
    Expected<bool> wanted = isSelected(entry);
    if (!wanted)
      return wanted.takeError();
    if (!*wanted)
      continue;
    Expected<ReportTensor> tensor = readTensor(entry);
    if (!tensor)
      return tensor.takeError();
    Figures figures = computeFigures(*tensor, format);
    tensor->values.clear();
    reports.push_back({std::move(*tensor), std::move(figures)});
  }
  if (!reports.empty())
    return reports;
  std::vector<std::string> names;
  for (const NpzEntry &entry : *entries)
    names.push_back("'" + entry.name + "' " + entry.array.getTypeName());
  return createStringError(
      "'" + inputFile + "' has no tensor " +
      (selected.empty() ? "of f32, f16, bf16 or f64" : "of that name") +
      "; found " + join(names, ", "));
}

static json::Value toNumber(double value) {
  return std::isfinite(value) ? json::Value(value) : json::Value(nullptr);
}

static json::Object toJson(const Report &report) {
  const Figures &figures = report.figures;
  json::Array rules, exponents;
  for (const RuleFigures &rule : figures.rules)
    rules.push_back(json::Object{{"scale_rule", rule.rule},
                                 {"rounding", rule.rounding},
                                 {"clipped", rule.clipped},
                                 {"flushed", rule.flushed},
                                 {"relative_l2", rule.relativeL2},
                                 {"snr_db", toNumber(rule.getSNR())},
                                 {"max_error", rule.maxError}});
  for (auto [exponent, count] : figures.scaleExponents)
    exponents.push_back(json::Array{exponent, count});
  return json::Object{
      {"name", json::fixUTF8(report.tensor.name)},
      {"shape", json::Array(report.tensor.shape)},
      {"elements", figures.elements},
      {"blocks", figures.blocks},
      {"zeros", figures.zeros},
      {"non_finite", figures.nonFinite},
      {"amax", figures.amax},
      {"l2", figures.l2},
      {"rules", std::move(rules)},
      {"histogram",
       json::Object{
           {"scale_rule", figures.histogramRule},
           {"of", figures.isLogarithmic ? "log2(abs(x / scale))" : "x / scale"},
           {"edges", json::Array(figures.scaled.edges)},
           {"counts", json::Array(figures.scaled.counts)},
           {"below", figures.scaled.below},
           {"above", figures.scaled.above}}},
      {"scale_exponents", std::move(exponents)},
      {"zero_scales", figures.zeroScales},
      {"nan_scales", figures.nanScales}};
}

static Error writeReport(ArrayRef<Report> reports) {
  StringRef extension = sys::path::extension(reportFile);
  if (extension == ".html")
    return writeFile(reportFile, makePage(reports, formatName,
                                          sys::path::filename(inputFile)));
  if (extension != ".svg")
    return createStringError("-o " + reportFile +
                             ": expected a name that ends in .html or .svg");
  if (reports.size() > 1)
    return createStringError(
        "-o " + reportFile + ": a picture is of one tensor, but there are " +
        Twine(reports.size()) + "; --tensor=NAME chooses one");
  return writeFile(reportFile, drawCharts(reports.front(), formatName));
}

Error mxc::reportMain() {
  if (reportFile.empty() && !asJson)
    return createStringError("expected -o FILE.html, -o FILE.svg or --json");
  mlir::MLIRContext context;
  context.loadDialect<mx::MXDialect>();
  Expected<mx::ScaledType> type = parseFormat(formatName, context);
  if (!type)
    return type.takeError();
  auto reports = makeReports(mx::getScaledFormat(*type));
  if (!reports)
    return reports.takeError();
  if (asJson) {
    json::Array tensors;
    for (const Report &report : *reports)
      tensors.push_back(toJson(report));
    outs() << formatv(
        "{0:2}\n", json::Value(json::Object{{"format", StringRef(formatName)},
                                            {"tensors", std::move(tensors)}}));
  }
  return reportFile.empty() ? Error::success() : writeReport(*reports);
}
