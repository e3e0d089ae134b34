//===- AddExactly.cpp - Sums of a stretch in AVX-512 registers ------------===//
//
// Eight rows of B at a time: 16 sums in registers.
//
//===----------------------------------------------------------------------===//

#include "../avx512/Target.h"
#include "Multiply.h"

namespace mx::runtime::avx512_vnni {

MX_AVX512_BEGIN

void addExactly(const double *a, const double *b, int64_t count,
                int64_t *sums) {
  constexpr int rows = 8; // of B, at a time
  for (int row = 0; row < x86::kExactRows; row += rows) {
    __m512d acc[rows][2];
    for (int r = 0; r < rows; ++r)
      acc[r][0] = acc[r][1] = _mm512_setzero_pd();
    for (int64_t at = 0; at < count * x86::kExactRows; at += x86::kExactRows) {
      __m512d low = _mm512_loadu_pd(a + at), high = _mm512_loadu_pd(a + at + 8);
      for (int r = 0; r < rows; ++r) {
        __m512d right = _mm512_set1_pd(b[at + row + r]);
        acc[r][0] = _mm512_fmadd_pd(low, right, acc[r][0]);
        acc[r][1] = _mm512_fmadd_pd(high, right, acc[r][1]);
      }
    }
    for (int r = 0; r < rows; ++r)
      for (int half = 0; half < 2; ++half) {
        int64_t *place = sums + (row + r) * x86::kExactRows + 8 * half;
        _mm512_storeu_si512(
            place, _mm512_add_epi64(_mm512_loadu_si512(place),
                                    _mm512_cvttpd_epi64(acc[r][half])));
      }
  }
}

MX_TARGET_END

} // namespace mx::runtime::avx512_vnni
