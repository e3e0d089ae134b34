//===- Fpu.h - Floating-point environment of the kernels --------*- C++ -*-===//
//
// Callers may have set FTZ, DAZ or a rounding mode: every entry point and every
// worker thread computes in the default environment and restores what it found
// (contract: the bits must not depend on the caller).
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_FPU_H
#define MX_RUNTIME_LIB_FPU_H

#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace mx::runtime {

/// Default floating-point environment for the lifetime of the object.
class FpuScope {
public:
#if defined(__x86_64__)
  FpuScope() : saved(_mm_getcsr()) { _mm_setcsr(0x1F80); }
  ~FpuScope() { _mm_setcsr(static_cast<unsigned>(saved)); }
#elif defined(__aarch64__)
  FpuScope() {
    asm volatile("mrs %0, fpcr" : "=r"(saved));
    asm volatile("msr fpcr, %0" ::"r"(uint64_t(0)) : "memory");
  }
  ~FpuScope() { asm volatile("msr fpcr, %0" ::"r"(saved) : "memory"); }
#else
  FpuScope() : saved(0) {}
  ~FpuScope() { (void)saved; }
#endif
  FpuScope(const FpuScope &) = delete;
  FpuScope &operator=(const FpuScope &) = delete;

private:
  uint64_t saved;
};

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_FPU_H
