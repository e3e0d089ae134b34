//===- Arithmetic.cpp - Instructions on registers alone -------------------===//

#include "Instructions.h"

#include "mx/Support/Round.h"
#include <algorithm>
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

/// PTX ISA 9.7.1.13, max.u16x2.
static uint64_t maxHalves(uint64_t a, uint64_t b, uint64_t) {
  auto half = [&](int shift) {
    return std::max<uint64_t>(a >> shift & 0xFFFF, b >> shift & 0xFFFF)
           << shift;
  };
  return half(0) | half(16);
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

/// PTX ISA 9.7.3.9, abs.f32.
static uint64_t clearSign(uint64_t a, uint64_t, uint64_t) {
  return a & 0x7FFFFFFF;
}

/// PTX ISA 9.7.3.12, max.NaN.f32: +0 is above -0.
static uint64_t findLargerOrNaN(uint64_t a, uint64_t b, uint64_t) {
  float x = toFloat(a), y = toFloat(b);
  if (std::isnan(x) || std::isnan(y))
    return 0x7FFFFFFF;
  if (x == y)
    return std::signbit(x) ? b : a;
  return x > y ? a : b;
}

/// PTX ISA 9.7.4.10 and 11, min.f16x2 and max.f16x2: the number where one is
/// NaN; -0 is below +0.
template <bool isMax> static uint32_t chooseHalf(uint16_t a, uint16_t b) {
  double x = contract::decode(contract::kF16, a);
  double y = contract::decode(contract::kF16, b);
  if (std::isnan(x) || std::isnan(y))
    return std::isnan(x) ? std::isnan(y) ? 0x7FFF : b : a;
  bool isBelow = x == y ? std::signbit(x) : x < y;
  return isBelow != isMax ? a : b;
}

template <bool isMax>
static uint64_t chooseHalves(uint64_t a, uint64_t b, uint64_t) {
  return chooseHalf<isMax>(uint16_t(a), uint16_t(b)) |
         chooseHalf<isMax>(uint16_t(a >> 16), uint16_t(b >> 16)) << 16;
}

llvm::ArrayRef<Instruction> mx::emulator::getArithmetic() {
  static const Instruction table[] = {
      {"prmt.b32", "", true, false, nullptr, permute},
      {"dp4a.s32.s32", "", true, false, nullptr, dotBytes<int8_t>},
      {"dp4a.u32.u32", "", true, false, nullptr, dotBytes<uint8_t>},
      {"dp2a.lo.u32.u32", "", true, false, nullptr, dotHalves},
      {"max.u16x2", "", true, false, nullptr, maxHalves},
      {"mul.rz.f32", "", true, false, nullptr, multiplyTowardZero},
      {"abs.f32", "", true, false, nullptr, clearSign},
      {"max.NaN.f32", "", true, false, nullptr, findLargerOrNaN},
      {"min.f16x2", "", true, false, nullptr, chooseHalves<false>},
      {"max.f16x2", "", true, false, nullptr, chooseHalves<true>},
      {"fma.rn.bf16x2", "", true, false, nullptr, fusePairs},
  };
  return table;
}
