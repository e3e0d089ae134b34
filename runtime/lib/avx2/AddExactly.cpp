//===- AddExactly.cpp - Sums of a stretch in AVX2 registers ---------------===//
//
// Two rows of B at a time: 8 sums in registers.
//
//===----------------------------------------------------------------------===//

#include "../avx512/Target.h"
#include "Multiply.h"

namespace mx::runtime::avx2 {

MX_AVX2_BEGIN

/// Rows `b[0]` and `b[1]`.
static void addTwoRows(const double *a, const double *b, int64_t count,
                       int64_t *sums) {
  constexpr int parts = 4, lanes = 4;
  __m256d acc[2][parts];
  for (int part = 0; part < parts; ++part)
    acc[0][part] = acc[1][part] = _mm256_setzero_pd();
  for (int64_t i = 0; i < count;
       ++i, a += x86::kExactRows, b += x86::kExactRows) {
    __m256d first = _mm256_broadcast_sd(b), second = _mm256_broadcast_sd(b + 1);
    for (int part = 0; part < parts; ++part) {
      __m256d left = _mm256_loadu_pd(a + lanes * part);
      acc[0][part] = _mm256_fmadd_pd(left, first, acc[0][part]);
      acc[1][part] = _mm256_fmadd_pd(left, second, acc[1][part]);
    }
  }
  for (int row = 0; row < 2; ++row)
    for (int part = 0; part < parts; ++part) {
      double values[lanes];
      _mm256_storeu_pd(values, acc[row][part]);
      for (int lane = 0; lane < lanes; ++lane)
        sums[row * x86::kExactRows + part * lanes + lane] +=
            static_cast<int64_t>(values[lane]);
    }
}

void addExactly(const double *a, const double *b, int64_t count,
                int64_t *sums) {
  for (int row = 0; row < x86::kExactRows; row += 2)
    addTwoRows(a, b + row, count, sums + row * x86::kExactRows);
}

MX_TARGET_END

} // namespace mx::runtime::avx2
