//===- Features.cpp - What this CPU can do --------------------------------===//
//
// x86-64 through the compiler's run-time support (which asks the operating
// system about wide registers too); AMX also needs Linux's permission.
//
//===----------------------------------------------------------------------===//

#include "Features.h"

#include <algorithm>
#include <string_view>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace mx::runtime {

#if defined(__x86_64__)

/// AMX state must be requested once per process: ARCH_REQ_XCOMP_PERM.
static bool allowsAMX() {
#if defined(__linux__)
  static const bool allowed = syscall(SYS_arch_prctl, 0x1023, 18) == 0;
  return allowed;
#else
  return false;
#endif
}

static bool hasLeaf7(unsigned subleaf, unsigned edxBit, unsigned eaxBit) {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (!__get_cpuid_count(7, subleaf, &eax, &ebx, &ecx, &edx))
    return false;
  return subleaf == 0 ? edx >> edxBit & 1 : eax >> eaxBit & 1;
}

const char *refusedFeature() {
  return hasLeaf7(0, 24, 0) && !allowsAMX()
             ? "amx: the kernel refuses its state (arch_prctl)"
             : nullptr;
}

static bool hasFeature(std::string_view name) {
#define MX_FEATURE(text)                                                       \
  if (name == text)                                                            \
    return __builtin_cpu_supports(text);
  MX_FEATURE("sse4.1")
  MX_FEATURE("avx2")
  MX_FEATURE("fma")
  MX_FEATURE("bmi2")
  MX_FEATURE("avx512f")
  MX_FEATURE("avx512bw")
  MX_FEATURE("avx512vl")
  MX_FEATURE("avx512dq")
  MX_FEATURE("avx512vbmi")
  MX_FEATURE("avx512vnni")
  MX_FEATURE("avx512cd")
  MX_FEATURE("avx512bf16")
#undef MX_FEATURE
  if (name == "amd")
    return __builtin_cpu_is("amd");
  if (name == "intel")
    return __builtin_cpu_is("intel");
  bool wide = __builtin_cpu_supports("avx2");
  if (name == "f16c") {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    return wide && __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx >> 29 & 1);
  }
  if (name == "avxvnni")
    return wide && hasLeaf7(1, 0, 4);
  if (name == "amx-tile")
    return hasLeaf7(0, 24, 0) && allowsAMX();
  if (name == "amx-int8")
    return hasLeaf7(0, 25, 0) && allowsAMX();
  if (name == "amx-bf16")
    return hasLeaf7(0, 22, 0) && allowsAMX();
  return false;
}

#else

static bool hasFeature(std::string_view) { return false; }

const char *refusedFeature() { return nullptr; }

#endif

/// Whether `isFine` holds for every feature of a list.
template <typename Predicate>
static bool everyFeature(std::string_view list, Predicate isFine) {
  while (!list.empty()) {
    const std::string_view name = list.substr(0, list.find(' '));
    if (!name.empty() && !isFine(name))
      return false;
    list.remove_prefix(std::min(name.size() + 1, list.size()));
  }
  return true;
}

bool cpuSupports(const char *features) {
  return everyFeature(features, hasFeature);
}

bool areAmong(const char *features, const char *all) {
  return everyFeature(features, [all](std::string_view wanted) {
    return !everyFeature(
        all, [wanted](std::string_view name) { return name != wanted; });
  });
}

} // namespace mx::runtime
