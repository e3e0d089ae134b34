//===- Products.h - Inner loops of matrix units -----------------*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_PRODUCTS_H
#define MX_LIB_EMULATOR_PRODUCTS_H

#include <cstdint>

namespace mx::emulator {

/// sums[n] += Σ a[k] · b[k][n], in order of k.
void addProducts(int32_t *sums, const int32_t *a, const int32_t *b, unsigned n,
                 unsigned k);
void addProducts(double *sums, const double *a, const double *b, unsigned n,
                 unsigned k);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_PRODUCTS_H
