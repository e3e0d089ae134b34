//===- Descriptor.cpp - Matrices in shared memory as wgmma reads ----------===//

#include "Descriptor.h"

#include "llvm/ADT/StringExtras.h"

using namespace mx::emulator;

static uint32_t take(uint64_t bits, int first, int width) {
  return static_cast<uint32_t>(bits >> first & ((1ull << width) - 1));
}

/// What both kinds of descriptors have in common.
static Descriptor readPlaces(uint64_t bits) {
  Descriptor descriptor;
  descriptor.start = take(bits, 0, 14) << 4;
  descriptor.leading = take(bits, 16, 14) << 4;
  descriptor.stride = take(bits, 32, 14) << 4;
  return descriptor;
}

std::string Descriptor::decodeTensor(uint64_t bits, Descriptor &descriptor) {
  descriptor = readPlaces(bits);
  // By the field; -1 where there is none, or none that is known here.
  constexpr int kSwizzles[] = {0, -1, 128, -1, 64, -1, 32, -1};
  descriptor.swizzleBytes = kSwizzles[take(bits, 61, 3)];
  std::string text = "shared memory descriptor 0x" + llvm::utohexstr(bits);
  if (take(bits, 46, 3) != 1)
    return text + " has " + std::to_string(take(bits, 46, 3)) +
           " in bits 46-48; expected 1";
  if (take(bits, 14, 2) | take(bits, 30, 2) | take(bits, 53, 8))
    return text + " has bits set that must be 0 (14-15, 30-31, 53-60)";
  if (descriptor.swizzleBytes < 0)
    return text + " has swizzling mode " + std::to_string(take(bits, 61, 3)) +
           "; expected 0, 2, 4 or 6";
  if (take(bits, 49, 4))
    return text + " has a base offset or an absolute leading dimension (bits "
                  "49-52), which are not known";
  return "";
}

std::string Descriptor::decode(uint64_t bits, Descriptor &descriptor) {
  auto field = [&](int first, int width) { return take(bits, first, width); };
  descriptor = readPlaces(bits);
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
