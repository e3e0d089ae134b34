//===- MatmulBF16.h - Products of any operands in bf16 ----------*- C++ -*-===//
//
// matmul_default of CPUs that multiply bf16 numbers into f32: one of them per
// element where element times scale fits, up to three elsewhere. What is
// flushed to zero is below 2^-126 after both rows are brought near 1, hence
// below η.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_MATMULBF16_H
#define MX_RUNTIME_LIB_AVX512_MATMULBF16_H

#include "../x86/Product.h"

namespace mx::runtime::avx512 {

/// How many bf16 numbers an element needs.
int bf16Limbs(const OperandArgs &operand);

/// Rows look for infinite floats while they read the one item that there is.
bool mayHoldInfinity(const OperandArgs &operand, int64_t items);

/// Whether results may be written before an infinity is met: nothing that is
/// read may be there, and they come again by another kernel.
bool mayWriteTwice(const MatmulArgs &args);

/// False, with nothing written, if an operand has an infinity.
bool multiplyBF16(const MatmulArgs &args, const x86::Multiplier &multiplier);

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_MATMULBF16_H
