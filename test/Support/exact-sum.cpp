//===- exact-sum.cpp - Sums that never round ------------------------------===//
//
// The wide accumulator against a sum of single bits, and matmulExact's order
// independence, special values and last steps (contract 25).
//
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include "mx/Support/Matmul.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace mx::contract;
using mx::test::Random;

namespace {

/// A schoolbook accumulator: one signed digit per binary place.
class BitSum {
public:
  static constexpr int kPlaces = 1400, kZero = 700;

  void add(Int128 value, int exponent) {
    int64_t sign = value < 0 ? -1 : 1;
    auto magnitude = static_cast<unsigned __int128>(value < 0 ? -value : value);
    for (int place = exponent + kZero; magnitude != 0; ++place, magnitude >>= 1)
      digits[place] += sign * static_cast<int64_t>(magnitude & 1);
  }

  /// Nearest-even by the rules, digit by digit.
  float toFloat() {
    int64_t carry = 0;
    for (int64_t &digit : digits) {
      digit += carry;
      carry = (digit - (digit & 1)) / 2;
      digit &= 1;
    }
    bool negative = carry < 0;
    if (negative) { // two's complement
      int64_t one = 1;
      for (int64_t &digit : digits) {
        digit = (1 - digit) + one;
        one = digit >> 1;
        digit &= 1;
      }
    }
    int top = kPlaces - 1;
    while (top >= 0 && !digits[top])
      --top;
    if (top < 0)
      return 0.0f;
    int low = std::max(top - 23, kZero - 149);
    double value = 0;
    for (int place = top; place >= low; --place)
      value = value * 2 + static_cast<double>(digits[place]);
    bool half = digits[low - 1], rest = false;
    for (int place = 0; place < low - 1; ++place)
      rest |= digits[place] != 0;
    if (half && (rest || std::fmod(value, 2) == 1))
      value += 1;
    double result = std::ldexp(value, low - kZero);
    if (result >= 0x1p128)
      result = INFINITY;
    return static_cast<float>(negative ? -result : result);
  }

private:
  int64_t digits[kPlaces] = {};
};

void checkSums() {
  Random random(21);
  ExponentRange f32 = exponentRange(kF32);
  for (int round = 0; round < 3000; ++round) {
    ExactSum sum(f32, f32);
    BitSum reference;
    // Up to 2^(182 + 107): what 2^62 products of two f32 stay below.
    int spread = 1 + int(random.below(round % 3 == 0 ? 470 : 60));
    int base = int(random.below(480 - spread)) - 298;
    for (int64_t i = random.below(40); i >= 0; --i) {
      Int128 value =
          static_cast<Int128>(int64_t(random.next())) >> random.below(40);
      if (random.below(4) == 0)
        value *= int64_t(random.next() >> 20);
      int exponent = base + int(random.below(spread));
      sum.add(value, exponent);
      reference.add(value, exponent);
      if (random.below(3) == 0) { // cancellation
        sum.add(-value, exponent);
        reference.add(-value, exponent);
      }
    }
    CHECK(bitsOf(sum.toFloat()) == bitsOf(reference.toFloat()));
  }
}

void checkWidths() {
  ExponentRange f32 = exponentRange(kF32);
  CHECK_EQ(ExactSum(f32, f32).limbCount() <= 10, true);
  ScaledFormat widest{{8, 7, FloatKind::Finite}, kF32};
  ExponentRange wide = exponentRange(widest);
  CHECK(ExactSum(wide, wide).limbCount() < ExactSum::kMaxLimbs);
  ExactSum sum(wide, wide);
  sum.add(1, 2 * wide.low);
  sum.add(1, 2 * wide.high - 2);
  sum.add(-1, 2 * wide.high - 2);
  CHECK_EQ(bitsOf(sum.toFloat()), 0u); // far below f32, but not lost before
  sum.add(1, -149);
  CHECK_EQ(bitsOf(sum.toFloat()), 1u);
}

ExactOperand operand(const std::vector<float> &x, int64_t rows) {
  int64_t cols = int64_t(x.size()) / rows;
  return exactOperand(MatrixView{x.data(), 1, rows, cols, 0, cols, 1});
}

float dot(const std::vector<float> &a, const std::vector<float> &b,
          const float *acc = nullptr, float alpha = 1) {
  return matmulExact(operand(a, 1), operand(b, 1), acc, alpha)[0];
}

void checkProducts() {
  CHECK_EQ(dot({1e38f, 1e38f, -1e38f}, {10, 1e-38f, 10}), 1e38f * 1e-38f);
  CHECK_EQ(dot({FLT_MAX, FLT_MAX}, {FLT_MAX, -FLT_MAX}), 0.0f);
  CHECK_EQ(bitsOf(dot({-0.0f}, {1})), 0u); // an exact zero is +0
  CHECK_EQ(dot({FLT_MAX}, {2}), INFINITY);
  CHECK_EQ(dot({INFINITY, 1}, {1, 1}), INFINITY);
  CHECK_EQ(bitsOf(dot({INFINITY, INFINITY}, {1, -1})), kNaNBits);
  CHECK_EQ(bitsOf(dot({INFINITY}, {0})), kNaNBits);
  CHECK_EQ(bitsOf(dot({NAN}, {0})), kNaNBits);
  float acc = 0x1p-24f;
  CHECK_EQ(dot({1}, {1}, &acc), 1.0f + 0x1p-24f);
  CHECK_EQ(dot({3}, {1}, nullptr, 16.0f / 9.0f), 3.0f * (16.0f / 9.0f));
  // f16 × f16 has a narrow accumulator; its numbers arrive widened to f32.
  for (float x : {1.0f, 0x1p-24f, 0x1.ff8p-15f, 65504.0f}) {
    MatrixView one{&x, 1, 1, 1, 0, 1, 1};
    ExactOperand half = exactOperand(one, kF16);
    CHECK_EQ(matmulExact(half, half)[0], x * x);
  }
}

Quantized quantized(const std::vector<float> &x, int64_t rows,
                    const ScaledFormat &format, ScaleRule rule) {
  int64_t cols = int64_t(x.size()) / rows;
  QuantizeSpec spec;
  spec.format = format;
  spec.rule = rule;
  Quantized result;
  CHECK(quantize(spec, {x.data(), 1, rows, cols, 0, cols, 1}, nullptr,
                 result) == nullptr);
  return result;
}

/// Permuting k within blocks and blocks among themselves changes nothing.
void checkScaled() {
  Random random(22);
  std::vector<float> a, b;
  for (int i = 0; i < 3 * 96; ++i) {
    a.push_back(
        std::ldexp(float(random.below(2001) - 1000), int(i / 32 % 3) * 9 - 12));
    b.push_back(float(random.below(2001) - 1000));
  }
  ScaledFormat mxfp8{kE4M3, kE8M0}, nvfp4{kE2M1, kE4M3, 1, 16, true};
  auto qa = quantized(a, 3, mxfp8, ScaleRule::RCeil);
  auto qb = quantized(b, 3, nvfp4, ScaleRule::Amax);
  std::vector<float> c = matmulExact(exactOperand(qa), exactOperand(qb));
  for (int64_t m = 0; m < 3; ++m)
    for (int64_t n = 0; n < 3; ++n) {
      long double sum = 0;
      for (int64_t k = 95; k >= 0; --k)
        sum += (long double)(decode(kE4M3, qa.codes[size_t(m * 96 + k)]) *
                             decode(kE8M0, qa.scaleOf(0, m, k))) *
               (decode(kE2M1, qb.codes[size_t(n * 96 + k)]) *
                decode(kE4M3, qb.scaleOf(0, n, k)));
      CHECK(c[size_t(m * 3 + n)] == float(sum) * qb.tensorScale);
    }
  qa.scales[1] = 0xFF;
  c = matmulExact(exactOperand(qa), exactOperand(qb));
  CHECK(std::isnan(c[0]) && std::isnan(c[2]) && !std::isnan(c[3]));
}

} // namespace

int main() {
  checkSums();
  checkWidths();
  checkProducts();
  checkScaled();
  return mx::test::finish("exact-sum");
}
