//===- quantize.cpp - quantize and dequantize kernels ---------------------===//
//
// Random formats, rules, shapes with tails, layouts, batches, transposes,
// Hadamard, padding and tiles: every byte equal to lib/Support's.
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "mx/Support/Pack.h"

#include <iterator>
#include <memory>

using namespace mx::contract;
using namespace mx::test;

namespace {

const FloatFormat kElements[] = {kE2M1,
                                 kE2M3,
                                 kE3M2,
                                 kE4M3,
                                 kE5M2,
                                 kInt8,
                                 {3, 1, FloatKind::Finite},
                                 {5, 6, FloatKind::IEEE},
                                 {0, 4, FloatKind::Finite},
                                 {8, 7, FloatKind::Finite}};
/// The last two are subnormals only.
const FloatFormat kScales[] = {kE8M0,
                               kE8M0,
                               kE8M0,
                               kE4M3,
                               kUE5M3,
                               kF32,
                               {0, 2, FloatKind::FN, /*isSigned=*/false},
                               {1, 2, FloatKind::IEEE}};

/// One random call and its reference.
struct Case {
  mx_quantize_spec record{};
  QuantizeSpec spec;
  std::vector<int64_t> shape; ///< of x
  bool transposed = false;
  int64_t rows = 1, cols = 1, items = 1; ///< stored, cols padded
  Quantized expected;
  /// Drawn from what every kernel takes, or from all that there is.
  bool isUsual = false;
};

void chooseFormat(Case &c, Random &random) {
  ScaledFormat &f = c.spec.format;
  c.isUsual = random.below(3) != 0;
  f.element = kElements[random.below(c.isUsual ? 6 : 10)];
  f.scale = kScales[random.below(std::size(kScales))];
  f.hasTensorScale = !f.scale.isE8M0 && random.below(2);
  const int64_t rows[] = {1, 1, 1, 4, 16, kFull};
  const int64_t cols[] = {16, 32, 32, 5, kFull};
  f.blockRows = rows[random.below(6)];
  f.blockCols = cols[random.below(5)];
  if (c.isUsual) {
    f.blockRows = random.below(8) ? 1 : int64_t(1) << random.below(5);
    f.blockCols = int64_t(16) << random.below(3);
  }
  if (random.below(8) == 0) {
    f.blockRows = 32;
    f.blockCols = 1;
  }
  c.spec.rounding = Rounding(random.below(4));
  // Often a rule that looks at every element.
  int firstRule = random.below(4) ? 0 : int(ScaleRule::FourOverSix);
  if (firstRule > 0) {
    f.element = kE2M1;
    f.scale = random.below(3) ? kE4M3 : kE8M0;
    f.hasTensorScale = !f.scale.isE8M0;
    if (isStoredTransposed(f))
      f.blockRows = 1, f.blockCols = 32;
    if (random.below(4))
      c.spec.rounding = Rounding::NearestEven;
  }
  bool isChosen = false;
  while (!isChosen) {
    c.spec.rule = ScaleRule(firstRule + random.below(9 - firstRule));
    isChosen =
        isLegal(f, c.spec.rule, 1) && (c.spec.rule != ScaleRule::MSEden ||
                                       c.spec.rounding != Rounding::Stochastic);
  }
  const unsigned bits[] = {8, 16, 24};
  c.spec.randomBits = bits[random.below(3)];
  const float prescales[] = {1, 0.75f, 1.1f};
  c.spec.prescale =
      f.scale.isE8M0 ? prescales[random.below(c.isUsual ? 2 : 3)] : 1;
  c.spec.stream = uint32_t(random.next());
  c.spec.scaleMinNormal = random.below(4) == 0;
  c.spec.seed = random.next();
}

/// The shape of x, with lengths that leave tails and, now and then, one of
/// several chunks.
std::vector<int64_t> randomShape(Random &random) {
  std::vector<int64_t> shape;
  int rank = 1 + int(random.below(4));
  for (int i = 0; i + 2 < rank; ++i)
    shape.push_back(1 + random.below(3));
  if (rank >= 2)
    shape.push_back(1 + random.below(40));
  shape.push_back(1 + random.below(random.below(16) ? 70 : 1400));
  return shape;
}

void chooseShape(Case &c, Random &random, std::vector<int64_t> shape) {
  c.shape = std::move(shape);
  int rank = int(c.shape.size());
  bool swap = rank >= 2 && random.below(3) == 0;
  if (rank == 1 && isStoredTransposed(c.spec.format))
    std::swap(c.spec.format.blockRows, c.spec.format.blockCols);
  c.transposed = swap != isStoredTransposed(c.spec.format);
  c.record.transpose = swap;
  auto sizes = c.shape;
  if (c.transposed)
    std::swap(sizes[size_t(rank - 1)], sizes[size_t(rank - 2)]);
  c.cols = sizes.back();
  c.rows = rank >= 2 ? sizes[size_t(rank - 2)] : 1;
  for (int i = 0; i + 2 < rank; ++i)
    c.items *= sizes[size_t(i)];
  if (random.below(3) == 0) {
    c.spec.hadamardSize = int64_t(2) << random.below(6);
    c.record.signs = random.below(3);
    c.record.sign_stream = random.below(100);
    for (auto &word : c.record.sign_words)
      word = int64_t(random.next());
    if (c.record.signs == MX_SIGNS_FIXED)
      for (size_t i = 0; i < 16; ++i)
        c.spec.signs[i] = uint64_t(c.record.sign_words[i]);
    if (c.record.signs == MX_SIGNS_SEED)
      c.spec.signs = seededSigns(c.spec.seed, uint32_t(c.record.sign_stream),
                                 c.spec.hadamardSize);
    c.record.pad_multiple = c.spec.hadamardSize;
    c.cols = (c.cols + c.spec.hadamardSize - 1) / c.spec.hadamardSize *
             c.spec.hadamardSize;
  }
  c.spec.paddedCols = c.cols;
}

void writeRecord(Case &c) {
  const ScaledFormat &f = c.spec.format;
  c.record.version = MX_ABI_VERSION;
  c.record.element = formatWord(f.element);
  c.record.scale = formatWord(f.scale);
  c.record.block_rows = f.blockRows;
  c.record.block_cols = f.blockCols;
  c.record.has_tensor_scale = f.hasTensorScale;
  c.record.scale_rule = int64_t(c.spec.rule);
  c.record.rounding = int64_t(c.spec.rounding);
  c.record.random_bits = c.spec.randomBits;
  c.record.prescale = bitsOf(c.spec.prescale);
  c.record.stream = c.spec.stream;
  c.record.scale_min_normal = c.spec.scaleMinNormal;
  c.record.hadamard_size = c.spec.hadamardSize;
}

/// Half of the cases are tiles of something larger.
std::vector<int64_t> chooseOrigin(Case &c, Random &random) {
  std::vector<int64_t> values;
  size_t rank = c.shape.size();
  if (random.below(2))
    return values;
  auto sizes = c.shape;
  if (c.transposed)
    std::swap(sizes[rank - 1], sizes[rank - 2]);
  for (size_t i = 0; i < rank; ++i)
    values.push_back(random.below(50) * (c.isUsual ? 16 : 2));
  c.spec.colOrigin = values.back();
  c.spec.rowMap.rank = unsigned(rank - 1);
  for (size_t i = 0; i + 1 < rank; ++i) {
    values.push_back(values[i] + sizes[i] + random.below(9));
    c.spec.rowMap.sizes[i] = sizes[i];
    c.spec.rowMap.origins[i] = values[i];
    c.spec.rowMap.extents[i] = values.back();
  }
  return values;
}

Layout chooseLayout(const Case &c, Random &random) {
  return c.isUsual && random.below(4) ? Layout::Contiguous
                                      : Layout(random.below(3));
}

std::vector<float> gather(const Buffer &x) {
  std::vector<float> values;
  for (int64_t i = 0; i < x.count(); ++i)
    values.push_back(x.value(i));
  return values;
}

void reference(Case &c, const std::vector<float> &values, const float *amax) {
  int64_t rows = c.shape.size() > 1 ? c.shape[c.shape.size() - 2] : 1;
  int64_t cols = c.shape.back();
  MatrixView view{values.data(), c.items, rows, cols, rows * cols, cols, 1};
  CHECK(quantize(c.spec, c.record.transpose ? view.transposed() : view, amax,
                 c.expected) == nullptr);
}

/// Shapes of the codes and scales of `c`.
std::vector<int64_t> outShape(const Case &c, bool codes) {
  std::vector<int64_t> shape(c.shape.begin(),
                             c.shape.end() - (c.shape.size() > 1 ? 2 : 1));
  ScaledFormat f = storedFormat(c.spec.format);
  if (c.shape.size() > 1)
    shape.push_back(codes ? c.rows : f.numBlockRows(c.rows));
  shape.push_back(f.numBlocks(c.cols));
  if (codes)
    shape.push_back(f.bytesPerBlock(c.cols));
  return shape;
}

/// The bytes that the expected codes of one row pack to.
std::vector<uint8_t> expectedBytes(const Case &c, int64_t row) {
  ScaledFormat f = c.expected.format;
  int64_t width = f.cols(c.cols), bytes = f.bytesPerBlock(c.cols);
  std::vector<uint8_t> result;
  for (int64_t block = 0; block < f.numBlocks(c.cols); ++block) {
    std::vector<uint16_t> codes(size_t(width), 0);
    std::vector<uint8_t> packed(size_t(bytes), 0);
    for (int64_t i = 0; i < width && block * width + i < c.cols; ++i)
      codes[size_t(i)] =
          c.expected.codes[size_t(row * c.cols + block * width + i)];
    packCodes(f.element.bits(), codes.data(), width, packed.data());
    result.insert(result.end(), packed.begin(), packed.end());
  }
  return result;
}

bool sameCodes(const Case &c, const Buffer &codes) {
  int64_t flat = 0;
  bool same = true;
  for (int64_t row = 0; row < c.items * c.rows; ++row)
    for (uint8_t byte : expectedBytes(c, row))
      same &= codes.bits(flat++) == byte;
  return same && flat == codes.count();
}

bool sameScales(const Case &c, const Buffer &scale) {
  bool same = size_t(scale.count()) == c.expected.scales.size();
  for (int64_t i = 0; same && i < scale.count(); ++i)
    same = scale.bits(i) == c.expected.scales[size_t(i)];
  return same;
}

void checkDequantize(const Case &c, const Buffer &codes, const Buffer &scale,
                     const Buffer &tensorScale, int round, Layout layout) {
  auto shape = c.shape;
  shape.back() = c.transposed ? c.shape.back() : c.cols;
  if (c.transposed)
    shape[shape.size() - 2] = c.cols;
  Buffer x(round % 3, shape, layout);
  withSettings(round, [&] {
    return mx_dequantize(&c.record, codes.pointer(), scale.pointer(),
                         tensorScale.pointer(), x.pointer());
  });
  FloatFormat type = round % 3 == 0 ? kF32 : round % 3 == 1 ? kBF16 : kF16;
  std::vector<uint32_t> expected;
  dequantize(c.expected, type, expected);
  bool same = true;
  for (int64_t i = 0; i < int64_t(expected.size()); ++i) {
    int64_t row = i / c.cols, col = i % c.cols;
    int64_t at = c.transposed
                     ? (row / c.rows * c.cols + col) * c.rows + row % c.rows
                     : i;
    same &= x.bits(at) == expected[size_t(i)];
  }
  CHECK(same);
}

void checkCase(int round, Random &random) {
  Case c;
  chooseFormat(c, random);
  chooseShape(c, random, randomShape(random));
  writeRecord(c);
  std::vector<int64_t> origin = chooseOrigin(c, random);
  auto layout = chooseLayout(c, random);
  Buffer x(int(random.below(3)), c.shape, layout);
  fill(x, random, random.below(2) != 0);
  Buffer codes(MX_I8, outShape(c, true), chooseLayout(c, random));
  Buffer scale(c.spec.format.scale == kF32 ? MX_F32 : MX_I8, outShape(c, false),
               Layout(random.below(3)));
  Buffer tensorScale(MX_F32, {}, Layout::Contiguous);
  Buffer amax(MX_F32, {1}, Layout::Contiguous);
  amax.set(0, 100.0f);
  const float given = 100.0f;
  bool giveAmax = c.spec.format.hasTensorScale && random.below(2);
  reference(c, gather(x), giveAmax ? &given : nullptr);
  mx_origin where{int64_t(origin.size()), origin.data()};
  withSettings(round, [&] {
    return mx_quantize(&c.record, x.pointer(),
                       giveAmax ? amax.pointer() : nullptr, c.spec.seed, &where,
                       codes.pointer(), scale.pointer(), tensorScale.pointer());
  });
  CHECK(sameCodes(c, codes));
  CHECK(sameScales(c, scale));
  if (c.spec.format.hasTensorScale)
    CHECK(tensorScale.bits(0) == bitsOf(c.expected.tensorScale));
  else
    tensorScale.set(0, 1);
  checkDequantize(c, codes, scale, tensorScale, round, layout);
}

/// Two results of one x in one call, each as a call of its own makes it.
void checkPair(int round, Random &random) {
  std::vector<int64_t> shape;
  while (shape.size() < 2)
    shape = randomShape(random);
  if (random.below(8) == 0) // several rectangles
    shape[shape.size() - 2] += random.below(300);
  Case cases[2];
  for (Case &c : cases)
    do {
      c = Case();
      chooseFormat(c, random);
      chooseShape(c, random, shape);
    } while (random.below(8) &&
             (!c.isUsual || c.transposed == (&c == &cases[0])));
  Buffer x(int(random.below(3)), shape, chooseLayout(cases[0], random));
  fill(x, random, random.below(2) != 0);
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<int64_t> origins[2];
  mx_origin where[2];
  mx_quantizer quantizers[2];
  for (int i = 0; i < 2; ++i) {
    Case &c = cases[i];
    writeRecord(c);
    origins[i] = chooseOrigin(c, random);
    where[i] = {int64_t(origins[i].size()), origins[i].data()};
    reference(c, gather(x), nullptr);
    int scaleType = c.spec.format.scale == kF32 ? MX_F32 : MX_I8;
    buffers.push_back(
        std::make_unique<Buffer>(MX_I8, outShape(c, true), Layout::Contiguous));
    buffers.push_back(std::make_unique<Buffer>(scaleType, outShape(c, false),
                                               Layout::Contiguous));
    buffers.push_back(std::make_unique<Buffer>(MX_F32, std::vector<int64_t>(),
                                               Layout::Contiguous));
    quantizers[i] = {&c.record,
                     nullptr,
                     c.spec.seed,
                     &where[i],
                     buffers[size_t(3 * i)]->pointer(),
                     buffers[size_t(3 * i + 1)]->pointer(),
                     buffers[size_t(3 * i + 2)]->pointer()};
  }
  withSettings(round, [&] {
    return mx_quantize2(x.pointer(), &quantizers[0], &quantizers[1]);
  });
  for (int i = 0; i < 2; ++i) {
    CHECK(sameCodes(cases[i], *buffers[size_t(3 * i)]));
    CHECK(sameScales(cases[i], *buffers[size_t(3 * i + 1)]));
  }
}

} // namespace

int main() {
  // Both operations run in each case, on the ISA of the kernel.
  for (const char *op : {"quantize", "dequantize"})
    forEachKernel(op, [&] {
      Random random(*op);
      for (int round = 0; round < (*op == 'q' ? 2400 : 600); ++round)
        checkCase(round, random);
    });
  forEachKernel("quantize2", [] {
    Random random(32);
    for (int round = 0; round < 1000; ++round)
      checkPair(round, random);
  });
  return finish("runtime quantize");
}
