//===- Widen.h - Codes to f32 -----------------------------------*- C++ -*-===//
//
// 32 packed codes at a time: their bytes, the f16 numbers that those are, and
// the f32 numbers, which lack the power of two of x86::HalfPlacement.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_WIDEN_H
#define MX_RUNTIME_LIB_AVX512_WIDEN_H

#include "../x86/OperandRows.h"
#include "Target.h"

MX_AVX512_BEGIN

namespace mx::runtime::avx512 {
namespace {

/// Where the codes of six bits are that start in the first six bytes of a
/// quadword, in bits: one for each of its bytes. Two bits above are others'.
constexpr int64_t kPlacesOfSixes = 0x2A241E18120C0600;

/// 32 packed codes as bytes.
template <int Bits> __m256i loadCodes32(const uint8_t *bytes) {
  if constexpr (Bits == 4) {
    __m256i wide = _mm256_cvtepu8_epi16(
        _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes)));
    return _mm256_and_si256(_mm256_or_si256(wide, _mm256_slli_epi16(wide, 4)),
                            _mm256_set1_epi8(15));
  } else if constexpr (Bits == 6) { // six bytes to a quadword, eight codes
    const __m256i place = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 0, 0, 6, 7, 8, 9,
                                           10, 11, 0, 0, 12, 13, 14, 15, 16, 17,
                                           0, 0, 18, 19, 20, 21, 22, 23, 0, 0);
    __m256i packed = _mm256_maskz_loadu_epi8(0xFFFFFF, bytes);
    return _mm256_and_si256(
        _mm256_multishift_epi64_epi8(_mm256_set1_epi64x(kPlacesOfSixes),
                                     _mm256_permutexvar_epi8(place, packed)),
        _mm256_set1_epi8(63));
  }
  return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes));
}

/// f16 numbers of codes.
struct Placement : x86::HalfPlacement {
  using HalfPlacement::HalfPlacement;

  __m512i operator()(__m256i codes) const {
    __m512i wide = _mm512_cvtepu8_epi16(codes);
    __m512i number = _mm512_and_si512(wide, _mm512_set1_epi16(magnitude));
    __mmask32 isNaN =
        _mm512_cmpeq_epi16_mask(number, _mm512_set1_epi16(nanMagnitude));
    __m512i sign =
        _mm512_and_si512(_mm512_sll_epi16(wide, _mm_cvtsi32_si128(signShift)),
                         _mm512_set1_epi16(short(0x8000)));
    number = _mm512_sll_epi16(number, _mm_cvtsi32_si128(shift));
    return _mm512_or_si512(
        sign, _mm512_mask_mov_epi16(number, isNaN, _mm512_set1_epi16(0x7E00)));
  }
};

/// Codes 0 … 15 and 16 … 31 of 4·Bits bytes.
template <int Bits, bool IsInteger>
void widen(const uint8_t *codes, const Placement &place, __m512 &low,
           __m512 &high) {
  __m256i bytes = loadCodes32<Bits>(codes);
  if constexpr (IsInteger) {
    low =
        _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm256_castsi256_si128(bytes)));
    high = _mm512_cvtepi32_ps(
        _mm512_cvtepi8_epi32(_mm256_extracti128_si256(bytes, 1)));
  } else {
    __m512i half = place(bytes);
    low = _mm512_cvtph_ps(_mm512_castsi512_si256(half));
    high = _mm512_cvtph_ps(_mm512_extracti64x4_epi64(half, 1));
  }
}

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_WIDEN_H
