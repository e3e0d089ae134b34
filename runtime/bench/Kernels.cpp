//===- Kernels.cpp - Which kernels there are and which one ran ------------===//
//
// MX_RUNTIME_TRACE=1 writes "mx-runtime: <op>.<isa> …" to stderr, which a file
// in memory stands in for.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "mx-runtime/mx_runtime.h"

#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

namespace mx::bench {

std::vector<std::string> isasOf(const std::string &op) {
  struct Search {
    const std::string &op;
    std::vector<std::string> isas;
  } search{op, {}};
  mx_runtime_kernels(
      [](void *user, const char *name, const char *isa, int supported) {
        auto *found = static_cast<Search *>(user);
        if (supported && found->op == name)
          found->isas.push_back(isa);
      },
      &search);
  return search.isas;
}

void forceISA(const std::string &isa) {
  if (isa.empty())
    unsetenv("MX_RUNTIME_ISA");
  else
    setenv("MX_RUNTIME_ISA", isa.c_str(), 1);
}

std::string tracedISA(const std::function<void()> &call) {
  int file = memfd_create("trace", 0), stderrCopy = dup(2);
  std::fflush(stderr);
  dup2(file, 2);
  setenv("MX_RUNTIME_TRACE", "1", 1);
  call();
  unsetenv("MX_RUNTIME_TRACE");
  std::fflush(stderr);
  dup2(stderrCopy, 2);
  close(stderrCopy);
  std::string text(4096, 0);
  ssize_t length = pread(file, &text[0], text.size(), 0);
  close(file);
  text.resize(length > 0 ? size_t(length) : 0);
  size_t line = text.rfind("mx-runtime: ");
  size_t dot = line == text.npos ? line : text.find('.', line);
  if (dot == text.npos)
    return "none";
  return text.substr(dot + 1, text.find(' ', dot) - dot - 1);
}

} // namespace mx::bench
