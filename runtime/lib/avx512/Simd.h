//===- Simd.h - Sixteen lanes on AVX-512 ------------------------*- C++ -*-===//
//
// The operations that lib/vector is written in: one register of sixteen 32-bit
// lanes, or of 64 bytes. lib/avx2/Simd.h has the same names; Lanes are numbers,
// counts of variable shifts beyond 31 (or negative) give 0.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_SIMD_H
#define MX_RUNTIME_LIB_AVX512_SIMD_H

#include "Target.h"
#include "Transpose.h"

#include <cstdint>

#define MX_SIMD avx512
#define MX_SIMD_BEGIN MX_AVX512_BEGIN
#define MX_INLINE __attribute__((always_inline)) inline

MX_SIMD_BEGIN

namespace mx::runtime::avx512 {
namespace {

using F = __m512;  ///< sixteen f32
using I = __m512i; ///< sixteen 32-bit integers, or 64 bytes
using M = __mmask16;

/// Vectors that registers hold, with room for what is done to them.
inline constexpr int kHeldVectors = 16;
/// Vectors of Philox calls that they hold.
inline constexpr int kHeldPhilox = 2;

MX_INLINE F setF(float x) { return _mm512_set1_ps(x); }
MX_INLINE I setI(uint32_t x) { return _mm512_set1_epi32(int(x)); }
MX_INLINE I setBytes(int x) { return _mm512_set1_epi8(char(x)); }
MX_INLINE I bits(F x) { return _mm512_castps_si512(x); }
MX_INLINE F floats(I x) { return _mm512_castsi512_ps(x); }

MX_INLINE F loadF(const void *p) { return _mm512_loadu_ps(p); }
MX_INLINE I loadI(const void *p) { return _mm512_loadu_si512(p); }
MX_INLINE void store(void *p, F x) { _mm512_storeu_ps(p, x); }
MX_INLINE void store(void *p, I x) { _mm512_storeu_si512(p, x); }
/// Past the caches; `p` is aligned to 64 bytes.
MX_INLINE void stream(void *p, F x) {
  _mm512_stream_ps(static_cast<float *>(p), x);
}
MX_INLINE I loadBytes(const void *p) {
  return _mm512_cvtepu8_epi32(_mm_loadu_si128(static_cast<const __m128i *>(p)));
}
MX_INLINE I loadWords(const void *p) {
  return _mm512_cvtepu16_epi32(
      _mm256_loadu_si256(static_cast<const __m256i *>(p)));
}
MX_INLINE F loadHalves(const void *p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i *>(p)));
}
/// Sixteen codes of four bits, with other bits above them.
MX_INLINE I loadNibbles(const void *p) {
  I pairs =
      _mm512_cvtepu8_epi64(_mm_loadl_epi64(static_cast<const __m128i *>(p)));
  return _mm512_or_si512(pairs, _mm512_slli_epi64(pairs, 28));
}
/// Sixteen codes of six bits, alike: 12 bytes.
MX_INLINE I loadSixBits(const void *p) {
  auto *from = static_cast<const uint8_t *>(p);
  int tail;
  __builtin_memcpy(&tail, from + 8, 4);
  __m128i all = _mm_insert_epi32(
      _mm_loadl_epi64(reinterpret_cast<const __m128i *>(from)), tail, 2);
  alignas(64) static constexpr uint8_t bytes[64] = {
      0, 1,  2,  3,  0, 1,  2,  3,  1,  2,  3,  4,  2,  3,  4,  5,
      3, 4,  5,  6,  3, 4,  5,  6,  4,  5,  6,  7,  5,  6,  7,  8,
      6, 7,  8,  9,  6, 7,  8,  9,  7,  8,  9,  10, 8,  9,  10, 11,
      9, 10, 11, 11, 9, 10, 11, 11, 10, 11, 11, 11, 11, 11, 11, 11};
  I spread = _mm512_shuffle_epi8(_mm512_broadcast_i32x4(all),
                                 _mm512_load_si512(bytes));
  return _mm512_srlv_epi32(spread, _mm512_setr_epi32(0, 6, 4, 2, 0, 6, 4, 2, 0,
                                                     6, 4, 2, 0, 6, 4, 2));
}
/// The low bytes, the low words, or f16 of sixteen lanes.
MX_INLINE void storeBytes(void *p, I x) {
  _mm_storeu_si128(static_cast<__m128i *>(p), _mm512_cvtepi32_epi8(x));
}
MX_INLINE void storeWords(void *p, I x) {
  _mm256_storeu_si256(static_cast<__m256i *>(p), _mm512_cvtepi32_epi16(x));
}
MX_INLINE void storeHalves(void *p, F x) {
  _mm256_storeu_si256(static_cast<__m256i *>(p),
                      _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
}

MX_INLINE I both(I a, I b) { return _mm512_and_si512(a, b); }
MX_INLINE I either(I a, I b) { return _mm512_or_si512(a, b); }
MX_INLINE I differ(I a, I b) { return _mm512_xor_si512(a, b); }
MX_INLINE I differ(I a, I b, I c) {
  return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}
/// a | (b & c)
MX_INLINE I orBoth(I a, I b, I c) {
  return _mm512_ternarylogic_epi32(a, b, c, 0xF8);
}
MX_INLINE I add(I a, I b) { return _mm512_add_epi32(a, b); }
MX_INLINE I sub(I a, I b) { return _mm512_sub_epi32(a, b); }
MX_INLINE I mul(I a, I b) { return _mm512_mullo_epi32(a, b); }
template <int N> MX_INLINE I shl(I a) { return _mm512_slli_epi32(a, N); }
template <int N> MX_INLINE I shr(I a) { return _mm512_srli_epi32(a, N); }
MX_INLINE I shl(I a, I n) { return _mm512_sllv_epi32(a, n); }
MX_INLINE I shr(I a, I n) { return _mm512_srlv_epi32(a, n); }
MX_INLINE I minU(I a, I b) { return _mm512_min_epu32(a, b); }
MX_INLINE I maxU(I a, I b) { return _mm512_max_epu32(a, b); }
MX_INLINE I minS(I a, I b) { return _mm512_min_epi32(a, b); }
MX_INLINE I maxS(I a, I b) { return _mm512_max_epi32(a, b); }

MX_INLINE F add(F a, F b) { return _mm512_add_ps(a, b); }
MX_INLINE F sub(F a, F b) { return _mm512_sub_ps(a, b); }
MX_INLINE F mul(F a, F b) { return _mm512_mul_ps(a, b); }
MX_INLINE F div(F a, F b) { return _mm512_div_ps(a, b); }
MX_INLINE F min(F a, F b) { return _mm512_min_ps(a, b); }
MX_INLINE F max(F a, F b) { return _mm512_max_ps(a, b); }
MX_INLINE F sqrt(F a) { return _mm512_sqrt_ps(a); }

/// Operations of this name cut their results to f32 while one of these lives:
/// loads before and stores after it must not be what they work on.
struct CutScope {
  CutScope() {}
};
inline constexpr int kCut = _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC;
MX_INLINE F addCut(F a, F b) { return _mm512_add_round_ps(a, b, kCut); }
MX_INLINE F mulCut(F a, F b) { return _mm512_mul_round_ps(a, b, kCut); }
MX_INLINE F mulAddCut(F a, F b, F c) {
  return _mm512_fmadd_round_ps(a, b, c, kCut);
}

MX_INLINE F toFloat(I a) { return _mm512_cvtepi32_ps(a); }
MX_INLINE I nearest(F a) { return _mm512_cvtps_epi32(a); }
MX_INLINE I cut(F a) { return _mm512_cvttps_epi32(a); }
MX_INLINE I floorPlusCeil(F a) {
  return _mm512_add_epi32(
      _mm512_cvt_roundps_epi32(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC),
      _mm512_cvt_roundps_epi32(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC));
}

MX_INLINE M equal(I a, I b) { return _mm512_cmpeq_epi32_mask(a, b); }
MX_INLINE M above(I a, I b) { return _mm512_cmpgt_epi32_mask(a, b); }
MX_INLINE M aboveU(I a, I b) { return _mm512_cmpgt_epu32_mask(a, b); }
MX_INLINE M isNaN(F a) { return _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q); }
MX_INLINE M above(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
MX_INLINE M isNegative(I a) { return _mm512_movepi32_mask(a); }
MX_INLINE M either(M a, M b) { return M(a | b); }
MX_INLINE M both(M a, M b) { return M(a & b); }
MX_INLINE M andNot(M a, M b) { return M(~a & b); }
MX_INLINE unsigned laneBits(M m) { return m; }
/// yes where the mask is set, else no.
MX_INLINE I select(M m, I yes, I no) {
  return _mm512_mask_mov_epi32(no, m, yes);
}
MX_INLINE F select(M m, F yes, F no) { return _mm512_mask_mov_ps(no, m, yes); }
MX_INLINE I keep(M m, I x) { return _mm512_maskz_mov_epi32(m, x); }
MX_INLINE F keep(M m, F x) { return _mm512_maskz_mov_ps(m, x); }

/// 64-bit lanes: the product of their low words, and their high words, with
/// anything above those. Shifts and products compete for one port of Intel's
/// CPUs, so it is a shuffle.
MX_INLINE I mulLow(I a, I b) { return _mm512_mul_epu32(a, b); }
MX_INLINE I highWords(I a) {
  return _mm512_shuffle_epi32(a, _MM_PERM_ENUM(0xF5));
}
/// Low words of 64-bit lanes in even, those of `odd` in odd lanes.
MX_INLINE I joinLow(I even, I odd) {
  return _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA);
}

/// Byte i of lane l is lane l of argument i, saturated to i8, or to u8.
template <bool IsSigned = true> MX_INLINE I packBytes(I a, I b, I c, I d) {
  const I order = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  I ab = _mm512_packs_epi32(a, b), cd = _mm512_packs_epi32(c, d);
  return _mm512_shuffle_epi8(IsSigned ? _mm512_packs_epi16(ab, cd)
                                      : _mm512_packus_epi16(ab, cd),
                             order);
}
/// Byte i of lane l is the low byte of lane l of argument i.
MX_INLINE I lowBytes(I a, I b, I c, I d) {
  auto choose = [](uint32_t mask, I yes, I no) {
    return _mm512_ternarylogic_epi32(setI(mask), yes, no, 0xCA);
  };
  return choose(0xFFFF, choose(0xFF, a, shl<8>(b)),
                choose(0xFFFFFF, shl<16>(c), shl<24>(d)));
}
MX_INLINE I subBytes(I a, I b) { return _mm512_sub_epi8(a, b); }
MX_INLINE I minBytesU(I a, I b) { return _mm512_min_epu8(a, b); }
MX_INLINE I maxBytesS(I a, I b) { return _mm512_max_epi8(a, b); }
/// Bits move within pairs of bytes.
template <int N> MX_INLINE I shrPairs(I a) { return _mm512_srli_epi16(a, N); }
template <int N> MX_INLINE I shlPairs(I a) { return _mm512_slli_epi16(a, N); }
/// Pairs of bytes: even + odd · factor. Pairs of words, alike.
MX_INLINE I joinBytes(I a, int factor) {
  return _mm512_maddubs_epi16(a, _mm512_set1_epi16(short(1 | factor << 8)));
}
MX_INLINE I joinWords(I a, int factor) {
  return _mm512_madd_epi16(a, _mm512_set1_epi32(1 | factor << 16));
}

/// A table of 128 bytes, indexed by the low seven bits of each byte.
struct Table128 {
  I low, high;
  explicit Table128(const uint8_t *table)
      : low(loadI(table)), high(loadI(table + 64)) {}
  MX_INLINE I operator()(I index) const {
    return _mm512_permutex2var_epi8(low, index, high);
  }
};
/// A table of 16 bytes, indexed by bytes below 16.
struct Table16 {
  I table;
  explicit Table16(const uint8_t *bytes)
      : table(_mm512_broadcast_i32x4(
            _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes)))) {}
  MX_INLINE I operator()(I index) const {
    return _mm512_shuffle_epi8(table, index);
  }
};
/// A table of 16 floats, indexed by the low four bits of each lane.
struct FloatTable16 {
  F table;
  explicit FloatTable16(const float *values) : table(loadF(values)) {}
  MX_INLINE F operator()(I index) const {
    return _mm512_permutexvar_ps(index, table);
  }
};
MX_INLINE F gather(const float *table, I index) {
  return _mm512_i32gather_ps(index, table, 4);
}

MX_INLINE void transpose(I lanes[16]) { transpose16(lanes); }
/// Lane i is the largest of vector i.
MX_INLINE I largestLanes(const I v[16]) {
  I t[8], u[4];
  for (int i = 0; i < 8; ++i)
    t[i] = maxU(_mm512_unpacklo_epi32(v[2 * i], v[2 * i + 1]),
                _mm512_unpackhi_epi32(v[2 * i], v[2 * i + 1]));
  for (int i = 0; i < 4; ++i)
    u[i] = maxU(_mm512_unpacklo_epi64(t[2 * i], t[2 * i + 1]),
                _mm512_unpackhi_epi64(t[2 * i], t[2 * i + 1]));
  for (int count = 2; count > 0; count /= 2)
    for (int i = 0; i < count; ++i)
      u[i] = maxU(_mm512_shuffle_i32x4(u[2 * i], u[2 * i + 1], 0x88),
                  _mm512_shuffle_i32x4(u[2 * i], u[2 * i + 1], 0xDD));
  return u[0];
}

/// a + b and a - b for lanes a and b that are Stride apart: b comes as ±b in
/// one rounding.
template <int Stride> MX_INLINE F butterfly(F x) {
  F partner = Stride == 1   ? _mm512_permute_ps(x, 0xB1)
              : Stride == 2 ? _mm512_permute_ps(x, 0x4E)
              : Stride == 4 ? _mm512_shuffle_f32x4(x, x, 0xB1)
                            : _mm512_shuffle_f32x4(x, x, 0x4E);
  const M second = Stride == 1   ? 0xAAAA
                   : Stride == 2 ? 0xCCCC
                   : Stride == 4 ? 0xF0F0
                                 : 0xFF00;
  const F sign = _mm512_mask_mov_ps(setF(1), second, setF(-1));
  return _mm512_fmadd_ps(x, sign, partner);
}

/// Even 64-bit lanes of a, each with that of b behind it; odd ones.
MX_INLINE I evenPairs(I a, I b) { return _mm512_unpacklo_epi64(a, b); }
MX_INLINE I oddPairs(I a, I b) { return _mm512_unpackhi_epi64(a, b); }

/// Byte i of lane l to byte 16 i + l.
MX_INLINE I inOrder(I bytes) {
  alignas(64) static constexpr uint8_t order[64] = {
      0, 4, 8,  12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60,
      1, 5, 9,  13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 61,
      2, 6, 10, 14, 18, 22, 26, 30, 34, 38, 42, 46, 50, 54, 58, 62,
      3, 7, 11, 15, 19, 23, 27, 31, 35, 39, 43, 47, 51, 55, 59, 63};
  return _mm512_permutexvar_epi8(_mm512_load_si512(order), bytes);
}
/// 128 codes of four bits as 64 bytes: byte i of lane l of `even` is element
/// l of vector 2i, of `odd` that of vector 2i + 1.
MX_INLINE I joinNibbles(I even, I odd) {
  even = joinBytes(inOrder(even), 16);
  odd = joinBytes(inOrder(odd), 16);
  return _mm512_packus_epi16(even, odd);
}
/// The low three bytes of sixteen lanes: 48 bytes.
MX_INLINE void storeThreeBytes(void *p, I x) {
  alignas(64) static constexpr uint8_t order[64] = {
      0,  1,  2,  4,  5,  6,  8,  9,  10, 12, 13, 14, 16, 17, 18, 20,
      21, 22, 24, 25, 26, 28, 29, 30, 32, 33, 34, 36, 37, 38, 40, 41,
      42, 44, 45, 46, 48, 49, 50, 52, 53, 54, 56, 57, 58, 60, 61, 62};
  x = _mm512_permutexvar_epi8(_mm512_load_si512(order), x);
  _mm256_storeu_si256(static_cast<__m256i *>(p), _mm512_castsi512_si256(x));
  _mm_storeu_si128(static_cast<__m128i *>(p) + 2,
                   _mm512_extracti32x4_epi32(x, 2));
}

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_SIMD_H
