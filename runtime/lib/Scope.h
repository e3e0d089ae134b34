//===- Scope.h - Errors of compiled code ------------------------*- C++ -*-===//
//
// Compiled code cannot handle an error of an entry point it calls. Outside a
// scope (mx_enter, mx_leave) the error ends the process; inside, it makes the
// calls that follow do nothing and mx_leave return it.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_SCOPE_H
#define MX_RUNTIME_LIB_SCOPE_H

namespace mx::runtime {

/// Whether an entry point is to do its work.
bool mayCall();

/// Takes note of the status of a call by compiled code; `name` is for the
/// message that goes with the end of the process.
void noteStatus(const char *name, int status);

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_SCOPE_H
