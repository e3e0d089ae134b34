//===- ReportPage.h - Figures as pictures and pages -------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_REPORTPAGE_H
#define MX_TOOLS_MXC_REPORTPAGE_H

#include "ReportFigures.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace mxc {

/// A tensor and its figures.
struct Report {
  ReportTensor tensor;
  Figures figures;
};

/// Four charts side by side: an SVG that needs nothing else.
std::string drawCharts(const Report &report, llvm::StringRef format);

/// One page of HTML with the charts and a table of each tensor.
std::string makePage(llvm::ArrayRef<Report> reports, llvm::StringRef format,
                     llvm::StringRef input);

/// A page of HTML around `body`, of tables, charts and what explains them.
std::string wrapPage(llvm::StringRef title, llvm::StringRef body);

/// Text for HTML and SVG: names of tensors may hold anything.
std::string escapeMarkup(llvm::StringRef text);
/// A share as a percentage: `0.25 %`.
std::string formatShare(int64_t part, int64_t whole);
/// Three significant digits.
std::string formatFigure(double value);

} // namespace mxc

#endif // MX_TOOLS_MXC_REPORTPAGE_H
