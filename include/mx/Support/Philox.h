//===- Philox.h - Random bits of the contract -------------------*- C++ -*-===//
//
// Philox4x32-10 (Salmon et al., SC 2011) and what the contract draws from it:
// rounding bits keyed by the logical element (22), Hadamard signs (23) and
// derived seeds (24). Nothing depends on threads, tiles or addresses.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_PHILOX_H
#define MX_SUPPORT_PHILOX_H

#include <array>
#include <cstdint>

namespace mx::contract {

using PhiloxWords = std::array<uint32_t, 4>;

/// Ten rounds of Philox4x32 with key = (seed low word, seed high word).
inline PhiloxWords philox(PhiloxWords counter, uint64_t seed) {
  uint32_t key0 = static_cast<uint32_t>(seed);
  uint32_t key1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53) * counter[0];
    uint64_t b = uint64_t(0xCD9E8D57) * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key0,
               static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key1,
               static_cast<uint32_t>(a)};
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return counter;
}

/// Elements that share one Philox call: 16, 8, 4 for 8, 16, 24 random bits.
inline constexpr int64_t drawsPerCall(unsigned randomBits) {
  return randomBits == 8 ? 16 : randomBits == 16 ? 8 : 4;
}

/// The rounding bits of element k out of its call's four words (contract 22).
inline uint32_t selectBits(const PhiloxWords &words, int64_t k,
                           unsigned randomBits) {
  if (randomBits == 8)
    return words[k >> 2 & 3] >> (8 * (k & 3)) & 0xFF;
  if (randomBits == 16)
    return words[k >> 1 & 3] >> (16 * (k & 1)) & 0xFFFF;
  return words[k & 3] >> 8;
}

/// The last word of a counter says what is drawn: rounding bits of elements
/// (0), signs (1), seeds (2), rounding bits of block scales (3, contract 29).
inline constexpr uint32_t kElementPurpose = 0, kScalePurpose = 3;

/// Rounding bits of the elements (row, k) of one operand. Remembers the last
/// call, so that walking along k costs one Philox per drawsPerCall elements.
class RoundingBits {
public:
  RoundingBits(uint64_t seed, uint32_t stream, unsigned randomBits,
               uint32_t purpose = kElementPurpose)
      : seed(seed), stream(stream), purpose(purpose), randomBits(randomBits),
        shift(randomBits == 8    ? 4
              : randomBits == 16 ? 3
                                 : 2) {}

  uint32_t operator()(uint64_t row, uint64_t k) {
    uint64_t call = k >> shift;
    if (call != lastCall || row != lastRow) {
      words = philox({static_cast<uint32_t>(call), static_cast<uint32_t>(row),
                      stream, purpose},
                     seed);
      lastCall = call;
      lastRow = row;
    }
    return selectBits(words, static_cast<int64_t>(k), randomBits);
  }

private:
  uint64_t seed;
  uint32_t stream;
  uint32_t purpose;
  unsigned randomBits;
  unsigned shift;
  uint64_t lastCall = ~uint64_t(0), lastRow = ~uint64_t(0);
  PhiloxWords words{};
};

/// Whether ⌊k/n⌋ and row of the last element fit the counter (contract 22).
inline bool rowsFitCounter(int64_t lastRow, int64_t lastK,
                           unsigned randomBits) {
  return lastRow >= 0 && lastK >= 0 && lastRow <= int64_t(0xFFFFFFFF) &&
         lastK / drawsPerCall(randomBits) <= int64_t(0xFFFFFFFF);
}

/// Whether element j of a Hadamard group changes its sign (contract 23).
inline bool seededSign(uint64_t seed, uint32_t signStream, int64_t j) {
  PhiloxWords words =
      philox({static_cast<uint32_t>(j / 128), 0, signStream, 1}, seed);
  return words[j / 32 % 4] >> (j % 32) & 1;
}

/// The seed of a call site or loop iteration (mx.derive_seed).
inline uint64_t deriveSeed(uint64_t seed, uint64_t id) {
  PhiloxWords words = philox(
      {static_cast<uint32_t>(id), static_cast<uint32_t>(id >> 32), 0, 2}, seed);
  return uint64_t(words[1]) << 32 | words[0];
}

} // namespace mx::contract

#endif // MX_SUPPORT_PHILOX_H
