//===- Plan.h - What mxc plan shares between its files ----------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_PLAN_H
#define MX_TOOLS_MXC_PLAN_H

#include "llvm/Support/raw_ostream.h"

namespace mxc {

/// Prints published numbers of the scaling law beside ours. False if a printed
/// digit differs.
bool reproduceLaw(llvm::raw_ostream &os);

} // namespace mxc

#endif // MX_TOOLS_MXC_PLAN_H
