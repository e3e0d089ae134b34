//===- Hadamard.cpp - The randomised Hadamard transform -------------------===//
//
// One group at a time; callers walk rows and groups.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Hadamard.h"

#include "mx/Support/Philox.h"
#include "mx/Support/Round.h"

#include <cmath>

namespace mx::contract {

SignBits seededSigns(uint64_t seed, uint32_t signStream, int64_t size) {
  SignBits signs{};
  for (int64_t j = 0; j < size; j += 128) {
    PhiloxWords words =
        philox({static_cast<uint32_t>(j / 128), 0, signStream, 1}, seed);
    signs[j / 64] = uint64_t(words[1]) << 32 | words[0];
    signs[j / 64 + 1] = uint64_t(words[3]) << 32 | words[2];
  }
  return signs;
}

bool isHadamardSize(int64_t size) {
  return size >= 2 && size <= kMaxHadamard && (size & (size - 1)) == 0;
}

void hadamard(float *group, int64_t size, const SignBits &signs) {
  for (int64_t j = 0; j < size; ++j) {
    uint32_t flip = static_cast<uint32_t>(signs[j / 64] >> (j % 64) & 1);
    group[j] = floatOf(bitsOf(group[j]) ^ flip << 31);
  }
  for (int64_t stride = 1; stride < size; stride *= 2)
    for (int64_t base = 0; base < size; base += 2 * stride)
      for (int64_t j = base; j < base + stride; ++j) {
        float a = group[j], b = group[j + stride];
        group[j] = a + b;
        group[j + stride] = a - b;
      }
  // The double quotient rounds to the f32 nearest to 1/√size for every power
  // of two: either it is exact or it is a scaled 1/√2, whose f32 is 3F3504F3.
  float factor = static_cast<float>(1.0 / std::sqrt(static_cast<double>(size)));
  for (int64_t j = 0; j < size; ++j)
    group[j] = canonicalNaN(group[j] * factor);
}

} // namespace mx::contract
