//===- Formats.h - The words of --format ------------------------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_FORMATS_H
#define MX_TOOLS_MXC_FORMATS_H

#include "mx/Dialect/MX/IR/Formats.h"

namespace mxc {
using mx::parseFormat;
} // namespace mxc

#endif // MX_TOOLS_MXC_FORMATS_H
