//===- Dispatchers.h - Functions that choose a kernel by shape --*- C++ -*-===//

#ifndef MX_GENERATE_DISPATCHERS_H
#define MX_GENERATE_DISPATCHERS_H

#include "mx/Generate/KernelSpec.h"
#include "mx/Target/C/Dispatcher.h"

namespace mx {

/// One dispatcher for each family of kernels, in the order of their first
/// kernels and named as the family. It prefers the kernel with fewer dynamic
/// extents, and of two alike the one that comes first.
std::vector<c::Dispatcher> makeDispatchers(llvm::ArrayRef<KernelSpec> kernels);

} // namespace mx

#endif // MX_GENERATE_DISPATCHERS_H
