//===- RoundOnce.h - Integers times powers of two to f32 --------*- C++ -*-===//
//
// One rounding to nearest-even, also where the result is denormal.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_ROUNDONCE_H
#define MX_RUNTIME_LIB_X86_ROUNDONCE_H

#include "mx/Support/ExactSum.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mx::runtime::x86 {

/// sum · 2^exponent.
inline float roundOnce(int64_t sum, int exponent) {
  // Beyond these powers every sum is zero or infinite.
  auto field = static_cast<uint64_t>(1023 + std::clamp(exponent, -900, 900));
  double power;
  uint64_t bits = field << 52;
  std::memcpy(&power, &bits, sizeof power);
  double value = double(static_cast<float>(sum)) * power;
  if (std::fabs(value) >= 0x1p-126 || sum == 0)
    return static_cast<float>(value);
  // Few bits are left of a denormal: round the integer itself.
  return static_cast<float>(
      std::ldexp(static_cast<long double>(sum), exponent));
}

inline float roundOnce(contract::Int128 sum, int exponent) {
  bool isNegative = sum < 0;
  auto magnitude = static_cast<unsigned __int128>(isNegative ? -sum : sum);
  int shift = 0;
  if (auto high = static_cast<uint64_t>(magnitude >> 62))
    shift = 64 - __builtin_clzll(high);
  auto kept = static_cast<int64_t>(magnitude >> shift);
  if (magnitude != static_cast<unsigned __int128>(kept) << shift)
    kept |= 1; // what is cut off lies below the middle's last bit
  return roundOnce(isNegative ? -kept : kept, exponent + shift);
}

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_ROUNDONCE_H
