//===- Error.h - Status codes with a text -----------------------*- C++ -*-===//
//
// The text of a failing call, kept per thread for mx_last_error().
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_ERROR_H
#define MX_RUNTIME_LIB_ERROR_H

namespace mx::runtime {

/// Stores the printf-like text and returns `status`.
int fail(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// The text of the last failure in this thread.
const char *lastError();

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_ERROR_H
