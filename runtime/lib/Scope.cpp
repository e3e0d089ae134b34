//===- Scope.cpp - Errors of compiled code --------------------------------===//

#include "Scope.h"

#include "Error.h"
#include "Threads.h"
#include "mx-runtime/mx_runtime.h"

#include <cstdio>
#include <cstdlib>

namespace mx::runtime {

static thread_local bool inScope = false;
static thread_local int scopeStatus = MX_OK;

bool mayCall() { return scopeStatus == MX_OK; }

void noteStatus(const char *name, int status) {
  if (status == MX_OK)
    return;
  if (inScope) {
    scopeStatus = status;
    return;
  }
  std::fprintf(stderr, "mx-runtime: error in %s: %s\n", name, lastError());
  std::exit(1);
}

} // namespace mx::runtime

using namespace mx::runtime;

extern "C" void mx_enter(mx_scope *outer, int64_t threads) {
  outer->active = inScope;
  outer->status = scopeStatus;
  outer->threads = getRequestedThreads();
  inScope = true;
  scopeStatus = MX_OK;
  if (threads > 0)
    mx_set_num_threads(threads);
}

extern "C" int mx_leave(const mx_scope *outer) {
  int status = scopeStatus;
  inScope = outer->active;
  scopeStatus = static_cast<int>(outer->status);
  mx_set_num_threads(outer->threads);
  return status;
}
