//===- Pack.h - Codes as bytes ----------------------------------*- C++ -*-===//
//
// Packing of a block's codes (contract 12): 4-bit codes two a byte with the
// even one low, 6-bit codes as a little-endian bit string (four in three
// bytes), other widths up to 8 one byte each, 9 to 16 two bytes little-endian.
// Unused bits are 0.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_PACK_H
#define MX_SUPPORT_PACK_H

#include <cstddef>
#include <cstdint>

namespace mx::contract {

/// Bytes of `count` packed codes of `bits` bits.
inline constexpr int64_t packedSize(unsigned bits, int64_t count) {
  return bits == 4 || bits == 6 ? (count * bits + 7) / 8
                                : count * (bits <= 8 ? 1 : 2);
}

/// Codes that `bytes` bytes hold, at most.
inline constexpr int64_t packedCount(unsigned bits, int64_t bytes) {
  return bits == 4 || bits == 6 ? bytes * 8 / bits
                                : bytes / (bits <= 8 ? 1 : 2);
}

/// Writes packedSize(bits, count) bytes.
void packCodes(unsigned bits, const uint16_t *codes, int64_t count,
               uint8_t *bytes);

/// Reads `count` codes; does not read past packedSize(bits, count) bytes.
void unpackCodes(unsigned bits, const uint8_t *bytes, int64_t count,
                 uint16_t *codes);

} // namespace mx::contract

#endif // MX_SUPPORT_PACK_H
