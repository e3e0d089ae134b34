//===- Hadamard.h - The randomised Hadamard transform -----------*- C++ -*-===//
//
// x·diag(S)·H_g/√g of one group, in f32 butterflies (contract 14, 23).
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_HADAMARD_H
#define MX_SUPPORT_HADAMARD_H

#include <array>
#include <cstdint>

namespace mx::contract {

inline constexpr int64_t kMaxHadamard = 1024;

/// Where the signs come from. Values as in mx_abi.h.
enum class SignKind : uint8_t { None = 0, Fixed = 1, Seed = 2 };

/// The signs of one group as bits, 1 for -1: element j is bit j mod 64 of word
/// j / 64.
using SignBits = std::array<uint64_t, kMaxHadamard / 64>;

/// The signs of groups of `size` drawn from a seed (contract 23).
SignBits seededSigns(uint64_t seed, uint32_t signStream, int64_t size);

/// Whether `size` is a power of two in [2, 1024].
bool isHadamardSize(int64_t size);

/// Transforms `group[0 … size)` in place: signs flip the sign bit, butterflies
/// with strides 1, 2, … size/2 give (a+b, a-b), one multiplication by the f32
/// nearest to 1/√size, and every NaN becomes 0x7FC00000.
void hadamard(float *group, int64_t size, const SignBits &signs);

} // namespace mx::contract

#endif // MX_SUPPORT_HADAMARD_H
