//===- Pack.cpp - Units of 16 rows side by side ---------------------------===//
//
// A transposition in registers for each step.
//
//===----------------------------------------------------------------------===//

#include "Pack.h"

#include "../x86/Product.h"
#include "Target.h"
#include "Transpose.h"

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

static inline __attribute__((always_inline)) void
packSteps(const uint16_t *rows, int64_t rowStride, int64_t steps,
          __m512i flipped, uint8_t *tiles) {
  for (int64_t step = 0; step < steps;
       ++step, rows += 32, tiles += x86::kStepBytes) {
    __m512i v[16];
    loadTransposed(rows, 2 * rowStride, v);
    for (int i = 0; i < 16; ++i)
      _mm512_store_si512(tiles + 64 * i, _mm512_xor_si512(v[i], flipped));
  }
}

void packUnits(const uint16_t *rows, int64_t rowStride, int64_t steps,
               uint8_t *tiles) {
  packSteps(rows, rowStride, steps, _mm512_setzero_si512(), tiles);
}

void packRaisedBytes(const uint16_t *rows, int64_t rowStride, int64_t steps,
                     uint8_t *tiles) {
  packSteps(rows, rowStride, steps, _mm512_set1_epi8(char(0x80)), tiles);
}

MX_TARGET_END

} // namespace mx::runtime::avx512
