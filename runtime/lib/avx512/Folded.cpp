//===- Folded.cpp - Rows of MXFP4 as bytes --------------------------------===//
//
// One byte permutation looks up element and shift together: its index is the
// code with the shift above it, in a table of 64.
//
//===----------------------------------------------------------------------===//

#include "Folded.h"

#include "Target.h"

#include <cstring>

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

namespace {

/// Tables as constants in memory: building them takes longer than using them.
struct Tables {
  int8_t folded[64] = {};  ///< 2·E2M1 << shift by code and shift
  uint8_t spread[64] = {}; ///< byte q in every byte of 128-bit lane q

  constexpr Tables() {
    constexpr int halves[8] = {0, 1, 2, 3, 4, 6, 8, 12};
    for (int i = 0; i < 64; ++i) {
      int value = halves[i & 7] << (i >> 4);
      folded[i] = static_cast<int8_t>(i & 8 ? -value : value);
      spread[i] = static_cast<uint8_t>(i / 16);
    }
  }
};
alignas(64) constexpr Tables kTables;

__m512i spreadToLanes(const uint8_t *bytes, __m512i spread) {
  int32_t four;
  std::memcpy(&four, bytes, 4);
  return _mm512_shuffle_epi8(_mm512_set1_epi32(four), spread);
}

} // namespace

void FoldedRows::decodeGroups(const uint8_t *bytes, const uint8_t *shifts,
                              const uint8_t *kept, int64_t groups,
                              uint16_t *out, int64_t stepStride) const {
  const __m512i table = _mm512_load_si512(kTables.folded);
  const __m512i spread = _mm512_load_si512(kTables.spread);
  const __m512i low = _mm512_set1_epi8(15);
  __mmask64 mask = ~__mmask64(0);
  for (int64_t i = 0; i < groups; ++i, bytes += 64, shifts += 4) {
    if (kept)
      mask = _mm512_movepi8_mask(spreadToLanes(kept + 4 * i, spread));
    __m512i shift = spreadToLanes(shifts, spread);
    __m512i v = _mm512_loadu_si512(bytes);
    __m512i even = _mm512_ternarylogic_epi32(v, low, shift, 0xEA);
    __m512i odd =
        _mm512_ternarylogic_epi32(_mm512_srli_epi16(v, 4), low, shift, 0xEA);
    _mm512_storeu_si512(out, _mm512_maskz_permutexvar_epi8(mask, even, table));
    _mm512_storeu_si512(out + stepStride,
                        _mm512_maskz_permutexvar_epi8(mask, odd, table));
    out += 2 * stepStride;
  }
}

MX_TARGET_END

} // namespace mx::runtime::avx512
