//===- Npz.h - lib/Files under the names of this tool -----------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_NPZ_H
#define MX_TOOLS_MXC_NPZ_H

#include "mx/Files/Arrays.h"

namespace mxc {
using mx::files::Array;
using mx::files::Arrays;
using mx::files::formatShape;
using mx::files::OutputFile;
using mx::files::readArrays;
using mx::files::readNpy;
using mx::files::writeFile;
using mx::files::writeNpz;
} // namespace mxc

#endif // MX_TOOLS_MXC_NPZ_H
