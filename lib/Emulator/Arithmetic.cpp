//===- Arithmetic.cpp - Instructions on registers alone -------------------===//

#include "Instructions.h"

#include "mx/Support/Round.h"
#include <cfloat>
#include <cmath>

using namespace mx::emulator;
namespace contract = mx::contract;

static float toFloat(uint64_t slot) {
  return contract::floatOf(static_cast<uint32_t>(slot));
}

/// PTX ISA 9.7.8.7, prmt.b32: byte i is the byte of {a, b} that nibble i names;
/// its bit 3 replicates the sign.
static uint64_t permute(uint64_t a, uint64_t b, uint64_t selector) {
  uint64_t bytes = (a & 0xFFFFFFFF) | b << 32;
  uint32_t result = 0;
  for (int i = 0; i < 4; ++i) {
    uint32_t nibble = selector >> (4 * i) & 15;
    uint32_t byte = bytes >> (8 * (nibble & 7)) & 0xFF;
    if (nibble & 8)
      byte = byte & 0x80 ? 0xFF : 0;
    result |= byte << (8 * i);
  }
  return result;
}

/// PTX ISA 9.7.1.23, dp4a: c + the products of bytes.
template <typename Byte>
static uint64_t dotBytes(uint64_t a, uint64_t b, uint64_t c) {
  auto sum = static_cast<uint32_t>(c);
  for (int i = 0; i < 4; ++i)
    sum += static_cast<uint32_t>(static_cast<Byte>(a >> (8 * i)) *
                                 static_cast<Byte>(b >> (8 * i)));
  return sum;
}

/// PTX ISA 9.7.1.24, dp2a.lo: c + halves of a by the low bytes of b.
static uint64_t dotHalves(uint64_t a, uint64_t b, uint64_t c) {
  auto sum = static_cast<uint32_t>(c);
  for (int i = 0; i < 2; ++i)
    sum += static_cast<uint32_t>(static_cast<uint16_t>(a >> (16 * i)) *
                                 static_cast<uint8_t>(b >> (8 * i)));
  return sum;
}

/// PTX ISA 9.7.3.5, mul.rz.f32. The double has all bits of the product, but for
/// products far below the least f32, which become 0 in any case.
static uint64_t multiplyTowardZero(uint64_t a, uint64_t b, uint64_t) {
  float x = toFloat(a), y = toFloat(b);
  double exact = double(x) * double(y);
  if (std::isnan(exact))
    return 0x7FFFFFFF;
  auto rounded = static_cast<float>(exact);
  if (std::isinf(rounded) && !std::isinf(x) && !std::isinf(y))
    return contract::bitsOf(std::copysign(FLT_MAX, rounded));
  if (std::fabs(double(rounded)) > std::fabs(exact))
    rounded = std::nextafter(rounded, 0.0f);
  return contract::bitsOf(rounded);
}

/// x·y + z rounded once: the double is rounded to odd, so that rounding it
/// again is right.
static uint32_t fuseBF16(uint16_t x, uint16_t y, uint16_t z) {
  double product = double(fromBF16(x)) * double(fromBF16(y));
  double addend = fromBF16(z), sum = product + addend;
  if (std::isnan(sum))
    return 0x7FFF;
  double part = sum - product;
  double error = (product - (sum - part)) + (addend - part);
  if (std::isfinite(sum) && error != 0) {
    auto bits = __builtin_bit_cast(uint64_t, sum);
    bool isBeyond = (error > 0) != (sum > 0);
    if (!(bits & 1))
      bits += isBeyond ? -1 : 1;
    sum = __builtin_bit_cast(double, bits);
  }
  return contract::roundDouble(contract::kBF16, sum);
}

/// PTX ISA 9.7.4.4, fma.rn.bf16x2.
static uint64_t fusePairs(uint64_t a, uint64_t b, uint64_t c) {
  uint32_t low = fuseBF16(static_cast<uint16_t>(a), static_cast<uint16_t>(b),
                          static_cast<uint16_t>(c));
  uint32_t high =
      fuseBF16(static_cast<uint16_t>(a >> 16), static_cast<uint16_t>(b >> 16),
               static_cast<uint16_t>(c >> 16));
  return low | high << 16;
}

llvm::ArrayRef<Instruction> mx::emulator::getArithmetic() {
  static const Instruction table[] = {
      {"prmt.b32", "", true, false, nullptr, permute},
      {"dp4a.s32.s32", "", true, false, nullptr, dotBytes<int8_t>},
      {"dp4a.u32.u32", "", true, false, nullptr, dotBytes<uint8_t>},
      {"dp2a.lo.u32.u32", "", true, false, nullptr, dotHalves},
      {"mul.rz.f32", "", true, false, nullptr, multiplyTowardZero},
      {"fma.rn.bf16x2", "", true, false, nullptr, fusePairs},
  };
  return table;
}
