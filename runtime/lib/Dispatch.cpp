//===- Dispatch.cpp - Which kernel runs -----------------------------------===//
//
// The table of Kernels.inc, MX_RUNTIME_ISA and MX_RUNTIME_TRACE. Both variables
// are read at every call, so that a process can change them.
//
//===----------------------------------------------------------------------===//

#include "Error.h"
#include "Features.h"
#include "KernelTable.h"
#include "Threads.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mx::runtime {

namespace {

struct Kernel {
  const char *op, *isa, *features;
  bool (*run)(const void *args);
  bool supported;
};

Kernel makeKernel(const char *op, const char *isa, const char *features,
                  bool (*run)(const void *)) {
  return {op, isa, features, run, cpuSupports(features)};
}

#define MX_KERNEL(op, isa, features)                                           \
  makeKernel(#op, #isa, features, [](const void *args) {                       \
    return isa::op(*static_cast<const op##_args *>(args));                     \
  }),

struct Table {
  static const Kernel *begin() { return kernels(); }
  static const Kernel *end() { return kernels() + count; }
  static const Kernel *kernels() {
    static const Kernel table[] = {
#include "Kernels.inc"
    };
    static_assert(sizeof table / sizeof table[0] == count, "");
    return table;
  }
#undef MX_KERNEL
#define MX_KERNEL(op, isa, features) +1
  static constexpr int count = 0
#include "Kernels.inc"
      ;
#undef MX_KERNEL
};

/// What MX_RUNTIME_ISA asks for; null if nothing.
const char *forcedISA() {
  const char *name = std::getenv("MX_RUNTIME_ISA");
  return name && *name ? name : nullptr;
}

/// A kernel of the ISA; all of them need the same features. Null: none.
const Kernel *findISA(const char *name) {
  for (const Kernel &kernel : Table())
    if (std::strcmp(kernel.isa, name) == 0)
      return &kernel;
  return nullptr;
}

int checkISA(const char *name) {
  const Kernel *kernel = findISA(name);
  if (kernel && kernel->supported)
    return MX_OK;
  if (kernel)
    return fail(MX_ERROR_ISA,
                "MX_RUNTIME_ISA=%s is not supported by this CPU, needed: %s",
                name, kernel->features);
  char names[256] = "";
  for (const Kernel &kernel : Table())
    if (!std::strstr(names, kernel.isa) &&
        std::strlen(names) + std::strlen(kernel.isa) + 3 < sizeof names) {
      std::strcat(names, *names ? ", " : "");
      std::strcat(names, kernel.isa);
    }
  return fail(MX_ERROR_ISA, "MX_RUNTIME_ISA=%s is unknown, expected one of: %s",
              name, names);
}

/// Under MX_RUNTIME_ISA a kernel may run that needs no more than that ISA does.
bool mayRun(const Kernel &kernel, const char *op, const char *isa) {
  return kernel.supported && std::strcmp(kernel.op, op) == 0 &&
         (!isa || areAmong(kernel.features, findISA(isa)->features));
}

void trace(const Kernel &kernel, const Shape &shape) {
  const char *wanted = std::getenv("MX_RUNTIME_TRACE");
  if (!wanted || !*wanted || std::strcmp(wanted, "0") == 0)
    return;
  static std::atomic_flag told = ATOMIC_FLAG_INIT;
  if (!told.test_and_set())
    if (const char *refused = refusedFeature())
      std::fprintf(stderr, "mx-runtime: not used: %s\n", refused);
  char text[128];
  int length = 0;
  for (int i = 0; i < shape.rank; ++i)
    length += std::snprintf(text + length, sizeof text - size_t(length),
                            i ? "x%lld" : "%lld",
                            static_cast<long long>(shape.sizes[i]));
  std::fprintf(stderr, "mx-runtime: %s.%s %s%s threads=%d\n", kernel.op,
               kernel.isa, length ? text : "1", shape.note, threadCount());
}

} // namespace

int dispatch(const char *op, const void *args, const Shape &shape) {
  const char *isa = forcedISA();
  if (isa)
    if (int status = checkISA(isa))
      return status;
  for (const Kernel *kernel = Table::end(); kernel-- != Table::begin();) {
    if (!mayRun(*kernel, op, isa) || !kernel->run(args))
      continue;
    trace(*kernel, shape);
    return MX_OK;
  }
  return fail(MX_ERROR_UNSUPPORTED, "no kernel of '%s' takes these formats",
              op);
}

} // namespace mx::runtime

using namespace mx::runtime;

extern "C" int64_t mx_runtime_kernels(mx_kernel_visitor visit, void *user) {
  for (const Kernel &kernel : Table())
    visit(user, kernel.op, kernel.isa, kernel.supported);
  return Table::count;
}

extern "C" const char *mx_runtime_describe(void) {
  static thread_local char text[1024];
  const char *isa = forcedISA();
  int length = std::snprintf(text, sizeof text, "isa=%s threads=%d",
                             isa ? isa : "auto", threadCount());
  if (isa && checkISA(isa) != MX_OK)
    return lastError();
  for (const Kernel *kernel = Table::end(); kernel-- != Table::begin();) {
    bool newer = false;
    for (const Kernel *k = kernel + 1; k != Table::end(); ++k)
      newer |= mayRun(*k, kernel->op, isa);
    if (mayRun(*kernel, kernel->op, isa) && !newer)
      length += std::snprintf(text + length, sizeof text - size_t(length),
                              " %s=%s", kernel->op, kernel->isa);
  }
  return text;
}
