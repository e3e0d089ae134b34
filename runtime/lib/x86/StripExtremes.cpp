//===- StripExtremes.cpp - Largest and least scales of 16 rows ------------===//
//
// A byte of a vector for each scale of a tile; the four of a row meet at the
// end.
//
//===----------------------------------------------------------------------===//

#include "StripExtremes.h"

#include "../avx512/Target.h"

namespace mx::runtime::x86 {

MX_AVX2_BEGIN

namespace {

__m256i load(const uint8_t *bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes));
}

/// The largest byte of each dword.
__m256i largestOfFour(__m256i bytes) {
  bytes = _mm256_max_epu8(bytes, _mm256_srli_epi32(bytes, 16));
  bytes = _mm256_max_epu8(bytes, _mm256_srli_epi32(bytes, 8));
  return _mm256_and_si256(bytes, _mm256_set1_epi32(0xFF));
}

} // namespace

StripExtremes::StripExtremes(const uint8_t *scales, int64_t blocks) {
  const __m256i ones = _mm256_set1_epi8(-1);
  for (int64_t row = 0; row < kTileRows; row += 8) {
    const uint8_t *source = scales + 4 * row;
    __m256i top = _mm256_setzero_si256(), below = top; // 255 - the least
    int64_t left = blocks;
    for (; left >= 4; left -= 4, source += kTileSize) {
      top = _mm256_max_epu8(top, load(source));
      below = _mm256_max_epu8(below, _mm256_xor_si256(load(source), ones));
    }
    if (left > 0) {
      const __m256i used = _mm256_set1_epi32((1 << 8 * left) - 1);
      top = _mm256_max_epu8(top, _mm256_and_si256(load(source), used));
      below = _mm256_max_epu8(below, _mm256_andnot_si256(load(source), used));
    }
    _mm256_store_si256(reinterpret_cast<__m256i *>(most + row),
                       largestOfFour(top));
    _mm256_store_si256(
        reinterpret_cast<__m256i *>(least + row),
        _mm256_sub_epi32(_mm256_set1_epi32(0xFF), largestOfFour(below)));
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86
