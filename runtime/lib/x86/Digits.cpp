//===- Digits.cpp - Rows of floats as bytes of integers -------------------===//
//
// Rounding to a unit is at most 2^-22 of the block's power of two, which may be
// K·2^-25 of the number itself: half of what mx_runtime.h allows for K terms.
// Remainders are exact. Written for the compiler's own vectors.
//
//===----------------------------------------------------------------------===//

#include "Digits.h"

#include "../Scratch.h"
#include "../avx512/Target.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mx::runtime::x86 {

using namespace contract;

namespace {

constexpr int kBits = 21;       ///< of an integer below its leading one
constexpr int kSmallest = -100; ///< exponent, under the row's, of a block
constexpr int64_t kBlockCols = 32;
constexpr int64_t kMostRemainders = 64; ///< of a row

} // namespace

DigitRows::DigitRows(const Matrix &x, int64_t rows, int64_t k)
    : x(x), rowCount(rows), k(k), blocks(ceilDiv(k, kBlockCols)),
      remainders(static_cast<size_t>(rows)) {
  int64_t bytes = rows * blocks * int64_t(sizeof(DigitBlock));
  auto *memory =
      scratch<uint8_t>(ScratchSlot::Operand, bytes + 4 * blocks * kBlockCols);
  digits = reinterpret_cast<DigitBlock *>(memory);
  values = reinterpret_cast<float *>(memory + bytes);
}

bool DigitRows::prepare(int64_t item) {
  if (item == currentItem)
    return true;
  for (int64_t row = 0; row < rowCount; ++row)
    if (!prepareRow(item, row))
      return false;
  currentItem = item;
  return true;
}

MX_AVX2_BEGIN

namespace {

uint32_t largestMagnitude(const float *values, int64_t count) {
  uint32_t largest = 0;
  for (int64_t i = 0; i < count; ++i)
    largest = std::max(largest, bitsOf(values[i]) & 0x7FFFFFFF);
  return largest;
}

/// Bytes of the integers, and what their sums take off a product with codes
/// that have 12 added to them.
void cutDigits(int32_t *integers, DigitBlock &block) {
  for (int d = 0; d < kDigits; ++d) {
    int8_t natural[kBlockCols];
    int32_t sum = 0;
    for (int64_t i = 0; i < kBlockCols; ++i) {
      auto digit = static_cast<int8_t>(integers[i]);
      natural[i] = digit;
      sum += digit;
      integers[i] = (integers[i] - digit) >> 8;
    }
    for (int64_t i = 0; i < kBlockCols; ++i) // even ones of eight, odd ones
      block.digits[d][i] = natural[i / 8 * 8 + i % 4 * 2 + i / 4 % 2];
    block.starts[d] = -12 * sum;
  }
}

/// A row times a power of two that brings its largest number to [1, 4).
float moveNear(float *values, int64_t count, uint32_t largest) {
  int field = std::clamp(static_cast<int>(largest >> 23), 1, 253);
  float factor = powerOfTwo(127 - field);
  for (int64_t i = 0; i < count; ++i)
    values[i] *= factor;
  return largest > 0x7F800000 ? floatOf(kNaNBits)
                              : static_cast<float>(field - 127);
}

} // namespace

void DigitRows::cutBlock(const float *numbers, int32_t firstCol,
                         DigitBlock &block,
                         std::vector<Remainder> &rest) const {
  int exponent =
      static_cast<int>(largestMagnitude(numbers, kBlockCols) >> 23) - 127;
  if (exponent < kSmallest) {
    std::memset(&block, 0, sizeof block);
    return;
  }
  exponent = std::min(exponent, 2); // NaN: whatever its digits are
  float perUnit = powerOfTwo(kBits - exponent);
  float unit = powerOfTwo(exponent - kBits);
  // Below this a unit is too coarse.
  float least = std::ldexp(1.0f, exponent - kBits + 24) / static_cast<float>(k);
  constexpr float kToInteger = 0x1.8p23f; // adding it rounds to nearest even
  int32_t integers[kBlockCols];
  float missing[kBlockCols];
  int lost = 0;
  for (int64_t i = 0; i < kBlockCols; ++i) {
    float rounded = numbers[i] * perUnit + kToInteger;
    integers[i] = static_cast<int32_t>(bitsOf(rounded)) -
                  static_cast<int32_t>(bitsOf(kToInteger));
    missing[i] = numbers[i] - (rounded - kToInteger) * unit;
    lost |= missing[i] != 0 && std::fabs(numbers[i]) < least;
  }
  for (int64_t i = 0; lost && i < kBlockCols; ++i)
    if (missing[i] != 0 && std::fabs(numbers[i]) < least)
      rest.push_back({firstCol + static_cast<int32_t>(i), missing[i]});
  cutDigits(integers, block);
  block.unit = powerOfTwo(exponent - kBits - 1);
}

bool DigitRows::prepareRow(int64_t item, int64_t row) {
  int64_t cols = blocks * kBlockCols;
  std::fill(values + k, values + cols, 0.0f);
  x.loadRow(item * x.rows + row, values);
  std::vector<Remainder> &rest = remainders[static_cast<size_t>(row)];
  rest.clear();
  uint32_t largest = largestMagnitude(values, cols);
  if (largest == 0x7F800000)
    return false;
  rowExponents[row] = moveNear(values, cols, largest);
  for (int64_t b = 0; b < blocks; ++b)
    cutBlock(values + b * kBlockCols, static_cast<int32_t>(b * kBlockCols),
             digits[row * blocks + b], rest);
  return static_cast<int64_t>(rest.size()) <= kMostRemainders;
}

MX_TARGET_END

} // namespace mx::runtime::x86
