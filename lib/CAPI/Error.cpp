//===- Error.cpp - Errors of the C API ------------------------------------===//
//
// Status codes travel as error codes of llvm::Error: what has none of the known
// ones is an error of the program.
//
//===----------------------------------------------------------------------===//

#include "Handles.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

static thread_local std::string lastError;
static thread_local int lastStatus = MX_COMPILER_OK;

int64_t mx_c_version(void) { return MX_C_VERSION; }
const char *mx_compiler_error(void) { return lastError.c_str(); }
int mx_compiler_status(void) { return lastStatus; }

Error mx::capi::makeError(std::errc code, const Twine &text) {
  return createStringError(std::make_error_code(code), text);
}

Error mx::capi::argumentError(const Twine &text) {
  return makeError(std::errc::invalid_argument, text);
}

Error mx::capi::checkNotNull(const void *pointer, StringRef what) {
  return pointer ? Error::success()
                 : argumentError("expected " + what + "; found null");
}

Error mx::capi::checkChoice(StringRef what, const char *value,
                            ArrayRef<StringRef> choices) {
  if (!value)
    return argumentError("expected a " + what + " (" + join(choices, ", ") +
                         "); found null");
  if (is_contained(choices, value))
    return Error::success();
  return argumentError("unknown " + what + " '" + value + "'; expected " +
                       join(choices, ", "));
}

Error mx::capi::checkCancelled(const mx_program &program) {
  return program.cancelled
             ? makeError(std::errc::operation_canceled, "cancelled")
             : Error::success();
}

static int getStatus(std::error_code code) {
  if (code == std::errc::invalid_argument)
    return MX_COMPILER_ERROR_ARGUMENT;
  if (code == std::errc::operation_canceled)
    return MX_COMPILER_ERROR_CANCELLED;
  if (code == std::errc::device_or_resource_busy)
    return MX_COMPILER_ERROR_BUSY;
  return code == inconvertibleErrorCode() ? MX_COMPILER_ERROR_PROGRAM
                                          : MX_COMPILER_ERROR_SYSTEM;
}

int mx::capi::report(Error error, mx_program *program) {
  std::string said;
  if (program)
    std::swap(said, program->text);
  if (!error) {
    if (program)
      program->remarks += said;
    return MX_COMPILER_OK;
  }
  int status = MX_COMPILER_OK;
  handleAllErrors(
      std::move(error),
      [&](const ReportedError &) {
        status = MX_COMPILER_ERROR_PROGRAM;
        lastError = StringRef(said).rtrim().str();
      },
      [&](const ErrorInfoBase &info) {
        status = getStatus(info.convertToErrorCode());
        // LLVM's own errors come with diagnostics that say more.
        lastError = said + info.message();
      });
  return lastStatus = status;
}

int mx::capi::enter(mx_program *program, function_ref<Error()> work) {
  if (Error error = checkNotNull(program, "a program"))
    return report(std::move(error));
  if (program->busy.exchange(true))
    return report(makeError(
        std::errc::device_or_resource_busy,
        "another call is at work with this program; expected one at a time"));
  Error error = checkCancelled(*program);
  if (!error && !program->failure.empty())
    error = createStringError(
        "expected a program without an error; this one has failed before: " +
        program->failure);
  int status = report(error ? std::move(error) : work(), program);
  program->busy = false;
  return status;
}
