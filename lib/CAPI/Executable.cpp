//===- Executable.cpp - Functions of this process, for the C API ----------===//

#include "Handles.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace mx::capi;

static Error compile(mx_program &program, mx_executable &executable) {
  if (Error error = lowerTo(program, mx::Stage::LLVM))
    return error;
  if (Error error = tell(program, "code"))
    return error;
  auto jit = mx::JIT::create(program.program->getModule());
  if (!jit)
    return jit.takeError();
  executable.jit = std::move(*jit);
  executable.target = program.program->getOptions().target;
  executable.onDevice = program.program->getOptions().deviceArrays;
  executable.signatures = program.program->getSignatures().vec();
  // Code is made at the first look-up; here its errors still have a program.
  for (const mx::FunctionSignature &function : executable.signatures) {
    auto address = executable.jit->lookup(function.name);
    if (!address)
      return address.takeError();
    executable.functions[function.name] = *address;
  }
  return Error::success();
}

mx_executable *mx_program_jit(mx_program *program) {
  auto executable = std::make_unique<mx_executable>();
  int status = enter(program, [&] { return compile(*program, *executable); });
  return status ? nullptr : executable.release();
}

void mx_executable_destroy(mx_executable *executable) { delete executable; }

Expected<const mx::FunctionSignature *>
mx::capi::findFunction(mx_executable *executable, const char *name) {
  if (Error error = checkNotNull(executable, "an executable"))
    return std::move(error);
  SmallVector<StringRef> names;
  for (const FunctionSignature &function : executable->signatures) {
    if (name && function.name == name)
      return &function;
    names.push_back(function.name);
  }
  if (names.empty())
    return argumentError("expected a public function; the program has none");
  return checkChoice("function", name, names);
}

mx_function mx_executable_lookup(mx_executable *executable, const char *name) {
  auto function = findFunction(executable, name);
  if (!function)
    return report(function.takeError()), nullptr;
  return executable->functions.lookup((*function)->name);
}
