//===- PhiloxRows.h - Rounding bits of a stretch of a row -------*- C++ -*-===//
//
// Philox4x32-10 for sixteen counters at a time (contract 21, 22).
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_PHILOXROWS_H
#define MX_RUNTIME_LIB_AVX512_PHILOXROWS_H

#include "Target.h"

#include <cstdint>

MX_AVX512_BEGIN

namespace mx::runtime::avx512 {
namespace {

/// Low and high words of x · factor, lane by lane.
__attribute__((always_inline)) inline void
multiplyWide(__m512i x, __m512i factor, __m512i &low, __m512i &high) {
  __m512i even = _mm512_mul_epu32(x, factor);
  __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(x, 32), factor);
  low = _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA);
  high = _mm512_mask_mov_epi32(_mm512_srli_epi64(even, 32), 0xAAAA, odd);
}

/// The four words of sixteen calls with counters (first + lane, row, stream,
/// 0), call after call: 256 bytes.
__attribute__((always_inline)) inline void
philox16(uint32_t first, uint32_t row, uint32_t stream, uint64_t seed,
         uint8_t *bytes) {
  const __m512i factor0 = _mm512_set1_epi64(0xD2511F53);
  const __m512i factor1 = _mm512_set1_epi64(0xCD9E8D57);
  __m512i c0 = _mm512_add_epi32(
      _mm512_set1_epi32(int(first)),
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  __m512i c1 = _mm512_set1_epi32(int(row)), c3 = _mm512_setzero_si512();
  __m512i c2 = _mm512_set1_epi32(int(stream));
  uint32_t key0 = uint32_t(seed), key1 = uint32_t(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    __m512i low0, high0, low1, high1;
    multiplyWide(c0, factor0, low0, high0);
    multiplyWide(c2, factor1, low1, high1);
    c0 = _mm512_ternarylogic_epi32(high1, c1, _mm512_set1_epi32(int(key0)),
                                   0x96);
    c1 = low1;
    c2 = _mm512_ternarylogic_epi32(high0, c3, _mm512_set1_epi32(int(key1)),
                                   0x96);
    c3 = low0;
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  // Lane l of 128 bits holds calls 4l … 4l + 3: a 4 × 4 transposition each.
  __m512i a = _mm512_unpacklo_epi32(c0, c1), b = _mm512_unpackhi_epi32(c0, c1);
  __m512i c = _mm512_unpacklo_epi32(c2, c3), d = _mm512_unpackhi_epi32(c2, c3);
  __m512i calls[4] = {_mm512_unpacklo_epi64(a, c), _mm512_unpackhi_epi64(a, c),
                      _mm512_unpacklo_epi64(b, d), _mm512_unpackhi_epi64(b, d)};
  for (int lane = 0; lane < 4; ++lane)
    for (int call = 0; call < 4; ++call) {
      __m128i words = lane == 0   ? _mm512_extracti32x4_epi32(calls[call], 0)
                      : lane == 1 ? _mm512_extracti32x4_epi32(calls[call], 1)
                      : lane == 2 ? _mm512_extracti32x4_epi32(calls[call], 2)
                                  : _mm512_extracti32x4_epi32(calls[call], 3);
      _mm_store_si128(
          reinterpret_cast<__m128i *>(bytes + 64 * lane + 16 * call), words);
    }
}

/// Rounding bits of sixteen elements out of the bytes of their calls: element i
/// of the stretch, i a multiple of 16.
template <unsigned Bits>
__attribute__((always_inline)) inline __m512i drawnBits(const uint8_t *bytes,
                                                        int64_t i) {
  if (Bits == 8)
    return _mm512_cvtepu8_epi32(
        _mm_load_si128(reinterpret_cast<const __m128i *>(bytes + i)));
  if (Bits == 16)
    return _mm512_cvtepu16_epi32(
        _mm256_load_si256(reinterpret_cast<const __m256i *>(bytes + 2 * i)));
  return _mm512_srli_epi32(_mm512_load_si512(bytes + 4 * i), 8);
}

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_PHILOXROWS_H
