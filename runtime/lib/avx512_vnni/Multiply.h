//===- Multiply.h - Blocks in AVX-512 registers -----------------*- C++ -*-===//
//
// 16 accumulators: 8 rows of B by 32 rows of A, at a time.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_VNNI_MULTIPLY_H
#define MX_RUNTIME_LIB_AVX512_VNNI_MULTIPLY_H

#include "../x86/Exact.h"
#include "../x86/FewRows.h"

namespace mx::runtime::avx512_vnni {

/// f32, each product rounded with its sum.
x86::Multiplier f32Multiplier();
/// Pairs of bf16 into f32, one limb, on CPUs that have them.
x86::Multiplier bf16Multiplier();
/// Bytes into s32.
x86::Multiplier s8Multiplier();

/// x86::AddProducts.
void addProducts(const x86::ColumnPiece &piece, float *sums);

/// x86::AddExactly.
void addExactly(const double *a, const double *b, int64_t count, int64_t *sums);

} // namespace mx::runtime::avx512_vnni

#endif // MX_RUNTIME_LIB_AVX512_VNNI_MULTIPLY_H
