//===- Pack.h - Units of 16 rows side by side -------------------*- C++ -*-===//
//
// How x86/Product.h packs A.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_PACK_H
#define MX_RUNTIME_LIB_AVX512_PACK_H

#include <cstdint>

namespace mx::runtime::avx512 {

/// Multiplier::pack.
void packUnits(const uint16_t *rows, int64_t rowStride, int64_t steps,
               uint8_t *tiles);
/// The same with 128 added to each byte, modulo 256.
void packRaisedBytes(const uint16_t *rows, int64_t rowStride, int64_t steps,
                     uint8_t *tiles);

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_PACK_H
