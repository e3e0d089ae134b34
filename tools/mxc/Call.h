//===- Call.h - Arrays as arguments and results of calls --------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_CALL_H
#define MX_TOOLS_MXC_CALL_H

#include "Values.h"
#include "mx/Target/JIT.h"

namespace mxc {

/// Calls a compiled function. `outputs` have their types, and receive arrays;
/// the memory that the function allocated for them is freed.
llvm::Error call(mx::JIT &jit, llvm::StringRef name,
                 llvm::MutableArrayRef<Buffer> inputs,
                 llvm::MutableArrayRef<Buffer> outputs);

} // namespace mxc

#endif // MX_TOOLS_MXC_CALL_H
