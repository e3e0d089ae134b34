//===- Scope.cpp - Errors and the stream of compiled code -----------------===//

#include "Scope.h"

#include "mx-runtime/mx_cuda.h"

#include <cstdio>
#include <cstdlib>

namespace mx::cuda {

static thread_local char errorText[4096 + 512];

Scope &getScope() {
  static thread_local Scope scope;
  return scope;
}

void fail(const char *what, const char *text, const char *detail) {
  Scope &scope = getScope();
  if (scope.failed)
    return;
  std::snprintf(errorText, sizeof errorText, "%s: %s%s%s", what, text,
                *detail ? "\n" : "", detail);
  if (scope.active) {
    scope.failed = true;
    return;
  }
  std::fprintf(stderr, "mx-cuda: error in %s\n", errorText);
  std::exit(1);
}

} // namespace mx::cuda

using namespace mx::cuda;

void mx_cuda_enter(mx_cuda_scope *outer, void *stream) {
  Scope &scope = getScope();
  outer->active = scope.active;
  outer->failed = scope.failed;
  outer->stream = scope.stream;
  scope = {true, false, static_cast<Stream>(stream)};
  outer->entered = pushContext();
}

int mx_cuda_leave(const mx_cuda_scope *outer) {
  Scope &scope = getScope();
  int status = scope.failed;
  if (outer->entered)
    popContext();
  scope = {outer->active != 0, outer->failed != 0,
           static_cast<Stream>(outer->stream)};
  return status;
}

const char *mx_cuda_last_error(void) { return errorText; }
