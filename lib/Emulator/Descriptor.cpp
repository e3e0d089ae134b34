//===- Descriptor.cpp - Matrices in shared memory as wgmma reads ----------===//

#include "Descriptor.h"

#include "llvm/ADT/StringExtras.h"

using namespace mx::emulator;

std::string Descriptor::decode(uint64_t bits, Descriptor &descriptor) {
  auto field = [&](int first, int width) {
    return static_cast<uint32_t>(bits >> first & ((1ull << width) - 1));
  };
  descriptor.start = field(0, 14) << 4;
  descriptor.leading = field(16, 14) << 4;
  descriptor.stride = field(32, 14) << 4;
  constexpr int kSwizzles[] = {0, 128, 64, 32};
  descriptor.swizzleBytes = kSwizzles[field(62, 2)];
  std::string text = "matrix descriptor 0x" + llvm::utohexstr(bits);
  if (field(14, 2) | field(30, 2) | field(46, 3) | field(52, 10))
    return text + " has bits set that must be 0 (14-15, 30-31, 46-48, 52-61)";
  if (field(49, 3))
    return text + " has base offset " + std::to_string(field(49, 3)) +
           "; expected 0, for a pattern that begins at a multiple of its size";
  return "";
}

uint32_t Descriptor::locate(uint32_t row, uint32_t byte) const {
  uint32_t group = row / 8 * stride;
  if (swizzleBytes == 0)
    return start + group + row % 8 * 16 + byte / 16 * leading + byte % 16;
  return start + group + row % 8 * static_cast<uint32_t>(swizzleBytes) + byte;
}

uint32_t Descriptor::locateTransposed(uint32_t row, uint32_t k) const {
  if (swizzleBytes == 0)
    return start + row / 8 * stride + k / 8 * leading + k % 8 * 16 +
           row % 8 * 2;
  auto width = static_cast<uint32_t>(swizzleBytes);
  return start + row / (width / 2) * leading + k / 8 * stride + k % 8 * width +
         row % (width / 2) * 2;
}
