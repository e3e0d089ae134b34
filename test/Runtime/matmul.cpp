//===- matmul.cpp - Product kernels ---------------------------------------===//
//
// matmul_exact must give lib/Support's bits for every pair of operands, block
// shapes, broadcast, acc and alpha; matmul_default must stay within the bound
// of mx_runtime.h.
//
//===----------------------------------------------------------------------===//

#include "Operands.h"

#include <cstdio>
#include <thread>

using namespace mx::contract;
using namespace mx::test;

namespace {

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
                                 {{8, 7, FloatKind::Finite}, kF32, 1, 32},
                                 {{1, 2, FloatKind::FN}, kE8M0, 1, 32}};
constexpr int64_t kFormatCount = 14;

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
  const FloatFormat &element = side.format.element;
  if (element.kind == FloatKind::FN && random.below(3) == 0)
    q.codes[size_t(random.below(int64_t(q.codes.size())))] =
        uint16_t((1 << element.bits()) - 1); // NaN
  setScaled(side, q, random);
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
  if (!side.isScaled) {
    setPlain(side, std::move(plain));
    return side;
  }
  std::vector<float> values;
  for (int64_t i = 0; i < plain->count(); ++i)
    values.push_back(plain->value(i));
  side.format = kFormats[pick];
  quantizeSide(side, values, items, rows, cols, random);
  maybePrepack(side, items, rows, cols, random);
  return side;
}

void checkExact(int round, Random &random) {
  int64_t items = 1 + random.below(3), m = 1 + random.below(20);
  int64_t n = 1 + random.below(90);
  int64_t k = 1 + random.below(round % 8 ? 130 : 500);
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

/// Every result within the bound.
void compareDefault(int round, Side &a, Side &b, Random &random) {
  int64_t m = a.exact.rows, n = b.exact.rows, k = a.exact.cols;
  mx_matmul_spec spec = recordOf(a, b);
  spec.accumulate = round % 2 ? MX_ACCUMULATE_FAST : MX_ACCUMULATE_DEFAULT;
  spec.a_has_tensor_scale = spec.b_has_tensor_scale = 0;
  a.exact.tensorScale = b.exact.tensorScale = 1;
  Buffer out(MX_F32, {1, m, n}, Layout(random.below(3)));
  mx_operand operandA = a.operand(), operandB = b.operand();
  withSettings(round, [&] {
    return mx_matmul(&spec, &operandA, &operandB, nullptr, out.pointer());
  });
  for (int64_t i = 0; i < out.count(); ++i)
    CHECK(referenceOf(a, b, 0, i / n, i % n)
              .admits(out.value(i), k, spec.accumulate));
}

void checkDefault(int round, Random &random) {
  int64_t m = 1 + random.below(20), n = 1 + random.below(90);
  int64_t k = 1 + random.below(200);
  Side a = makeSide(1, m, k, false, random);
  Side b = makeSide(1, n, k, false, random);
  compareDefault(round, a, b, random);
}

/// Few rows of f32 by 4-bit rows that end anywhere in a group of columns.
void checkTails(int64_t k, Random &random) {
  const int64_t fourBits[] = {0, 6, 7, 9, 13};
  int64_t m = 1 + random.below(16), n = 1 + random.below(35);
  auto plain = std::make_unique<Buffer>(MX_F32, std::vector<int64_t>{1, m, k},
                                        Layout(random.below(3)));
  fill(*plain, random, false);
  Side a, b;
  setPlain(a, std::move(plain));
  std::vector<float> values;
  for (int64_t i = 0; i < n * k; ++i)
    values.push_back(float(random.below(201)) / 16 - 6);
  b.isScaled = true;
  b.format = kFormats[fourBits[random.below(5)]];
  quantizeSide(b, values, 1, n, k, random);
  maybePrepack(b, 1, n, k, random);
  compareDefault(int(k), a, b, random);
}

/// Rows as MXFP4, now and then with a NaN scale or in tiles; any scales for
/// blocks that are `zeros`.
Side makeMXFP4(const std::vector<float> &values, int64_t rows, int64_t cols,
               const std::vector<bool> &zeros, Random &random) {
  QuantizeSpec spec;
  spec.format = {kE2M1, kE8M0, 1, 32};
  Quantized q;
  CHECK(quantize(spec, {values.data(), 1, rows, cols, rows * cols, cols, 1},
                 nullptr, q) == nullptr);
  for (size_t block = 0; block < zeros.size(); ++block)
    if (zeros[block])
      q.scales[block] = uint8_t(100 + random.below(40));
  if (random.below(2))
    q.scales[size_t(random.below(int64_t(q.scales.size())))] = 0xFF;
  Side side;
  setScaled(side, q, random);
  maybePrepack(side, 1, rows, cols, random);
  return side;
}

/// Rows of MXFP4 whose block scales are at most three steps apart, some rows
/// far from 1, with blocks and rows of zeros; now and then a NaN scale.
/// `isLarge`: nothing but large numbers above zero, behind a block of small
/// ones.
Side makeNearRows(int64_t rows, int64_t cols, bool isLarge, Random &random) {
  const int exponents[] = {0, -70, 70, -130, 20};
  const float smallOnes[] = {0.5f, 1.5f, 6};
  std::vector<float> values;
  for (int64_t row = 0; row < rows; ++row) {
    int top =
        isLarge ? -76 : exponents[random.below(8) < 4 ? 0 : random.below(5)];
    bool isZero = !isLarge && random.below(16) == 0;
    for (int64_t col = 0, block = 0; col < cols; ++col) {
      if (col % 32 == 0)
        block = random.below(8); // 4: of zeros
      float value = float(1 + random.below(6)) * 0.5f;
      if (isLarge && col < 32)
        values.push_back(std::ldexp(smallOnes[random.below(3)], top - 3));
      else if (isLarge)
        values.push_back(std::ldexp(random.below(2) ? 4.0f : 6.0f, top));
      else if (isZero || block == 4)
        values.push_back(0.0f);
      else
        values.push_back(
            std::ldexp(random.below(2) ? -value : value, top - int(block % 4)));
    }
  }
  return makeMXFP4(values, rows, cols, {}, random);
}

/// So many rows that AMX packs B and writes results in cache lines while it
/// multiplies. Some sums have more bits than f32, and results fewer.
void checkManyRows(int round, Random &random) {
  bool isLarge = round % 6 == 5;
  int64_t m = 256 + random.below(50), n = 16 * (3 + random.below(5));
  int64_t k = (isLarge ? 2900 : 64) + random.below(300);
  Side a = makeNearRows(m, k, isLarge, random);
  Side b = makeNearRows(n, k, isLarge, random);
  mx_matmul_spec spec = recordOf(a, b);
  spec.accumulate = MX_ACCUMULATE_EXACT;
  spec.k = k;
  std::unique_ptr<float, decltype(&std::free)> out(
      static_cast<float *>(std::aligned_alloc(64, size_t(m * n * 4))),
      std::free);
  int64_t sizes[] = {1, m, n};
  mx_tensor tensor{out.get(), MX_F32, 3, sizes, nullptr};
  mx_operand left = a.operand(), right = b.operand();
  withSettings(
      0, [&] { return mx_matmul(&spec, &left, &right, nullptr, &tensor); });
  auto expected = matmulExact(a.exact, b.exact, nullptr, 1);
  CHECK(std::memcmp(out.get(), expected.data(), size_t(m * n * 4)) == 0);
}

/// MXFP4 rows in tiles, of blocks whose scales are at most `spread` steps
/// apart; some blocks are zeros, some scales NaN.
Side makeWeights(int64_t rows, int64_t cols, int64_t spread, Random &random) {
  std::vector<float> values;
  std::vector<bool> zeros; // by block
  bool isZero = false;
  for (int64_t i = 0, exponent = 0; i < rows * cols; ++i) {
    if (i % cols == 0)
      isZero = random.below(8) == 0;
    if (i % cols % 32 == 0) {
      zeros.push_back(isZero || random.below(16) == 0);
      exponent = -random.below(spread + 1);
    }
    float value = float(1 + random.below(6)) * 0.5f;
    value = zeros.back() ? 0 : std::ldexp(value, int(exponent));
    values.push_back(random.below(2) ? -value : value);
  }
  return makeMXFP4(values, rows, cols, zeros, random);
}

/// A few rows by many of weights. Now and then a number is smaller than
/// its neighbours by more than their integers have bits.
void checkFewRows(int round, Random &random) {
  int64_t m = 1 + random.below(round % 2 ? 3 : 33);
  int64_t n = 1 + random.below(330), k = 1 + random.below(700);
  auto plain = std::make_unique<Buffer>(
      round % 3, std::vector<int64_t>{1, m, k}, Layout(random.below(3)));
  for (int64_t i = 0; i < plain->count(); ++i) {
    int exponent = random.below(40) ? 0 : -int(random.below(24));
    plain->set(i, std::ldexp(randomFloat(random, false), exponent));
  }
  Side a;
  setPlain(a, std::move(plain));
  Side b = makeWeights(n, k, round % 4 ? 4 : 40, random);
  mx_matmul_spec spec = recordOf(a, b);
  spec.k = k;
  Buffer out(MX_F32, {1, m, n}, Layout(random.below(3)));
  mx_operand left = a.operand(), right = b.operand();
  withSettings(round, [&] {
    return mx_matmul(&spec, &left, &right, nullptr, out.pointer());
  });
  for (int64_t i = 0; i < out.count(); ++i)
    CHECK(referenceOf(a, b, 0, i / n, i % n)
              .admits(out.value(i), k, spec.accumulate));
}

/// Two items of a few rows by the same long rows of weights.
void checkFewLongRows(int round, Random &random) {
  const int64_t items = 2, m = 2 + random.below(8), n = 64 + random.below(40);
  const int64_t k = 1000 + random.below(160);
  auto plain = std::make_unique<Buffer>(
      round % 3, std::vector<int64_t>{items, m, k}, Layout(random.below(3)));
  fill(*plain, random, round % 4 == 0);
  Side a;
  setPlain(a, std::move(plain));
  Side b = makeWeights(n, k, round % 3 ? 4 : 40, random);
  mx_matmul_spec spec = recordOf(a, b);
  Buffer out(MX_F32, {items, m, n}, Layout(random.below(3)));
  mx_operand left = a.operand(), right = b.operand();
  withSettings(round, [&] {
    return mx_matmul(&spec, &left, &right, nullptr, out.pointer());
  });
  for (int64_t i = 0; i < out.count(); ++i)
    CHECK(referenceOf(a, b, i / (m * n), i / n % m, i % n)
              .admits(out.value(i), k, spec.accumulate));
}

/// Many rows by a few of weights, which are packed.
void checkFewWeights(int round, Random &random) {
  int64_t n = 9 + random.below(40), m = 4 * n + random.below(150);
  int64_t k = 1 + random.below(round % 4 ? 140 : 700);
  auto plain = std::make_unique<Buffer>(
      round % 3, std::vector<int64_t>{1, m, k}, Layout(random.below(3)));
  fill(*plain, random, false);
  Side a;
  setPlain(a, std::move(plain));
  Side b = makeWeights(n, k, round % 4 ? 4 : 40, random);
  compareDefault(round / 3, a, b, random);
}

/// Numbers from 1 to 2 of both signs times 2^exponent.
uint32_t randomAt(int dtype, int64_t exponent, Random &random) {
  auto sign = uint32_t(random.below(2)), bits = uint32_t(random.next());
  auto field = uint32_t(exponent + 127);
  return dtype == MX_F32 ? sign << 31 | field << 23 | (bits & 0x7FFFFF)
                         : sign << 15 | field << 7 | (bits & 0x7F);
}

/// Large rows by small ones, as far apart as 2^60 and 2^-60, where the largest
/// numbers of the large ones meet zeros: a sum far below 1 times the small
/// power alone would lose bits that the result has.
void checkOppositePowers(int round, Random &random) {
  const int64_t shapes[][3] = {{3, 20, 2},  {20, 3, 5},   {33, 40, 2},
                               {40, 33, 3}, {30, 530, 9}, {17, 50, 130}};
  auto [m, n, k] = shapes[round % 6];
  int dtype = round / 6 % 2 ? MX_BF16 : MX_F32;
  int64_t power = 40 + random.below(24), below = 60 + random.below(40);
  auto makeSide = [&](int64_t rows, int64_t cols, bool isLarge) {
    auto plain = std::make_unique<Buffer>(
        dtype, std::vector<int64_t>{1, rows, cols}, randomLayout(random));
    for (int64_t i = 0; i < rows * cols; ++i) {
      bool isFirst = i % cols == 0;
      int64_t exponent = isLarge ? power - (isFirst ? 0 : below) : -power;
      plain->setBits(
          i, isFirst && !isLarge ? 0 : randomAt(dtype, exponent, random));
    }
    Side side;
    setPlain(side, std::move(plain));
    return side;
  };
  bool isLargeA = round / 12 % 2 == 0;
  Side a = makeSide(m, k, isLargeA), b = makeSide(n, k, !isLargeA);
  compareDefault(round, a, b, random);
}

/// Results at any address have the bits of those at the start of a line.
void checkAddresses(Random &random) {
  const int64_t shapes[][3] = {{64, 500, 9}, {40, 65, 300}, {3, 50, 70}};
  for (auto [m, n, k] : shapes) {
    Side a = makeSide(1, m, k, false, random);
    Side b = makeSide(1, n, k, false, random);
    mx_matmul_spec spec = recordOf(a, b);
    mx_operand left = a.operand(), right = b.operand();
    const int64_t sizes[] = {1, m, n};
    const auto count = size_t(m * n);
    std::vector<uint8_t> memory(4 * count + 128), expected;
    uint8_t *line =
        memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64);
    for (int offset : {0, 1, 2, 4, 63}) {
      mx_tensor out = {line + offset, MX_F32, 3, sizes, nullptr};
      CHECK(mx_matmul(&spec, &left, &right, nullptr, &out) == MX_OK);
      std::vector<uint8_t> bytes(line + offset, line + offset + 4 * count);
      if (expected.empty())
        expected = bytes;
      CHECK(bytes == expected);
    }
  }
}

/// Bytes of memory that the process has touched and holds.
int64_t residentBytes() {
  long long pages = 0;
  if (FILE *file = std::fopen("/proc/self/statm", "r")) {
    CHECK(std::fscanf(file, "%*d %lld", &pages) == 1);
    std::fclose(file);
  }
  return pages * 4096;
}

/// Long rows, all of them the same: a thread keeps a part of the packed side
/// only.
void checkMemory() {
  constexpr int64_t m = 224, n = 65, k = 1 << 18, most = 100 << 20;
  std::vector<float> row(k, 0.5f), results(m * n);
  const int64_t strides[] = {0, 1}, sizesA[] = {m, k}, sizesB[] = {n, k},
                sizes[] = {m, n};
  mx_tensor a = {row.data(), MX_F32, 2, sizesA, strides};
  mx_tensor b = {row.data(), MX_F32, 2, sizesB, strides};
  mx_tensor out = {results.data(), MX_F32, 2, sizes, nullptr};
  mx_operand left{&a, nullptr, nullptr}, right{&b, nullptr, nullptr};
  mx_matmul_spec spec{};
  spec.version = MX_ABI_VERSION;
  spec.alpha = bitsOf(1.0f);
  std::thread([&] { // which gives its memory back
    mx_set_num_threads(1);
    int64_t before = residentBytes();
    CHECK(mx_matmul(&spec, &left, &right, nullptr, &out) == MX_OK);
    CHECK(residentBytes() - before < most);
  })
      .join();
  CHECK(std::all_of(results.begin(), results.end(),
                    [](float x) { return x == k / 4; }));
}

/// MXINT8 by MXFP4 of near scales, more rows than are a few, over several
/// slices of columns; blocks whose scales are far apart, and some that are NaN.
void checkByteBlocks(int round, Random &random) {
  int64_t m = 17 + random.below(40), n = 17 + random.below(60);
  int64_t k = 1 + random.below(round % 2 ? 400 : 2300);
  Quantized q;
  QuantizeSpec quantization;
  quantization.format = {kInt8, kE8M0, 1, 32};
  std::vector<float> values;
  for (int64_t i = 0; i < m * k; ++i)
    values.push_back(randomFloat(random, false));
  CHECK(quantize(quantization, {values.data(), 1, m, k, m * k, k, 1}, nullptr,
                 q) == nullptr);
  const int spread = round % 3 ? 4 : 60;
  for (auto &scale : q.scales)
    scale = uint8_t(127 - random.below(spread));
  for (auto &code : q.codes) // all of them, -128 too
    code = uint16_t(random.below(256));
  if (round % 4 == 0)
    q.scales[size_t(random.below(int64_t(q.scales.size())))] = 0xFF;
  Side a;
  setScaled(a, q, random);
  Side b = makeNearRows(n, k, false, random);
  compareDefault(round, a, b, random);
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
    for (int round = 0; round < 12; ++round)
      checkManyRows(round, random);
  });
  forEachKernel("matmul_default", [] {
    Random random(53);
    for (int round = 0; round < 300; ++round)
      checkDefault(round, random);
    for (int round = 0; round < 90; ++round)
      checkFewRows(round, random);
    for (int round = 0; round < 60; ++round)
      checkFewWeights(round, random);
    for (int round = 0; round < 12; ++round)
      checkFewLongRows(round, random);
    for (int round = 0; round < 40; ++round)
      checkByteBlocks(round, random);
    for (int64_t k = 1; k <= 260; ++k)
      checkTails(k, random);
    for (int round = 0; round < 48; ++round)
      checkOppositePowers(round, random);
    for (int round = 0; round < 8; ++round)
      checkAddresses(random);
    checkMemory();
  });
  checkBroadcast();
  return finish("runtime matmul");
}
