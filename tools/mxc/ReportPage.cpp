//===- ReportPage.cpp - The page of mxc report ----------------------------===//

#include "ReportPage.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace llvm;
using namespace mxc;

static constexpr const char *kStyle = R"(
:root{color-scheme:light dark;--fg:#16191d;--bg:#ffffff;--muted:#6a717c;--line:#d8dce2}
@media (prefers-color-scheme: dark){:root{--fg:#f2f4f7;--bg:#14171b;--muted:#939ba7;--line:#333941}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:990px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.5rem;overflow-wrap:anywhere}
p,caption{color:var(--muted)}caption{text-align:left;padding-bottom:.4rem}
svg{width:100%;height:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right}
th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}
.best{font-weight:600}
)";

static std::string describe(const Report &report) {
  const Figures &figures = report.figures;
  std::string text;
  raw_string_ostream os(text);
  os << "Shape ("
     << join(map_range(report.tensor.shape,
                       [](int64_t extent) { return std::to_string(extent); }),
             ", ")
     << "), " << figures.blocks << " blocks, largest magnitude "
     << formatFigure(figures.amax) << ", " << figures.zeros << " zeros";
  if (figures.nonFinite)
    os << ", " << figures.nonFinite
       << " infinities and NaNs, which no figure here counts";
  return text + ".";
}

static void writeTable(raw_ostream &os, const Figures &figures) {
  int64_t whole = figures.elements - figures.nonFinite;
  double best = -INFINITY;
  for (const RuleFigures &rule : figures.rules)
    best = std::max(best, rule.getSNR());
  os << "<table><caption>Clipped: beyond the largest number of the block. "
        "Flushed: not 0 before, 0 after. SNR: −20·log10 of the relative L2 "
        "error.</caption>\n<tr><th>scale rule</th><th>rounding</th>"
        "<th>clipped</th><th>flushed</th><th>relative L2 error</th>"
        "<th>SNR, dB</th><th>largest error</th></tr>\n";
  for (const RuleFigures &rule : figures.rules)
    os << (rule.getSNR() == best ? "<tr class=\"best\">" : "<tr>") << "<td>"
       << rule.rule << "</td><td>" << rule.rounding << "</td><td>"
       << escapeMarkup(formatShare(rule.clipped, whole)) << "</td><td>"
       << escapeMarkup(formatShare(rule.flushed, whole)) << "</td><td>"
       << formatFigure(rule.relativeL2) << "</td><td>"
       << (std::isfinite(rule.getSNR()) ? formatFigure(rule.getSNR()) : "∞")
       << "</td><td>" << formatFigure(rule.maxError) << "</td></tr>\n";
  os << "</table>\n";
}

std::string mxc::wrapPage(StringRef title, StringRef body) {
  std::string text;
  raw_string_ostream os(text);
  os << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
        "charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<title>"
     << escapeMarkup(title) << "</title>\n<style>" << kStyle
     << "</style>\n</head>\n<body>\n<h1>" << escapeMarkup(title) << "</h1>\n"
     << body << "</body>\n</html>\n";
  return text;
}

std::string mxc::makePage(ArrayRef<Report> reports, StringRef format,
                          StringRef input) {
  std::string body;
  raw_string_ostream os(body);
  for (const Report &report : reports) {
    os << "<h2>" << escapeMarkup(report.tensor.name) << "</h2>\n<p>"
       << describe(report) << "</p>\n"
       << drawCharts(report, format);
    writeTable(os, report.figures);
  }
  return wrapPage(input.str() + " as " + format.str(), body);
}
