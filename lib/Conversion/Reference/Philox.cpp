//===- Philox.cpp - Philox4x32-10 as integer operations -------------------===//

#include "Philox.h"

using namespace mlir;

namespace mx::reference {

static Int i32(Emitter e, uint32_t value) {
  return Int::constant(e, e.b.getI32Type(), int32_t(value));
}

std::array<Int, 4> philox(std::array<Int, 4> c, Int seed) {
  Emitter e = seed.getEmitter();
  Int m0 = Int::constant(e, e.b.getI64Type(), 0xD2511F53);
  Int m1 = Int::constant(e, e.b.getI64Type(), 0xCD9E8D57);
  Int k0 = seed.zext(32), k1 = (seed >> 32).zext(32);
  for (int round = 0; round < 10; ++round) {
    Int p0 = c[0].zext(64) * m0, p1 = c[2].zext(64) * m1;
    c = {(p1 >> 32).zext(32) ^ c[1] ^ k0, p1.zext(32),
         (p0 >> 32).zext(32) ^ c[3] ^ k1, p0.zext(32)};
    k0 = k0 + i32(e, 0x9E3779B9);
    k1 = k1 + i32(e, 0xBB67AE85);
  }
  return c;
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
