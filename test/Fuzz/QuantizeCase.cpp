//===- QuantizeCase.cpp - Making up quantisations -------------------------===//
//
// Formats, rules, roundings, blocks, shapes with tails, transposes, padding,
// Hadamards, tiles of larger tensors and tensor scales, in any combination
// that the contract allows.
//
//===----------------------------------------------------------------------===//

#include "QuantizeCase.h"

#include "mx/Support/Pack.h"

#include <algorithm>

using namespace mx::contract;

namespace mx::fuzz {

namespace {

constexpr int64_t kMostElements = 60000, kMostBytes = 400000;

FloatFormat randomScale(Random &random) {
  const FloatFormat named[] = {kE8M0, kE8M0, kE8M0,  kE8M0,
                               kE4M3, kE4M3, kUE5M3, kF32};
  if (random.below(10) != 0)
    return named[random.below(8)];
  for (;;) {
    FloatFormat f = randomFormat(random, 8);
    if (!f.isInteger && f.nanCode() >= 0)
      return f;
  }
}

void chooseFormat(QuantizeCase &c, Random &random) {
  ScaledFormat &f = c.spec.format;
  f.element = randomFormat(random, 16);
  f.scale = randomScale(random);
  f.hasTensorScale = !f.scale.isE8M0 && random.below(2);
  const int64_t rows[] = {1, 1, 1, 1, 1, 2, 4, 16, 32, kFull};
  const int64_t cols[] = {16, 32, 32, 32, 64, 128, 8, 5, 1, kFull};
  f.blockRows = rows[random.below(10)];
  f.blockCols = cols[random.below(10)];
  if (random.below(5) >= 2) { // what the fast kernels are written for
    const ScaledFormat common[] = {{kE2M1, kE8M0, 1, 32},
                                   {kE4M3, kE8M0, 1, 32},
                                   {kE2M3, kE8M0, 1, 32},
                                   {kInt8, kE8M0, 1, 32},
                                   {kE2M1, kE4M3, 1, 16, true}};
    f = common[random.below(5)];
  }
  const float prescales[] = {1, 1, 0.75f, 1.1f, 0x1p-20f, 3e-39f};
  do {
    c.spec.rule = ScaleRule(random.below(9));
    c.spec.prescale = f.scale.isE8M0 ? prescales[random.below(6)] : 1;
  } while (!isLegal(f, c.spec.rule, c.spec.prescale));
  c.spec.rounding =
      Rounding(random.below(c.spec.rule == ScaleRule::MSEden ? 3 : 4));
  const unsigned bits[] = {8, 16, 24};
  c.spec.randomBits = bits[random.below(3)];
  c.spec.stream = uint32_t(random.next());
  c.spec.scaleMinNormal = random.below(4) == 0;
  c.spec.seed = random.next();
}

void chooseHadamard(QuantizeCase &c, Random &random) {
  int64_t size = int64_t(2) << random.below(random.below(4) ? 7 : 10);
  c.spec.hadamardSize = c.record.hadamard_size = size;
  c.record.signs = random.below(3);
  c.record.sign_stream = int64_t(random.next() >> 32);
  for (auto &word : c.record.sign_words)
    word = int64_t(random.next());
  if (c.record.signs == MX_SIGNS_FIXED)
    for (size_t i = 0; i < 16; ++i)
      c.spec.signs[i] = uint64_t(c.record.sign_words[i]);
  if (c.record.signs == MX_SIGNS_SEED)
    c.spec.signs =
        seededSigns(c.spec.seed, uint32_t(c.record.sign_stream), size);
  c.record.pad_multiple = size * (1 + random.below(2));
}

int64_t padded(const mx_quantize_spec &record, int64_t cols) {
  int64_t multiple = std::max<int64_t>(record.pad_multiple, 1);
  return (std::max(cols, record.pad_cols) + multiple - 1) / multiple * multiple;
}

std::vector<int64_t> randomShape(Random &random) {
  std::vector<int64_t> shape;
  int64_t rank = 1 + random.below(4), room = 30000;
  auto add = [&](int64_t most) {
    shape.push_back(randomLength(random, std::min(most, room)));
    room = std::max<int64_t>(room / shape.back(), 1);
  };
  for (int64_t i = 0; i + 2 < rank; ++i)
    add(3);
  if (rank >= 2)
    add(300);
  add(20000);
  return shape;
}

void chooseExtents(QuantizeCase &c, bool swap, Random &random) {
  size_t rank = c.shape.size();
  if (rank == 1 && isStoredTransposed(c.spec.format))
    std::swap(c.spec.format.blockRows, c.spec.format.blockCols);
  c.transposed = swap != isStoredTransposed(c.spec.format);
  c.record.transpose = swap;
  auto sizes = c.shape;
  if (c.transposed)
    std::swap(sizes[rank - 1], sizes[rank - 2]);
  c.rows = rank >= 2 ? sizes[rank - 2] : 1;
  for (size_t i = 0; i + 2 < rank; ++i)
    c.items *= sizes[i];
  if (random.below(3) == 0)
    chooseHadamard(c, random);
  if (random.below(6) == 0)
    c.record.pad_cols = sizes.back() + random.below(40);
  c.cols = c.spec.paddedCols = padded(c.record, sizes.back());
}

void chooseOrigin(QuantizeCase &c, Random &random) {
  if (random.below(2))
    return;
  auto sizes = c.shape;
  size_t rank = sizes.size();
  if (c.transposed)
    std::swap(sizes[rank - 1], sizes[rank - 2]);
  for (size_t i = 0; i < rank; ++i)
    c.origin.push_back(random.below(50));
  bool aligned = random.below(2); // to the elements of a Philox call
  c.origin.back() = random.below(6000) * 16 + (aligned ? 0 : random.below(16));
  c.spec.colOrigin = c.origin.back();
  c.spec.rowMap.rank = unsigned(rank - 1);
  for (size_t i = 0; i + 1 < rank; ++i) {
    c.origin.push_back(c.origin[i] + sizes[i] + random.below(9));
    c.spec.rowMap.sizes[i] = sizes[i];
    c.spec.rowMap.origins[i] = c.origin[i];
    c.spec.rowMap.extents[i] = c.origin.back();
  }
}

void writeRecord(QuantizeCase &c) {
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
}

std::vector<uint8_t> packAll(const QuantizeCase &c) {
  const ScaledFormat &f = c.expected.format;
  int64_t width = f.cols(c.cols), bytes = f.bytesPerBlock(c.cols);
  std::vector<uint8_t> result;
  std::vector<uint16_t> codes(static_cast<size_t>(width));
  std::vector<uint8_t> packed(static_cast<size_t>(bytes));
  for (int64_t row = 0; row < c.items * c.rows; ++row)
    for (int64_t at = 0; at < c.cols; at += width) {
      int64_t used = std::min(width, c.cols - at);
      std::fill(codes.begin(), codes.end(), uint16_t(0));
      std::copy_n(c.expected.codes.begin() + row * c.cols + at, used,
                  codes.begin());
      packCodes(f.element.bits(), codes.data(), width, packed.data());
      result.insert(result.end(), packed.begin(), packed.end());
    }
  return result;
}

} // namespace

std::vector<int64_t> QuantizeCase::outShape(bool codes) const {
  const QuantizeCase &c = *this;
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

/// Padding and long blocks of short rows make little much.
static bool isLarge(const QuantizeCase &c) {
  int64_t bytes = 1;
  for (int64_t size : c.outShape(true))
    bytes *= size;
  return c.items * c.rows * c.cols > kMostElements || bytes > kMostBytes;
}

QuantizeCase randomQuantization(Random &random,
                                const std::vector<int64_t> &shape) {
  QuantizeCase c;
  do {
    c = QuantizeCase();
    chooseFormat(c, random);
    c.shape = shape.empty() ? randomShape(random) : shape;
    chooseExtents(c, c.shape.size() >= 2 && random.below(3) == 0, random);
  } while (isLarge(c));
  writeRecord(c);
  chooseOrigin(c, random);
  return c;
}

QuantizeCase transposedTwin(const QuantizeCase &c, Random &random) {
  QuantizeCase twin;
  for (int attempt = 0; attempt < 20; ++attempt) {
    twin = QuantizeCase();
    twin.shape = c.shape;
    twin.spec = c.spec;
    twin.spec.hadamardSize = 0;
    twin.spec.signs = {};
    twin.spec.rowMap = {};
    twin.spec.colOrigin = 0;
    twin.spec.stream = uint32_t(random.next());
    chooseExtents(twin, !c.record.transpose, random);
    if (!isLarge(twin)) {
      writeRecord(twin);
      return twin;
    }
  }
  return c; // blocks too long for x swapped
}

void QuantizeCase::computeExpected(const Guarded &x, const float *amax) {
  std::vector<float> values;
  for (int64_t i = 0; i < x.count(); ++i)
    values.push_back(x.value(i));
  int64_t xRows = shape.size() > 1 ? shape[shape.size() - 2] : 1;
  int64_t xCols = shape.back();
  MatrixView view{values.data(), items, xRows, xCols, xRows * xCols, xCols, 1};
  CHECK(quantize(spec, record.transpose ? view.transposed() : view, amax,
                 expected) == nullptr);
  packed = packAll(*this);
}

bool isRight(const QuantizeCase &c, const Guarded &codes, const Guarded &scale,
             const Guarded &tensorScale) {
  bool sameCodes = holds(codes, c.packed);
  bool sameScales = holds(scale, c.expected.scales);
  bool sameTensor =
      !c.isTwoLevel() || tensorScale.bits(0) == bitsOf(c.expected.tensorScale);
  if (sameCodes && sameScales && sameTensor)
    return true;
  auto ll = [](int64_t value) { return static_cast<long long>(value); };
  int64_t at = 0;
  while (at < codes.count() && codes.bits(at) == c.packed[size_t(at)])
    ++at;
  std::printf("  %s: [%lld x %lld, k %lld]%s, rule %d, rounding %d, %u random "
              "bits, prescale %g, hadamard %lld, origin %lld;%s%s%s, byte %lld "
              "of the codes\n",
              nameOf(c.spec.format).c_str(), ll(c.items), ll(c.rows),
              ll(c.cols), c.transposed ? " transposed" : "", int(c.spec.rule),
              int(c.spec.rounding), c.spec.randomBits, double(c.spec.prescale),
              ll(c.spec.hadamardSize), ll(c.spec.colOrigin),
              sameCodes ? "" : " codes", sameScales ? "" : " scales",
              sameTensor ? "" : " tensor scale", ll(at));
  return false;
}

} // namespace mx::fuzz
