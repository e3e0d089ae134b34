//===- Error.cpp - Status codes with a text -------------------------------===//
//
// A fixed buffer per thread: reporting an error must not allocate.
//
//===----------------------------------------------------------------------===//

#include "Error.h"

#include "mx-runtime/mx_runtime.h"

#include <cstdarg>
#include <cstdio>

namespace mx::runtime {

static thread_local char errorText[512];

int fail(int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(errorText, sizeof errorText, format, arguments);
  va_end(arguments);
  return status;
}

const char *lastError() { return errorText; }

} // namespace mx::runtime

extern "C" const char *mx_last_error(void) { return mx::runtime::lastError(); }
