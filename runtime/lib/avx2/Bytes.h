//===- Bytes.h - Bytes, tables and lanes on AVX2 ----------------*- C++ -*-===//
//
// The part of Simd.h that moves things across lanes: packing, look-up, and
// transposition.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX2_BYTES_H
#define MX_RUNTIME_LIB_AVX2_BYTES_H

#include "Simd.h"

MX_SIMD_BEGIN

namespace mx::runtime::avx2 {
namespace {

template <bool IsSigned>
MX_INLINE __m256i packHalf(__m256i a, __m256i b, __m256i c, __m256i d) {
  const __m256i order = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  __m256i ab = _mm256_packs_epi32(a, b), cd = _mm256_packs_epi32(c, d);
  return _mm256_shuffle_epi8(IsSigned ? _mm256_packs_epi16(ab, cd)
                                      : _mm256_packus_epi16(ab, cd),
                             order);
}
template <bool IsSigned = true> MX_INLINE I packBytes(I a, I b, I c, I d) {
  return {packHalf<IsSigned>(a.lo, b.lo, c.lo, d.lo),
          packHalf<IsSigned>(a.hi, b.hi, c.hi, d.hi)};
}
MX_INLINE I lowBytes(I a, I b, I c, I d) {
  const I low = setI(0xFF);
  return packBytes<false>(both(a, low), both(b, low), both(c, low),
                          both(d, low));
}
template <int N> MX_INLINE I shrPairs(I a) {
  return {_mm256_srli_epi16(a.lo, N), _mm256_srli_epi16(a.hi, N)};
}
template <int N> MX_INLINE I shlPairs(I a) {
  return {_mm256_slli_epi16(a.lo, N), _mm256_slli_epi16(a.hi, N)};
}
MX_INLINE I joinBytes(I a, int factor) {
  const __m256i factors = _mm256_set1_epi16(short(1 | factor << 8));
  return {_mm256_maddubs_epi16(a.lo, factors),
          _mm256_maddubs_epi16(a.hi, factors)};
}
MX_INLINE I joinWords(I a, int factor) {
  const __m256i factors = _mm256_set1_epi32(1 | factor << 16);
  return {_mm256_madd_epi16(a.lo, factors), _mm256_madd_epi16(a.hi, factors)};
}

struct Table16 {
  __m256i table;
  explicit Table16(const uint8_t *bytes)
      : table(_mm256_broadcastsi128_si256(
            _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes)))) {}
  MX_INLINE I operator()(I index) const {
    return {_mm256_shuffle_epi8(table, index.lo),
            _mm256_shuffle_epi8(table, index.hi)};
  }
};
/// Eight tables of 16, picked by bits 4 to 6.
struct Table128 {
  __m256i parts[8];
  explicit Table128(const uint8_t *table) {
    for (int i = 0; i < 8; ++i)
      parts[i] = _mm256_broadcastsi128_si256(
          _mm_loadu_si128(reinterpret_cast<const __m128i *>(table + 16 * i)));
  }
  MX_INLINE __m256i halfOf(__m256i index) const {
    const __m256i low = _mm256_set1_epi8(15);
    __m256i in = _mm256_and_si256(index, low), part[8];
    for (int i = 0; i < 8; ++i)
      part[i] = _mm256_shuffle_epi8(parts[i], in);
    for (int bit = 4, count = 4; count > 0; ++bit, count /= 2) {
      __m256i choice =
          _mm256_sll_epi16(index, _mm_cvtsi32_si128(7 - bit)); // to bit 7
      for (int i = 0; i < count; ++i)
        part[i] = _mm256_blendv_epi8(part[2 * i], part[2 * i + 1], choice);
    }
    return part[0];
  }
  MX_INLINE I operator()(I index) const {
    return {halfOf(index.lo), halfOf(index.hi)};
  }
};
struct FloatTable16 {
  __m256 low, high;
  explicit FloatTable16(const float *values)
      : low(_mm256_loadu_ps(values)), high(_mm256_loadu_ps(values + 8)) {}
  MX_INLINE __m256 halfOf(__m256i index) const {
    return _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, index),
                            _mm256_permutevar8x32_ps(high, index),
                            _mm256_castsi256_ps(_mm256_slli_epi32(index, 28)));
  }
  MX_INLINE F operator()(I index) const {
    return {halfOf(index.lo), halfOf(index.hi)};
  }
};
MX_INLINE F gather(const float *table, I index) {
  return {_mm256_i32gather_ps(table, index.lo, 4),
          _mm256_i32gather_ps(table, index.hi, 4)};
}

/// 8 × 8 in registers.
MX_INLINE void transpose8(__m256i v[8]) {
  __m256i t[8];
  for (int i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_epi32(v[i], v[i + 1]);
    t[i + 1] = _mm256_unpackhi_epi32(v[i], v[i + 1]);
  }
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; ++j) {
      v[i + 2 * j] = _mm256_unpacklo_epi64(t[i + j], t[i + 2 + j]);
      v[i + 2 * j + 1] = _mm256_unpackhi_epi64(t[i + j], t[i + 2 + j]);
    }
  for (int i = 0; i < 4; ++i) {
    t[i] = _mm256_permute2x128_si256(v[i], v[i + 4], 0x20);
    t[i + 4] = _mm256_permute2x128_si256(v[i], v[i + 4], 0x31);
  }
  for (int i = 0; i < 8; ++i)
    v[i] = t[i];
}
MX_INLINE void transpose(I lanes[16]) {
  __m256i a[8], b[8], c[8], d[8];
  for (int i = 0; i < 8; ++i) {
    a[i] = lanes[i].lo;
    b[i] = lanes[i].hi;
    c[i] = lanes[i + 8].lo;
    d[i] = lanes[i + 8].hi;
  }
  transpose8(a);
  transpose8(b);
  transpose8(c);
  transpose8(d);
  for (int i = 0; i < 8; ++i) {
    lanes[i] = {a[i], c[i]};
    lanes[i + 8] = {b[i], d[i]};
  }
}

MX_INLINE I largestLanes(const I v[16]) {
  __m256i t[8], u[4], w[2];
  for (int i = 0; i < 8; ++i) {
    __m256i a = _mm256_max_epu32(v[2 * i].lo, v[2 * i].hi);
    __m256i b = _mm256_max_epu32(v[2 * i + 1].lo, v[2 * i + 1].hi);
    t[i] = _mm256_max_epu32(_mm256_unpacklo_epi32(a, b),
                            _mm256_unpackhi_epi32(a, b));
  }
  for (int i = 0; i < 4; ++i)
    u[i] = _mm256_max_epu32(_mm256_unpacklo_epi64(t[2 * i], t[2 * i + 1]),
                            _mm256_unpackhi_epi64(t[2 * i], t[2 * i + 1]));
  for (int i = 0; i < 2; ++i)
    w[i] = _mm256_max_epu32(
        _mm256_permute2x128_si256(u[2 * i], u[2 * i + 1], 0x20),
        _mm256_permute2x128_si256(u[2 * i], u[2 * i + 1], 0x31));
  return {w[0], w[1]};
}

template <int Stride> MX_INLINE __m256 butterflyHalf(__m256 x) {
  __m256 partner = Stride == 1   ? _mm256_permute_ps(x, 0xB1)
                   : Stride == 2 ? _mm256_permute_ps(x, 0x4E)
                                 : _mm256_permute2f128_ps(x, x, 1);
  const __m256 sign = Stride == 1 ? _mm256_setr_ps(1, -1, 1, -1, 1, -1, 1, -1)
                      : Stride == 2
                          ? _mm256_setr_ps(1, 1, -1, -1, 1, 1, -1, -1)
                          : _mm256_setr_ps(1, 1, 1, 1, -1, -1, -1, -1);
  return _mm256_fmadd_ps(x, sign, partner);
}
template <int Stride> MX_INLINE F butterfly(F x) {
  if (Stride == 8)
    return {_mm256_add_ps(x.lo, x.hi), _mm256_sub_ps(x.lo, x.hi)};
  return {butterflyHalf<Stride>(x.lo), butterflyHalf<Stride>(x.hi)};
}

MX_INLINE I evenPairs(I a, I b) {
  return {_mm256_unpacklo_epi64(a.lo, b.lo), _mm256_unpacklo_epi64(a.hi, b.hi)};
}
MX_INLINE I oddPairs(I a, I b) {
  return {_mm256_unpackhi_epi64(a.lo, b.lo), _mm256_unpackhi_epi64(a.hi, b.hi)};
}

MX_INLINE I inOrder(I bytes) {
  const __m256i turn = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  const __m256i pairs = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  __m256i lo =
      _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(bytes.lo, turn), pairs);
  __m256i hi =
      _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(bytes.hi, turn), pairs);
  __m256i even = _mm256_unpacklo_epi64(lo, hi);
  __m256i odd = _mm256_unpackhi_epi64(lo, hi);
  return {_mm256_permute2x128_si256(even, odd, 0x20),
          _mm256_permute2x128_si256(even, odd, 0x31)};
}
MX_INLINE I joinNibbles(I even, I odd) {
  even = joinBytes(inOrder(even), 16);
  odd = joinBytes(inOrder(odd), 16);
  return {_mm256_packus_epi16(even.lo, odd.lo),
          _mm256_packus_epi16(even.hi, odd.hi)};
}
MX_INLINE void storeThreeBytes(void *p, I x) {
  const __m256i squeeze = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  alignas(32) uint8_t bytes[64];
  store(bytes, I{_mm256_shuffle_epi8(x.lo, squeeze),
                 _mm256_shuffle_epi8(x.hi, squeeze)});
  for (int i = 0; i < 4; ++i)
    __builtin_memcpy(static_cast<uint8_t *>(p) + 12 * i, bytes + 16 * i, 12);
}

} // namespace
} // namespace mx::runtime::avx2

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX2_BYTES_H
