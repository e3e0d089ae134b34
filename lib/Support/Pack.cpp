//===- Pack.cpp - Codes as bytes ------------------------------------------===//
//
// Dense packing for 4- and 6-bit codes, bytes for the rest.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Pack.h"

#include <cstring>

namespace mx::contract {

namespace {

void packSixBits(const uint16_t *codes, int64_t count, uint8_t *bytes) {
  std::memset(bytes, 0, static_cast<size_t>(packedSize(6, count)));
  for (int64_t i = 0; i < count; ++i) {
    uint32_t shifted = uint32_t(codes[i] & 0x3F) << (6 * i % 8);
    bytes[6 * i / 8] |= static_cast<uint8_t>(shifted);
    if (shifted > 0xFF)
      bytes[6 * i / 8 + 1] |= static_cast<uint8_t>(shifted >> 8);
  }
}

void unpackSixBits(const uint8_t *bytes, int64_t count, uint16_t *codes) {
  for (int64_t i = 0; i < count; ++i) {
    int64_t byte = 6 * i / 8, bit = 6 * i % 8;
    uint32_t window = bytes[byte];
    if (bit > 2)
      window |= uint32_t(bytes[byte + 1]) << 8;
    codes[i] = static_cast<uint16_t>(window >> bit & 0x3F);
  }
}

} // namespace

void packCodes(unsigned bits, const uint16_t *codes, int64_t count,
               uint8_t *bytes) {
  if (bits == 6)
    return packSixBits(codes, count, bytes);
  if (bits == 4) {
    for (int64_t i = 0; i < count / 2; ++i)
      bytes[i] = static_cast<uint8_t>((codes[2 * i] & 0xF) |
                                      (codes[2 * i + 1] & 0xF) << 4);
    if (count % 2)
      bytes[count / 2] = static_cast<uint8_t>(codes[count - 1] & 0xF);
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    if (bits <= 8) {
      bytes[i] = static_cast<uint8_t>(codes[i]);
    } else {
      bytes[2 * i] = static_cast<uint8_t>(codes[i]);
      bytes[2 * i + 1] = static_cast<uint8_t>(codes[i] >> 8);
    }
  }
}

void unpackCodes(unsigned bits, const uint8_t *bytes, int64_t count,
                 uint16_t *codes) {
  if (bits == 6)
    return unpackSixBits(bytes, count, codes);
  for (int64_t i = 0; i < count; ++i) {
    if (bits == 4)
      codes[i] = bytes[i / 2] >> (4 * (i % 2)) & 0xF;
    else if (bits <= 8)
      codes[i] = bytes[i];
    else
      codes[i] = static_cast<uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
  }
}

} // namespace mx::contract
