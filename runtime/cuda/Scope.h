//===- Scope.h - Errors and the stream of compiled code ---------*- C++ -*-===//

#ifndef MX_RUNTIME_CUDA_SCOPE_H
#define MX_RUNTIME_CUDA_SCOPE_H

#include "Driver.h"

namespace mx::cuda {

/// What mx_cuda_enter has set for this thread.
struct Scope {
  bool active = false, failed = false;
  Stream stream = nullptr;
};
Scope &getScope();

/// Keeps the first error of a scope; ends the process outside of one.
void fail(const char *what, const char *text, const char *detail);

} // namespace mx::cuda

#endif // MX_RUNTIME_CUDA_SCOPE_H
