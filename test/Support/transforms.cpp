//===- transforms.cpp - Hadamard and packing ------------------------------===//
//
// The Hadamard transform against its matrix, its order of additions and its
// special values (contract 14); packed bytes against the definition (12).
//
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include "mx/Support/Hadamard.h"
#include "mx/Support/Pack.h"
#include "mx/Support/Round.h"

#include <cmath>
#include <vector>

using namespace mx::contract;
using mx::test::Random;

namespace {

/// Sylvester's matrix: entry (i, j) is -1 to the number of common one bits.
int entry(int64_t i, int64_t j) {
  return __builtin_popcountll(static_cast<uint64_t>(i & j)) % 2 ? -1 : 1;
}

/// Small integers: every sum is exact, so the order does not matter.
void checkMatrix(int64_t size) {
  Random random(static_cast<uint64_t>(size));
  std::vector<float> group(static_cast<size_t>(size));
  std::vector<double> signedInput;
  SignBits signs{};
  for (auto &word : signs)
    word = random.next();
  for (int64_t j = 0; j < size; ++j) {
    auto &value = group[static_cast<size_t>(j)];
    value = static_cast<float>(random.below(2001) - 1000);
    bool minus = signs[static_cast<size_t>(j / 64)] >> (j % 64) & 1;
    signedInput.push_back(minus ? -value : value);
  }
  hadamard(group.data(), size, signs);
  float factor = static_cast<float>(1.0L / std::sqrt((long double)size));
  for (int64_t i = 0; i < size; ++i) {
    double sum = 0;
    for (int64_t j = 0; j < size; ++j)
      sum += entry(i, j) * signedInput[static_cast<size_t>(j)];
    float expected = static_cast<float>(sum) * factor;
    CHECK(bitsOf(group[size_t(i)]) == bitsOf(expected));
  }
}

void checkOrder() {
  // Strides 1 then 2: ((a+b) + (c+d)), with values where the order shows.
  float x[4] = {1, 0x1p-24f, 0x1p-24f, 0x1p-24f};
  float expected = ((x[0] + x[1]) + (x[2] + x[3])) * 0.5f;
  hadamard(x, 4, SignBits{});
  CHECK(bitsOf(x[0]) == bitsOf(expected));
}

void checkSpecials() {
  SignBits none{}, first{};
  first[0] = 1;
  float zeros[2] = {0.0f, -0.0f};
  hadamard(zeros, 2, first); // +0 becomes -0: (-0 + -0, -0 - -0)
  CHECK_EQ(bitsOf(zeros[0]), 0x80000000u);
  CHECK_EQ(bitsOf(zeros[1]), 0u);
  float infs[2] = {INFINITY, -INFINITY};
  hadamard(infs, 2, none);
  CHECK_EQ(bitsOf(infs[0]), kNaNBits);
  CHECK_EQ(bitsOf(infs[1]), 0x7F800000u);
  float nans[2] = {floatOf(0xFFC12345), 1};
  hadamard(nans, 2, none);
  CHECK_EQ(bitsOf(nans[0]), kNaNBits);
  CHECK_EQ(bitsOf(nans[1]), kNaNBits);
  float big[4] = {3e38f, 3e38f, 0, 0}; // overflow inside is not rescued
  hadamard(big, 4, none);
  CHECK_EQ(bitsOf(big[0]), 0x7F800000u);
  CHECK(isHadamardSize(2) && isHadamardSize(1024));
  CHECK(!isHadamardSize(1) && !isHadamardSize(48) && !isHadamardSize(2048));
}

/// Bit b of code j is bit (j·bits + b) of the byte string, low bit first.
void checkDense(unsigned bits, int64_t count, Random &random) {
  std::vector<uint16_t> codes, back(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    codes.push_back(static_cast<uint16_t>(random.below(1 << bits)));
  std::vector<uint8_t> bytes(static_cast<size_t>(packedSize(bits, count)) + 1,
                             0xAA);
  packCodes(bits, codes.data(), count, bytes.data());
  for (int64_t bit = 0; bit < packedSize(bits, count) * 8; ++bit) {
    int64_t j = bit / bits;
    int expected =
        j < count ? codes[static_cast<size_t>(j)] >> (bit % bits) & 1 : 0;
    CHECK((bytes[static_cast<size_t>(bit / 8)] >> (bit % 8) & 1) == expected);
  }
  CHECK(bytes.back() == 0xAA);
  unpackCodes(bits, bytes.data(), count, back.data());
  CHECK(codes == back);
}

void checkPacking() {
  Random random(3);
  for (unsigned bits : {4u, 6u, 8u, 16u})
    for (int64_t count = 0; count <= 65; ++count)
      checkDense(bits, count, random);
  for (unsigned bits : {3u, 5u, 7u, 9u, 12u}) { // a byte or two each
    uint16_t codes[3] = {1, 2, uint16_t((1u << bits) - 1)}, back[3];
    uint8_t bytes[6];
    CHECK_EQ(packedSize(bits, 3), int64_t(bits <= 8 ? 3 : 6));
    packCodes(bits, codes, 3, bytes);
    unpackCodes(bits, bytes, 3, back);
    CHECK(codes[2] == back[2] && codes[1] == back[1]);
    CHECK_EQ(int(bytes[bits <= 8 ? 1 : 2]), 2);
  }
  uint16_t nibbles[3] = {1, 2, 3};
  uint8_t bytes[2];
  packCodes(4, nibbles, 3, bytes);
  CHECK_EQ(int(bytes[0]), 0x21);
  CHECK_EQ(int(bytes[1]), 0x03);
}

} // namespace

int main() {
  for (int64_t size = 2; size <= kMaxHadamard; size *= 2)
    checkMatrix(size);
  checkOrder();
  checkSpecials();
  checkPacking();
  return mx::test::finish("transforms");
}
