//===- CheckReport.h - What mxc check prints --------------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_CHECKREPORT_H
#define MX_TOOLS_MXC_CHECKREPORT_H

#include "CheckInput.h"

namespace mxc {

/// The rule, the differences from it and the other rules, on standard output.
void printText(const NamedDump &named, const mx::check::Result &result);
void printJson(const NamedDump &named, const mx::check::Result &result);

} // namespace mxc

#endif // MX_TOOLS_MXC_CHECKREPORT_H
