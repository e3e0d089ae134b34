//===- matmul.cpp - Product kernels ---------------------------------------===//
//
// matmul_exact must give lib/Support's bits for every pair of operands, block
// shapes, broadcast, acc and alpha; matmul_default must stay within the bound
// of mx_runtime.h.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Matmul.h"
#include "Buffers.h"
#include "mx/Support/Pack.h"

#include <algorithm>
#include <memory>

using namespace mx::contract;
using namespace mx::test;

namespace {

/// One operand: buffers for the call, integers for the reference.
struct Side {
  ScaledFormat format;
  bool isScaled = true;
  std::unique_ptr<Buffer> codes, scale, tensorScale;
  ExactOperand exact;
  mx_operand operand() const {
    return {codes->pointer(), scale ? scale->pointer() : nullptr,
            tensorScale ? tensorScale->pointer() : nullptr};
  }
};

const ScaledFormat kFormats[] = {{kE2M1, kE8M0, 1, 32},
                                 {kE4M3, kE8M0, 1, 32},
                                 {kE5M2, kE8M0, 1, 32},
                                 {kInt8, kE8M0, 1, 32},
                                 {kE2M3, kE8M0, 1, 16},
                                 {kE3M2, kE8M0, 16, 16},
                                 {kE2M1, kE4M3, 1, 16, true},
                                 {kE2M1, kUE5M3, 1, 32},
                                 {kE4M3, kF32, 4, 24},
                                 {kE2M1, kF32, kFull, kFull, true},
                                 {kF16, kE8M0, 1, 32},
                                 {kE4M3, kE8M0, 1, kFull},
                                 {{8, 7, FloatKind::Finite}, kF32, 1, 32}};
constexpr int64_t kFormatCount = 13;

void quantizeSide(Side &side, const std::vector<float> &values, int64_t items,
                  int64_t rows, int64_t cols, Random &random) {
  QuantizeSpec spec;
  spec.format = side.format;
  spec.rule = side.format.scale.isE8M0 ? ScaleRule::RCeil : ScaleRule::Amax;
  Quantized q;
  CHECK(quantize(spec, {values.data(), items, rows, cols, rows * cols, cols, 1},
                 nullptr, q) == nullptr);
  if (side.format.element == kE5M2 && random.below(3) == 0)
    q.codes[size_t(random.below(int64_t(q.codes.size())))] = 0x7C; // Inf
  if (side.format.element == kE4M3 && random.below(3) == 0)
    q.codes[size_t(random.below(int64_t(q.codes.size())))] = 0xFF; // NaN
  int64_t blocks = side.format.numBlocks(cols), width = side.format.cols(cols);
  int64_t bytes = side.format.bytesPerBlock(cols);
  side.codes = std::make_unique<Buffer>(
      MX_I8, std::vector<int64_t>{items, rows, blocks, bytes},
      Layout(random.below(3)));
  for (int64_t i = 0; i < items * rows * blocks; ++i) {
    std::vector<uint16_t> codes(size_t(width), 0);
    std::vector<uint8_t> packed(size_t(bytes), 0);
    int64_t row = i / blocks, first = i % blocks * width;
    for (int64_t c = 0; c < width && first + c < cols; ++c)
      codes[size_t(c)] = q.codes[size_t(row * cols + first + c)];
    packCodes(side.format.element.bits(), codes.data(), width, packed.data());
    for (int64_t b = 0; b < bytes; ++b)
      side.codes->setBits(i * bytes + b, packed[size_t(b)]);
  }
  side.scale = std::make_unique<Buffer>(
      side.format.scale == kF32 ? MX_F32 : MX_I8,
      std::vector<int64_t>{items, q.scaleRows, q.scaleCols},
      Layout(random.below(3)));
  for (int64_t i = 0; i < side.scale->count(); ++i)
    side.scale->setBits(i, q.scales[size_t(i)]);
  side.tensorScale = std::make_unique<Buffer>(MX_F32, std::vector<int64_t>{1},
                                              Layout::Contiguous);
  side.tensorScale->set(0, q.tensorScale);
  side.exact = exactOperand(q);
}

Side makeSide(int64_t items, int64_t rows, int64_t cols, bool specials,
              Random &random) {
  Side side;
  int64_t pick = random.below(kFormatCount + 3);
  side.isScaled = pick < kFormatCount;
  auto plain = std::make_unique<Buffer>(
      side.isScaled ? MX_F32 : int(pick - kFormatCount),
      std::vector<int64_t>{items, rows, cols}, Layout(random.below(3)));
  fill(*plain, random, specials);
  std::vector<float> values;
  for (int64_t i = 0; i < plain->count(); ++i)
    values.push_back(plain->value(i));
  if (side.isScaled) {
    side.format = kFormats[pick];
    quantizeSide(side, values, items, rows, cols, random);
  } else {
    side.exact = exactOperand(
        MatrixView{values.data(), items, rows, cols, rows * cols, cols, 1});
    side.codes = std::move(plain);
  }
  return side;
}

mx_matmul_spec recordOf(const Side &a, const Side &b) {
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  if (a.isScaled) {
    spec.a_element = formatWord(a.format.element);
    spec.a_scale = formatWord(a.format.scale);
    spec.a_block_rows = a.format.blockRows;
    spec.a_block_cols = a.format.blockCols;
    spec.a_has_tensor_scale = a.format.hasTensorScale;
  }
  if (b.isScaled) {
    spec.b_element = formatWord(b.format.element);
    spec.b_scale = formatWord(b.format.scale);
    spec.b_block_rows = b.format.blockRows;
    spec.b_block_cols = b.format.blockCols;
    spec.b_has_tensor_scale = b.format.hasTensorScale;
  }
  spec.alpha = bitsOf(1.0f);
  return spec;
}

void checkExact(int round, Random &random) {
  int64_t items = 1 + random.below(3), m = 1 + random.below(20);
  int64_t n = 1 + random.below(90), k = 1 + random.below(130);
  bool specials = random.below(3) == 0;
  Side a = makeSide(random.below(2) ? items : 1, m, k, specials, random);
  Side b = makeSide(items, n, k, specials, random);
  mx_matmul_spec spec = recordOf(a, b);
  spec.accumulate = MX_ACCUMULATE_EXACT;
  spec.k = random.below(2) ? k : 0;
  bool hasAcc = random.below(3) == 0;
  float alpha = hasAcc ? 1.0f : 16.0f / 9.0f;
  spec.alpha = bitsOf(alpha);
  Buffer out(round % 3, {items, m, n}, Layout(random.below(3)));
  Buffer acc(round % 3, {n}, Layout::Padded); // broadcasts
  fill(acc, random, false);
  std::vector<float> wide;
  for (int64_t i = 0; i < items * m * n; ++i)
    wide.push_back(acc.value(i % n));
  mx_operand operandA = a.operand(), operandB = b.operand();
  withSettings(round, [&] {
    return mx_matmul(&spec, &operandA, &operandB,
                     hasAcc ? acc.pointer() : nullptr, out.pointer());
  });
  auto expected =
      matmulExact(a.exact, b.exact, hasAcc ? wide.data() : nullptr, alpha);
  FloatFormat type = round % 3 == 0 ? kF32 : round % 3 == 1 ? kBF16 : kF16;
  bool same = true;
  for (int64_t i = 0; i < out.count(); ++i) {
    float value = expected[size_t(i)];
    uint32_t bits = type == kF32 ? bitsOf(value) : castTo(type, value);
    same &= out.bits(i) == bits;
  }
  CHECK(same);
}

double valueOf(const ExactNumber &x) {
  return std::ldexp(double(x.significand), x.exponent);
}

/// Of Σ|a·b|, as mx_runtime.h promises it. Portable kernels sum in f64.
double relativeBound(int64_t k, int64_t accumulate) {
  if (context() == "matmul_default.portable")
    return double(k) * 0x1p-51;
  return accumulate == MX_ACCUMULATE_FAST ? 1e-4 : double(k + 32) * 0x1p-24;
}

void checkDefault(int round, Random &random) {
  int64_t m = 1 + random.below(20), n = 1 + random.below(90);
  int64_t k = 1 + random.below(200);
  Side a = makeSide(1, m, k, false, random);
  Side b = makeSide(1, n, k, false, random);
  mx_matmul_spec spec = recordOf(a, b);
  spec.accumulate = round % 2 ? MX_ACCUMULATE_FAST : MX_ACCUMULATE_DEFAULT;
  spec.a_has_tensor_scale = spec.b_has_tensor_scale = 0;
  a.exact.tensorScale = b.exact.tensorScale = 1;
  Buffer out(MX_F32, {1, m, n}, Layout(random.below(3)));
  mx_operand operandA = a.operand(), operandB = b.operand();
  withSettings(round, [&] {
    return mx_matmul(&spec, &operandA, &operandB, nullptr, out.pointer());
  });
  auto expected = matmulExact(a.exact, b.exact);
  for (int64_t i = 0; i < out.count(); ++i) {
    double size = 0, exact = 0, got = out.value(i);
    bool special = false;
    for (int64_t j = 0; j < k; ++j) {
      const ExactNumber &x = a.exact.row(0, i / n)[j];
      const ExactNumber &y = b.exact.row(0, i % n)[j];
      double product = valueOf(x) * valueOf(y);
      special |= x.isInf || y.isInf || x.isNaN || y.isNaN;
      exact += product;
      size += std::fabs(product);
    }
    if (special) {
      CHECK(std::isnan(got) ? std::isnan(expected[size_t(i)])
                            : got == expected[size_t(i)]);
      continue;
    }
    if (std::isinf(got)) // overflow rounds as if there were a number 2^128
      got = got < 0 ? -0x1p128 : 0x1p128;
    exact = std::clamp(exact, -0x1p128, 0x1p128);
    CHECK(std::fabs(got - exact) <=
          0x1p-24 * std::fabs(exact) +
              (relativeBound(k, spec.accumulate) + double(k) * 0x1p-53) * size +
              0x1p-149);
  }
}

/// Batch axes of different rank: [2, 1, m, k] × [3, n, k] → [2, 3, m, n].
void checkBroadcast() {
  Random random(52);
  Buffer a(MX_F32, {2, 1, 3, 5}, Layout::Padded);
  Buffer b(MX_F32, {3, 4, 5}, Layout::Reversed);
  Buffer out(MX_F32, {2, 3, 3, 4}, Layout::Contiguous);
  fill(a, random, false);
  fill(b, random, false);
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.alpha = bitsOf(1.0f);
  mx_operand left{a.pointer(), nullptr, nullptr};
  mx_operand right{b.pointer(), nullptr, nullptr};
  for (int mode : {MX_ACCUMULATE_DEFAULT, MX_ACCUMULATE_EXACT}) {
    spec.accumulate = mode;
    CHECK(mx_matmul(&spec, &left, &right, nullptr, out.pointer()) == MX_OK);
    for (int64_t i = 0; i < out.count(); ++i) {
      int64_t x = i / 36, y = i / 12 % 3, m = i / 4 % 3, n = i % 4;
      long double sum = 0;
      for (int64_t k = 0; k < 5; ++k)
        sum += (long double)a.value((x * 3 + m) * 5 + k) *
               b.value((y * 4 + n) * 5 + k);
      CHECK(std::fabs(out.value(i) - float(sum)) <=
            1e-6f * std::fabs(float(sum)) + 1e-6f);
    }
  }
}

} // namespace

int main() {
  forEachKernel("matmul_exact", [] {
    Random random(51);
    for (int round = 0; round < 600; ++round)
      checkExact(round, random);
  });
  forEachKernel("matmul_default", [] {
    Random random(53);
    for (int round = 0; round < 300; ++round)
      checkDefault(round, random);
  });
  checkBroadcast();
  return finish("runtime matmul");
}
