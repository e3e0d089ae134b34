//===- Fp4Table.h - E2M1 as bf16 --------------------------------*- C++ -*-===//
//
// What a permutation of words looks up, before the scale is taken off the
// exponent by a saturating subtraction: zero is -0, which that keeps.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FP4TABLE_H
#define MX_RUNTIME_LIB_AVX512_FP4TABLE_H

#include <cstdint>

namespace mx::runtime::avx512 {

/// bf16 of each E2M1 code, with 252 (x86::kFp4Top) in the exponent field
/// of 1.0, twice.
alignas(64) inline constexpr uint16_t kFp4Table[32] = {
    0x8000, 0x7D80, 0x7E00, 0x7E40, 0x7E80, 0x7EC0, 0x7F00, 0x7F40,
    0x8000, 0xFD80, 0xFE00, 0xFE40, 0xFE80, 0xFEC0, 0xFF00, 0xFF40,
    0x8000, 0x7D80, 0x7E00, 0x7E40, 0x7E80, 0x7EC0, 0x7F00, 0x7F40,
    0x8000, 0xFD80, 0xFE00, 0xFE40, 0xFE80, 0xFEC0, 0xFF00, 0xFF40};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FP4TABLE_H
