//===- Multiply.h - Blocks in AVX2 registers --------------------*- C++ -*-===//
//
// Up to 12 accumulators: some rows of B by 16 rows of A, at a time.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX2_MULTIPLY_H
#define MX_RUNTIME_LIB_AVX2_MULTIPLY_H

#include "../x86/Exact.h"
#include "../x86/FewRows.h"

namespace mx::runtime::avx2 {

/// f32, each product rounded with its sum.
x86::Multiplier f32Multiplier();
/// Bytes of at most 127 into s32, through pairs in s16.
x86::Multiplier s8Multiplier();

/// x86::AddProducts.
void addProducts(const x86::ColumnPiece &piece, float *sums);

/// x86::AddExactly.
void addExactly(const double *a, const double *b, int64_t count, int64_t *sums);

} // namespace mx::runtime::avx2

#endif // MX_RUNTIME_LIB_AVX2_MULTIPLY_H
