//===- philox.cpp - Random bits -------------------------------------------===//
//
// Random123's known answers, and which bits an element takes (contract 21-24).
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Philox.h"
#include "Harness.h"
#include "mx/Support/Hadamard.h"

#include <cstring>

using namespace mx::contract;

namespace {

void checkKnownAnswers() {
  struct Case {
    PhiloxWords counter;
    uint64_t key;
    PhiloxWords words;
  };
  const Case cases[] = {
      {{0, 0, 0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{~0u, ~0u, ~0u, ~0u},
       ~uint64_t(0),
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       0x299f31d0a4093822,
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
  for (const Case &c : cases)
    CHECK(philox(c.counter, c.key) == c.words);
}

/// The four words are one little-endian byte string.
void checkSelection() {
  const uint64_t seed = 0x0123456789ABCDEF;
  for (unsigned bits : {8u, 16u, 24u}) {
    RoundingBits forward(seed, 7, bits), backward(seed, 7, bits);
    int64_t n = drawsPerCall(bits);
    for (int64_t k = 0; k < 100; ++k) {
      PhiloxWords words = philox({uint32_t(k / n), 5, 7, 0}, seed);
      uint8_t bytes[16];
      std::memcpy(bytes, words.data(), 16);
      uint32_t expected = 0;
      if (bits == 8)
        expected = bytes[k % 16];
      else if (bits == 16)
        expected = bytes[k % 8 * 2] | bytes[k % 8 * 2 + 1] << 8;
      else
        expected = words[size_t(k % 4)] >> 8;
      CHECK(forward(5, uint64_t(k)) == expected);
      words = philox({uint32_t((99 - k) / n), 5, 7, 0}, seed);
      CHECK(backward(5, uint64_t(99 - k)) == selectBits(words, 99 - k, bits));
    }
    CHECK(rowsFitCounter(0xFFFFFFFF, n * 0xFFFFFFFFll + n - 1, bits));
    CHECK(!rowsFitCounter(0x100000000, 0, bits));
    CHECK(!rowsFitCounter(0, n * 0x100000000ll, bits));
  }
}

void checkSigns() {
  for (int64_t size : {2, 16, 64, 128, 1024}) {
    SignBits signs = seededSigns(42, 3, size);
    for (int64_t j = 0; j < size; ++j) {
      PhiloxWords words = philox({uint32_t(j / 128), 0, 3, 1}, 42);
      bool expected = words[size_t(j / 32 % 4)] >> (j % 32) & 1;
      CHECK((signs[size_t(j / 64)] >> (j % 64) & 1) == expected);
      CHECK(seededSign(42, 3, j) == expected);
    }
  }
}

void checkDerivedSeeds() {
  uint64_t id = 0x1122334455667788;
  PhiloxWords words = philox({0x55667788, 0x11223344, 0, 2}, 99);
  CHECK(deriveSeed(99, id) == (uint64_t(words[1]) << 32 | words[0]));
  CHECK(deriveSeed(99, 0) != deriveSeed(99, 1));
}

} // namespace

int main() {
  checkKnownAnswers();
  checkSelection();
  checkSigns();
  checkDerivedSeeds();
  return mx::test::finish("philox");
}
