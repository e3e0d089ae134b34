//===- Target.h - Code for AVX2, AVX-512 and AMX ----------------*- C++ -*-===//
//
// Functions between MX_AVX2_BEGIN and MX_TARGET_END are compiled for AVX2 as
// Haswell has it, those after MX_AVX512_BEGIN for AVX-512 as Ice Lake has it,
// those after MX_AMX_BEGIN for Sapphire Rapids. A flag for
// the whole file would also compile the inline functions of shared headers for
// that CPU, and the linker may keep that copy for callers that run anywhere.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_TARGET_H
#define MX_RUNTIME_LIB_AVX512_TARGET_H

#include <immintrin.h>

#define MX_PRAGMA(text) _Pragma(#text)
#define MX_TARGET_BEGIN(features)                                              \
  MX_PRAGMA(clang attribute push(__attribute__((target(features))),            \
                                 apply_to = function))
#define MX_AVX2_BEGIN MX_TARGET_BEGIN("avx2,fma,f16c")
#define MX_AVX512_BEGIN                                                        \
  MX_TARGET_BEGIN("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,"          \
                  "avx512vbmi,avx512vnni")
#define MX_AMX_BEGIN                                                           \
  MX_TARGET_BEGIN("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,"          \
                  "avx512vbmi,avx512vnni,amx-tile,amx-bf16,amx-int8")
#define MX_TARGET_END MX_PRAGMA(clang attribute pop)

#endif // MX_RUNTIME_LIB_AVX512_TARGET_H
