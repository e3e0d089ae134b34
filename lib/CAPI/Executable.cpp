//===- Executable.cpp - Functions of this process, for the C API ----------===//

#include "Handles.h"

using namespace llvm;
using mx::capi::report;

static Expected<std::unique_ptr<mx::JIT>> compile(mx_program *program) {
  if (Error error = mx::capi::lowerTo(*program, mx::Stage::LLVM))
    return std::move(error);
  return mx::JIT::create(program->program->getModule());
}

mx_executable *mx_program_jit(mx_program *program) {
  auto jit = compile(program);
  if (report(jit ? Error::success() : jit.takeError(), program))
    return nullptr;
  auto executable = std::make_unique<mx_executable>();
  executable->jit = std::move(*jit);
  // Code is made at the first look-up; here its errors still have a program.
  for (const json::Value &function : *program->functions) {
    StringRef name = *function.getAsObject()->getString("name");
    auto address = executable->jit->lookup(name);
    if (report(address ? Error::success() : address.takeError(), program))
      return nullptr;
  }
  return executable.release();
}

void mx_executable_destroy(mx_executable *executable) { delete executable; }

mx_function mx_executable_lookup(mx_executable *executable, const char *name) {
  auto address = executable->jit->lookup(name);
  if (!address)
    return report(address.takeError()), nullptr;
  return *address;
}
