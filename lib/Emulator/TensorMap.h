//===- TensorMap.h - What a bulk tensor copy reads of a tensor --*- C++ -*-===//
//
// The emulator's own content of the 128 bytes that are opaque on a GPU.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_EMULATOR_TENSORMAP_H
#define MX_LIB_EMULATOR_TENSORMAP_H

#include <cstdint>

namespace mx::emulator {

/// Axes from the innermost on.
struct TensorMap {
  static constexpr uint64_t kMagic = 0x50414D524F534E54;
  static constexpr unsigned kRank = 3;

  uint64_t magic = kMagic;
  uint64_t address = 0;
  int64_t sizes[kRank] = {};
  int64_t strides[kRank] = {}; ///< bytes
  int32_t box[kRank] = {};
  int32_t elementBytes = 1;
  int32_t swizzleBytes = 0; ///< 128, 64, 32, or 0 for none

  uint32_t getBoxBytes() const {
    uint32_t bytes = static_cast<uint32_t>(elementBytes);
    for (int32_t extent : box)
      bytes *= static_cast<uint32_t>(extent);
    return bytes;
  }
};
static_assert(sizeof(TensorMap) <= 128);

/// Where a byte goes: the swizzles permute 16-byte pieces by address bits 7-9
/// (PTX ISA 5.5.7, swizzling modes).
inline uint32_t swizzle(uint32_t address, int swizzleBytes) {
  uint32_t mask = swizzleBytes == 128  ? 7
                  : swizzleBytes == 64 ? 3
                  : swizzleBytes == 32 ? 1
                                       : 0;
  return address ^ ((address >> 7 & mask) << 4);
}

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_TENSORMAP_H
