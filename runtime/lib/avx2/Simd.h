//===- Simd.h - Sixteen lanes on AVX2 ---------------------------*- C++ -*-===//
//
// lib/avx512/Simd.h for CPUs with AVX2, FMA and F16C: two registers for sixteen
// lanes. See there for what the operations mean.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX2_SIMD_H
#define MX_RUNTIME_LIB_AVX2_SIMD_H

#include "../avx512/Target.h"

#include <cstdint>

#define MX_SIMD avx2
#define MX_SIMD_BEGIN MX_TARGET_BEGIN("avx2,fma,f16c")
#define MX_INLINE __attribute__((always_inline)) inline

MX_SIMD_BEGIN

namespace mx::runtime::avx2 {
namespace {

struct F {
  __m256 lo, hi;
};
struct I {
  __m256i lo, hi;
};
struct M {
  __m256i lo, hi; ///< lanes of ones or zeros
};

/// Vectors that registers hold, with room for what is done to them.
inline constexpr int kHeldVectors = 8;
/// Vectors of Philox calls that they hold.
inline constexpr int kHeldPhilox = 1;

MX_INLINE F setF(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
MX_INLINE I setI(uint32_t x) {
  return {_mm256_set1_epi32(int(x)), _mm256_set1_epi32(int(x))};
}
MX_INLINE I setBytes(int x) {
  return {_mm256_set1_epi8(char(x)), _mm256_set1_epi8(char(x))};
}
MX_INLINE I bits(F x) {
  return {_mm256_castps_si256(x.lo), _mm256_castps_si256(x.hi)};
}
MX_INLINE F floats(I x) {
  return {_mm256_castsi256_ps(x.lo), _mm256_castsi256_ps(x.hi)};
}

MX_INLINE const __m256i *half(const void *p, int which) {
  return static_cast<const __m256i *>(p) + which;
}
MX_INLINE F loadF(const void *p) {
  auto *from = static_cast<const float *>(p);
  return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)};
}
MX_INLINE I loadI(const void *p) {
  return {_mm256_loadu_si256(half(p, 0)), _mm256_loadu_si256(half(p, 1))};
}
MX_INLINE void store(void *p, F x) {
  _mm256_storeu_ps(static_cast<float *>(p), x.lo);
  _mm256_storeu_ps(static_cast<float *>(p) + 8, x.hi);
}
MX_INLINE void store(void *p, I x) {
  _mm256_storeu_si256(static_cast<__m256i *>(p), x.lo);
  _mm256_storeu_si256(static_cast<__m256i *>(p) + 1, x.hi);
}
MX_INLINE void stream(void *p, F x) {
  _mm256_stream_ps(static_cast<float *>(p), x.lo);
  _mm256_stream_ps(static_cast<float *>(p) + 8, x.hi);
}
MX_INLINE I loadBytes(const void *p) {
  auto *from = static_cast<const uint8_t *>(p);
  return {_mm256_cvtepu8_epi32(
              _mm_loadl_epi64(reinterpret_cast<const __m128i *>(from))),
          _mm256_cvtepu8_epi32(
              _mm_loadl_epi64(reinterpret_cast<const __m128i *>(from + 8)))};
}
MX_INLINE I loadWords(const void *p) {
  auto *from = static_cast<const __m128i *>(p);
  return {_mm256_cvtepu16_epi32(_mm_loadu_si128(from)),
          _mm256_cvtepu16_epi32(_mm_loadu_si128(from + 1))};
}
MX_INLINE F loadHalves(const void *p) {
  auto *from = static_cast<const __m128i *>(p);
  return {_mm256_cvtph_ps(_mm_loadu_si128(from)),
          _mm256_cvtph_ps(_mm_loadu_si128(from + 1))};
}
MX_INLINE I loadNibbles(const void *p) {
  auto *from = static_cast<const uint8_t *>(p);
  int low, high;
  __builtin_memcpy(&low, from, 4);
  __builtin_memcpy(&high, from + 4, 4);
  __m256i a = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(low));
  __m256i b = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(high));
  return {_mm256_or_si256(a, _mm256_slli_epi64(a, 28)),
          _mm256_or_si256(b, _mm256_slli_epi64(b, 28))};
}
MX_INLINE I loadSixBits(const void *p) {
  auto *from = static_cast<const uint8_t *>(p);
  int tail;
  __builtin_memcpy(&tail, from + 8, 4);
  __m256i all = _mm256_broadcastsi128_si256(_mm_insert_epi32(
      _mm_loadl_epi64(reinterpret_cast<const __m128i *>(from)), tail, 2));
  const __m256i low =
      _mm256_setr_epi8(0, 1, 2, 3, 0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5,
                       6, 3, 4, 5, 6, 4, 5, 6, 7, 5, 6, 7, 8);
  const __m256i high =
      _mm256_setr_epi8(6, 7, 8, 9, 6, 7, 8, 9, 7, 8, 9, 10, 8, 9, 10, 11, 9, 10,
                       11, 11, 9, 10, 11, 11, 10, 11, 11, 11, 11, 11, 11, 11);
  const __m256i shifts = _mm256_setr_epi32(0, 6, 4, 2, 0, 6, 4, 2);
  return {_mm256_srlv_epi32(_mm256_shuffle_epi8(all, low), shifts),
          _mm256_srlv_epi32(_mm256_shuffle_epi8(all, high), shifts)};
}
MX_INLINE void storeWords(void *p, I x) {
  const __m256i low = _mm256_set1_epi32(0xFFFF);
  __m256i words = _mm256_packus_epi32(_mm256_and_si256(x.lo, low),
                                      _mm256_and_si256(x.hi, low));
  _mm256_storeu_si256(static_cast<__m256i *>(p),
                      _mm256_permute4x64_epi64(words, 0xD8));
}
MX_INLINE void storeBytes(void *p, I x) {
  const __m256i low = _mm256_set1_epi32(0xFF);
  __m256i words = _mm256_packus_epi32(_mm256_and_si256(x.lo, low),
                                      _mm256_and_si256(x.hi, low));
  words = _mm256_permute4x64_epi64(words, 0xD8);
  _mm_storeu_si128(static_cast<__m128i *>(p),
                   _mm_packus_epi16(_mm256_castsi256_si128(words),
                                    _mm256_extracti128_si256(words, 1)));
}
MX_INLINE void storeHalves(void *p, F x) {
  auto *to = static_cast<__m128i *>(p);
  _mm_storeu_si128(to, _mm256_cvtps_ph(x.lo, _MM_FROUND_TO_NEAREST_INT));
  _mm_storeu_si128(to + 1, _mm256_cvtps_ph(x.hi, _MM_FROUND_TO_NEAREST_INT));
}

#define MX_BINARY(name, type, operation)                                       \
  MX_INLINE type name(type a, type b) {                                        \
    return {operation(a.lo, b.lo), operation(a.hi, b.hi)};                     \
  }
MX_BINARY(both, I, _mm256_and_si256)
MX_BINARY(either, I, _mm256_or_si256)
MX_BINARY(differ, I, _mm256_xor_si256)
MX_BINARY(add, I, _mm256_add_epi32)
MX_BINARY(sub, I, _mm256_sub_epi32)
MX_BINARY(mul, I, _mm256_mullo_epi32)
MX_BINARY(shl, I, _mm256_sllv_epi32)
MX_BINARY(shr, I, _mm256_srlv_epi32)
MX_BINARY(minU, I, _mm256_min_epu32)
MX_BINARY(maxU, I, _mm256_max_epu32)
MX_BINARY(minS, I, _mm256_min_epi32)
MX_BINARY(maxS, I, _mm256_max_epi32)
MX_BINARY(add, F, _mm256_add_ps)
MX_BINARY(sub, F, _mm256_sub_ps)
MX_BINARY(mul, F, _mm256_mul_ps)
MX_BINARY(div, F, _mm256_div_ps)
MX_BINARY(min, F, _mm256_min_ps)
MX_BINARY(max, F, _mm256_max_ps)
MX_BINARY(mulLow, I, _mm256_mul_epu32)
MX_BINARY(subBytes, I, _mm256_sub_epi8)
MX_BINARY(minBytesU, I, _mm256_min_epu8)
MX_BINARY(maxBytesS, I, _mm256_max_epi8)
MX_BINARY(either, M, _mm256_or_si256)
MX_BINARY(both, M, _mm256_and_si256)
MX_BINARY(andNot, M, _mm256_andnot_si256)
#undef MX_BINARY

MX_INLINE F sqrt(F a) { return {_mm256_sqrt_ps(a.lo), _mm256_sqrt_ps(a.hi)}; }
MX_INLINE I differ(I a, I b, I c) { return differ(differ(a, b), c); }
MX_INLINE I orBoth(I a, I b, I c) { return either(a, both(b, c)); }
template <int N> MX_INLINE I shl(I a) {
  return {_mm256_slli_epi32(a.lo, N), _mm256_slli_epi32(a.hi, N)};
}
template <int N> MX_INLINE I shr(I a) {
  return {_mm256_srli_epi32(a.lo, N), _mm256_srli_epi32(a.hi, N)};
}

/// Cuts by MXCSR. The barriers keep the operations, which read what was stored
/// before and store what is read after, inside.
struct CutScope {
  unsigned saved;
  CutScope() : saved(_mm_getcsr()) {
    _mm_setcsr(saved | _MM_ROUND_TOWARD_ZERO);
    asm volatile("" ::: "memory");
  }
  ~CutScope() {
    asm volatile("" ::: "memory");
    _mm_setcsr(saved);
  }
};
MX_INLINE F addCut(F a, F b) { return add(a, b); }
MX_INLINE F mulCut(F a, F b) { return mul(a, b); }
MX_INLINE F mulAddCut(F a, F b, F c) {
  return {_mm256_fmadd_ps(a.lo, b.lo, c.lo), _mm256_fmadd_ps(a.hi, b.hi, c.hi)};
}

MX_INLINE F toFloat(I a) {
  return {_mm256_cvtepi32_ps(a.lo), _mm256_cvtepi32_ps(a.hi)};
}
MX_INLINE I nearest(F a) {
  return {_mm256_cvtps_epi32(a.lo), _mm256_cvtps_epi32(a.hi)};
}
MX_INLINE I cut(F a) {
  return {_mm256_cvttps_epi32(a.lo), _mm256_cvttps_epi32(a.hi)};
}
MX_INLINE I floorPlusCeil(F a) {
  F sum = {_mm256_add_ps(_mm256_floor_ps(a.lo), _mm256_ceil_ps(a.lo)),
           _mm256_add_ps(_mm256_floor_ps(a.hi), _mm256_ceil_ps(a.hi))};
  return cut(sum);
}

MX_INLINE M equal(I a, I b) {
  return {_mm256_cmpeq_epi32(a.lo, b.lo), _mm256_cmpeq_epi32(a.hi, b.hi)};
}
MX_INLINE M above(I a, I b) {
  return {_mm256_cmpgt_epi32(a.lo, b.lo), _mm256_cmpgt_epi32(a.hi, b.hi)};
}
MX_INLINE M aboveU(I a, I b) {
  const I top = setI(0x80000000);
  return above(differ(a, top), differ(b, top));
}
MX_INLINE M compared(__m256 lo, __m256 hi) {
  return {_mm256_castps_si256(lo), _mm256_castps_si256(hi)};
}
MX_INLINE M isNaN(F a) {
  return compared(_mm256_cmp_ps(a.lo, a.lo, _CMP_UNORD_Q),
                  _mm256_cmp_ps(a.hi, a.hi, _CMP_UNORD_Q));
}
MX_INLINE M above(F a, F b) {
  return compared(_mm256_cmp_ps(a.lo, b.lo, _CMP_GT_OQ),
                  _mm256_cmp_ps(a.hi, b.hi, _CMP_GT_OQ));
}
MX_INLINE M isNegative(I a) { return above(setI(0), a); }
MX_INLINE unsigned laneBits(M m) {
  return unsigned(_mm256_movemask_ps(_mm256_castsi256_ps(m.lo))) |
         unsigned(_mm256_movemask_ps(_mm256_castsi256_ps(m.hi))) << 8;
}
MX_INLINE I select(M m, I yes, I no) {
  return {_mm256_blendv_epi8(no.lo, yes.lo, m.lo),
          _mm256_blendv_epi8(no.hi, yes.hi, m.hi)};
}
MX_INLINE F select(M m, F yes, F no) {
  return floats(select(m, bits(yes), bits(no)));
}
MX_INLINE I keep(M m, I x) { return both(I{m.lo, m.hi}, x); }
MX_INLINE F keep(M m, F x) { return floats(keep(m, bits(x))); }

MX_INLINE I highWords(I a) {
  return {_mm256_srli_epi64(a.lo, 32), _mm256_srli_epi64(a.hi, 32)};
}
MX_INLINE I joinLow(I even, I odd) {
  return {_mm256_blend_epi32(even.lo, _mm256_slli_epi64(odd.lo, 32), 0xAA),
          _mm256_blend_epi32(even.hi, _mm256_slli_epi64(odd.hi, 32), 0xAA)};
}

} // namespace
} // namespace mx::runtime::avx2

MX_TARGET_END

#include "Bytes.h"

#endif // MX_RUNTIME_LIB_AVX2_SIMD_H
