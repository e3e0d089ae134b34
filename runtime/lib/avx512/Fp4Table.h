//===- Fp4Table.h - E2M1 as bf16 --------------------------------*- C++ -*-===//
//
// What a permutation of words looks up, before the scale is taken off the
// exponent by a saturating subtraction: zero is -0, which that keeps.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FP4TABLE_H
#define MX_RUNTIME_LIB_AVX512_FP4TABLE_H

#include "Target.h"

#include <cstdint>

namespace mx::runtime::avx512 {

/// bf16 of each E2M1 code, with 252 (x86::kFp4Top) in the exponent field
/// of 1.0, twice.
alignas(64) inline constexpr uint16_t kFp4Table[32] = {
    0x8000, 0x7D80, 0x7E00, 0x7E40, 0x7E80, 0x7EC0, 0x7F00, 0x7F40,
    0x8000, 0xFD80, 0xFE00, 0xFE40, 0xFE80, 0xFEC0, 0xFF00, 0xFF40,
    0x8000, 0x7D80, 0x7E00, 0x7E40, 0x7E80, 0x7EC0, 0x7F00, 0x7F40,
    0x8000, 0xFD80, 0xFE00, 0xFE40, 0xFE80, 0xFEC0, 0xFF00, 0xFF40};

MX_AVX512_BEGIN

/// The codes of `left` < 32 columns at `codes`, zeros behind them.
static inline __m128i loadLastCodes(const uint8_t *codes, int64_t left) {
  const auto bytes = static_cast<__mmask16>((1u << (left + 1) / 2) - 1);
  const auto half = static_cast<__mmask16>((left % 2) << left / 2);
  return _mm_and_si128(_mm_mask_set1_epi8(_mm_set1_epi8(-1), half, 15),
                       _mm_maskz_loadu_epi8(bytes, codes));
}

MX_TARGET_END

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FP4TABLE_H
