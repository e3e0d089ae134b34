//===- Products.cpp - Inner loops of matrix units -------------------------===//

#include "Products.h"

#if defined(__x86_64__)
#define MX_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define MX_CLONES
#endif

MX_CLONES void mx::emulator::addProducts(int32_t *sums, const int32_t *a,
                                         const int32_t *b, unsigned n,
                                         unsigned k) {
  for (unsigned i = 0; i < k; ++i)
    for (unsigned j = 0; j < n; ++j)
      sums[j] += a[i] * b[i * n + j];
}

MX_CLONES void mx::emulator::addProducts(double *sums, const double *a,
                                         const double *b, unsigned n,
                                         unsigned k) {
  for (unsigned i = 0; i < k; ++i)
    for (unsigned j = 0; j < n; ++j)
      sums[j] += a[i] * b[i * n + j];
}
