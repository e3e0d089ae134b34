//===- Philox.cpp - Philox4x32-10 as integer operations -------------------===//

#include "Philox.h"

using namespace mlir;

namespace mx::reference {

static Int i32(Emitter e, uint32_t value) {
  return Int::constant(e, e.b.getI32Type(), int32_t(value));
}

namespace {

/// What the rounds do.
struct Rounds {
  explicit Rounds(Int seed)
      : e(seed.getEmitter()), k0(seed.zext(32)), k1((seed >> 32).zext(32)) {}

  /// High and low word of `word` times the constant of the first or of the
  /// second product of a round.
  std::array<Int, 2> multiply(Int word, bool isSecond) const {
    uint32_t factor = isSecond ? 0xCD9E8D57 : 0xD2511F53;
    Int product =
        word.zext(64) * Int::constant(e, e.b.getI64Type(), int64_t(factor));
    return {(product >> 32).zext(32), product.zext(32)};
  }
  Int key0(int round) const {
    return k0 + i32(e, uint32_t(round) * 0x9E3779B9);
  }
  Int key1(int round) const {
    return k1 + i32(e, uint32_t(round) * 0xBB67AE85);
  }
  /// From `round` to the tenth.
  std::array<Int, 4> run(std::array<Int, 4> c, int round) const {
    for (; round < 10; ++round) {
      auto [high0, low0] = multiply(c[0], /*isSecond=*/false);
      auto [high1, low1] = multiply(c[2], /*isSecond=*/true);
      c = {high1 ^ c[1] ^ key0(round), low1, high0 ^ c[3] ^ key1(round), low0};
    }
    return c;
  }

  Emitter e;
  Int k0, k1;
};

} // namespace

std::array<Int, 4> philox(std::array<Int, 4> counter, Int seed) {
  return Rounds(seed).run(counter, 0);
}

// Behind two rounds the first two words are the column's and the last the
// row's. The third is made of both, and so is all behind the third round.

PhiloxColumn startPhiloxColumn(Int column, Int stream, Int purpose, Int seed) {
  Rounds rounds(seed);
  auto [high, low] = rounds.multiply(column, /*isSecond=*/false);
  Int third = high ^ purpose ^ rounds.key1(0);
  auto [high1, low1] = rounds.multiply(third, /*isSecond=*/true);
  Int ofStream = rounds.multiply(stream, /*isSecond=*/true)[1];
  Int first = high1 ^ ofStream ^ rounds.key0(1);
  auto [high2, low2] = rounds.multiply(first, /*isSecond=*/false);
  return {low ^ rounds.key1(1), low1 ^ rounds.key0(2), high2 ^ rounds.key1(2),
          low2};
}

PhiloxRow startPhiloxRow(Int row, Int stream, Int seed) {
  Rounds rounds(seed);
  Int ofStream = rounds.multiply(stream, /*isSecond=*/true)[0];
  return rounds.multiply(ofStream ^ row ^ rounds.key0(0), /*isSecond=*/false);
}

std::array<Int, 4> finishPhilox(PhiloxColumn column, PhiloxRow row, Int seed) {
  Rounds rounds(seed);
  auto [high, low] = rounds.multiply(column[0] ^ row[0], /*isSecond=*/true);
  return rounds.run({high ^ column[1], low, column[2] ^ row[1], column[3]}, 3);
}

/// words[index mod 4]; the index is an i64.
static Int pickWord(const std::array<Int, 4> &words, Int index) {
  Int word = words[3];
  for (int i = 2; i >= 0; --i)
    word = ((index & 3) == i).select(words[i], word);
  return word;
}

Int getRoundingBits(Int row, Int k, Int seed, int64_t stream,
                    unsigned randomBits, uint32_t purpose) {
  Emitter e = seed.getEmitter();
  int64_t draws = randomBits == 8 ? 16 : randomBits == 16 ? 8 : 4;
  std::array<Int, 4> words =
      philox({k.udiv(draws).zext(32), row.zext(32),
              i32(e, static_cast<uint32_t>(stream)), i32(e, purpose)},
             seed);
  Int index = k.urem(draws);
  if (randomBits == 24)
    return (pickWord(words, index) >> 8).zext(64);
  int64_t perWord = 32 / randomBits;
  Int word = pickWord(words, index.udiv(perWord)).zext(64);
  Int shift = index.urem(perWord) * randomBits;
  return (word >> shift) & ((int64_t(1) << randomBits) - 1);
}

Int getSeededSign(Int j, Int seed, int64_t signStream) {
  Emitter e = seed.getEmitter();
  std::array<Int, 4> words =
      philox({j.udiv(128).zext(32), i32(e, 0),
              i32(e, static_cast<uint32_t>(signStream)), i32(e, 1)},
             seed);
  Int word = pickWord(words, j.udiv(32)).zext(64);
  return ((word >> j.urem(32)) & 1) == 1;
}

Int deriveSeed(Int seed, Int id) {
  Emitter e = seed.getEmitter();
  std::array<Int, 4> words =
      philox({id.zext(32), (id >> 32).zext(32), i32(e, 0), i32(e, 2)}, seed);
  return words[0].zext(64) | (words[1].zext(64) << 32);
}

} // namespace mx::reference
