//===- matmul-hostile.cpp - Product kernels on unpleasant operands --------===//
//
// Scales from one end of their range to the other in every mixture, blocks of
// zeros under huge scales, rows of a single element, denormals, negative zeros,
// NaN scales, tails and long sums. matmul_exact must give lib/Support's bits,
// matmul_default must keep the bound of mx_runtime.h.
//
//===----------------------------------------------------------------------===//

#include "Operands.h"

#include <map>

using namespace mx::contract;
using namespace mx::test;

namespace {

const ScaledFormat kFormats[] = {{kE2M1, kE8M0, 1, 32},
                                 {kE4M3, kE8M0, 1, 32},
                                 {kE5M2, kE8M0, 1, 32},
                                 {kE2M3, kE8M0, 1, 32},
                                 {kE3M2, kE8M0, 1, 32},
                                 {kInt8, kE8M0, 1, 32},
                                 {kE2M1, kE4M3, 1, 16, true},
                                 {kE2M1, kE8M0, 1, 64},
                                 {kE2M1, kE8M0, 2, 16},
                                 {kE2M1, kF32, 1, 32},
                                 {{1, 2, FloatKind::FN}, kE8M0, 1, 32}};
constexpr int64_t kFormatCount = 11, kAllTypes = kFormatCount + 3;

struct Extents {
  int64_t items, rows, cols;
};

/// The next scale code of a row of one of several kinds.
class ScaleWalk {
public:
  explicit ScaleWalk(Random &random)
      : random(random), kind(random.below(6)), spread(random.below(41)),
        base(random.below(255 - spread)) {}

  uint32_t operator()() {
    static const uint32_t ends[] = {0,   1,   2,   3,   126, 127,
                                    128, 251, 252, 253, 254};
    switch (kind) {
    case 0: // some steps
    case 1:
      return uint32_t(base + random.below(spread + 1));
    case 2: // the ends of the range
      return ends[random.below(11)];
    case 3: // anything
      return uint32_t(random.below(255));
    case 4: // one of two magnitudes
      return uint32_t(random.below(2) ? base : base + spread);
    default: // mostly small ones, then a huge one
      return random.below(8) ? uint32_t(base) : 254;
    }
  }

private:
  Random &random;
  int64_t kind, spread, base;
};

bool isSpecial(const FloatFormat &format, uint32_t code) {
  return isNaN(format, code) || isInf(format, code);
}

/// A block of codes of one of several kinds.
void fillCodes(const FloatFormat &element, uint16_t *codes, int64_t count,
               int64_t kind, Random &random) {
  uint32_t limit = 1u << element.bits();
  uint32_t sign = element.isInteger ? 0 : limit / 2;
  auto any = [&] {
    uint32_t code = uint32_t(random.below(limit));
    return isSpecial(element, code) ? 0u : code;
  };
  int64_t single = random.below(count);
  for (int64_t i = 0; i < count; ++i) {
    uint32_t code = any();
    if (kind == 1) // zeros of both signs
      code = random.below(2) ? sign : 0;
    else if (kind == 2) // one element, the least one perhaps
      code = i == single ? (random.below(2) ? 1 : code) : 0;
    else if (kind == 3) // the least elements
      code = uint32_t(random.below(2)) | (random.below(2) ? sign : 0);
    codes[i] = uint16_t(code);
  }
}

/// Scales of rows, then codes with zero blocks where the scales are largest.
Side scaledSide(const ScaledFormat &format, Extents e, bool specials,
                Random &random) {
  Quantized q;
  q.format = format;
  q.items = e.items, q.rows = e.rows, q.cols = e.cols;
  q.scaleRows = format.numBlockRows(e.rows);
  q.scaleCols = format.numBlocks(e.cols);
  q.tensorScale = format.hasTensorScale ? 0.75f : 1.0f;
  for (int64_t row = 0; row < q.items * q.scaleRows; ++row) {
    ScaleWalk walk(random);
    for (int64_t i = 0; i < q.scaleCols; ++i) {
      uint32_t code = walk();
      if (format.scale == kF32) // of the same magnitude
        code = code << 23 | uint32_t(random.below(1 << 23));
      else if (!format.scale.isE8M0)
        code = isSpecial(format.scale, code) ? code - 1 : code;
      if (specials && format.scale.isE8M0 && random.below(100) == 0)
        code = 255;
      q.scales.push_back(code);
    }
  }
  q.codes.resize(size_t(e.items * e.rows * e.cols));
  int64_t width = format.cols(e.cols), kinds = random.below(3);
  for (int64_t row = 0; row < e.items * e.rows; ++row)
    for (int64_t col = 0; col < e.cols; col += width) {
      uint32_t scale = q.scaleOf(row / e.rows, row % e.rows, col);
      int64_t kind = kinds == 0 ? 0 : random.below(kinds == 1 ? 4 : 2);
      if (kinds == 2 && format.scale.isE8M0 && scale >= 200)
        kind = random.below(8) ? 1 : 3;
      fillCodes(format.element, &q.codes[size_t(row * e.cols + col)],
                std::min(width, e.cols - col), kind, random);
    }
  Side side;
  setScaled(side, q, random);
  maybePrepack(side, e.items, e.rows, e.cols, random);
  return side;
}

/// Floats whose exponents are those of a walk, denormals among them.
Side plainSide(int dtype, Extents e, bool specials, Random &random) {
  auto plain = std::make_unique<Buffer>(
      dtype, std::vector<int64_t>{e.items, e.rows, e.cols},
      randomLayout(random));
  bool half = dtype == MX_F16, bf16 = dtype == MX_BF16;
  for (int64_t row = 0; row < e.items * e.rows; ++row) {
    ScaleWalk walk(random);
    for (int64_t col = 0; col < e.cols; ++col) {
      uint32_t exponent = walk(), bits = uint32_t(random.next());
      uint32_t code = half   ? (exponent % 31) << 10 | (bits & 0x83FF)
                      : bf16 ? exponent << 7 | (bits & 0x807F)
                             : exponent << 23 | (bits & 0x807FFFFF);
      if (random.below(5) == 0)
        code &= half || bf16 ? 0x8000 : 0x80000000;
      if (specials && random.below(200) == 0)
        code = half ? 0x7C00 : bf16 ? 0xFF80 : 0x7FC00000;
      plain->setBits(row * e.cols + col, code);
    }
  }
  Side side;
  setPlain(side, std::move(plain));
  return side;
}

Side anySide(int64_t type, Extents e, bool specials, Random &random) {
  return type < kFormatCount
             ? scaledSide(kFormats[type], e, specials, random)
             : plainSide(int(type - kFormatCount), e, specials, random);
}

/// What a product should be, for all kernels.
struct Expected {
  std::vector<float> exact;
  std::vector<Reference> bounded;
};

/// One product; every result is checked.
void check(const Side &a, const Side &b, int64_t accumulate, int round,
           Expected &expected, Random &random) {
  mx_matmul_spec spec = recordOf(a, b);
  spec.accumulate = accumulate;
  int64_t k = spec.k = a.exact.cols;
  bool exact = accumulate == MX_ACCUMULATE_EXACT;
  if (!exact) // the bound is one of the sum
    spec.a_has_tensor_scale = spec.b_has_tensor_scale = 0;
  int64_t items = std::max(a.exact.items, b.exact.items);
  int64_t m = a.exact.rows, n = b.exact.rows;
  Buffer out(MX_F32, {items, m, n}, randomLayout(random));
  mx_operand left = a.operand(), right = b.operand();
  withSettings(round, [&] {
    return mx_matmul(&spec, &left, &right, nullptr, out.pointer());
  });
  if (exact && expected.exact.empty())
    expected.exact = matmulExact(a.exact, b.exact);
  if (!exact && expected.bounded.empty())
    for (int64_t i = 0; i < out.count(); ++i)
      expected.bounded.push_back(
          referenceOf(a, b, i / (m * n), i / n % m, i % n));
  bool allRight = true;
  for (int64_t i = 0; i < out.count(); ++i)
    allRight &=
        exact ? out.bits(i) == bitsOf(expected.exact[size_t(i)])
              : expected.bounded[size_t(i)].admits(out.value(i), k, accumulate);
  CHECK(allRight);
}

void checkMixtures(bool exact, int rounds) {
  Random random(exact ? 71 : 72);
  static std::map<std::pair<bool, int>, Expected> known; // of other kernels
  std::string name = context();
  for (int round = 0; round < rounds; ++round) {
    int64_t items = 1 + random.below(2), m = 1 + random.below(40);
    int64_t n = 1 + random.below(round % 8 ? 40 : 130);
    int64_t k = 1 + random.below(round % 4 ? 130 : 700);
    // Half of the rounds: MXFP4 on both sides, which has kernels of its own.
    bool fp4 = round % 2;
    int64_t typeA = fp4 ? 0 : random.below(kAllTypes);
    int64_t typeB = fp4 ? 0 : random.below(kAllTypes);
    bool specials = random.below(4) == 0;
    context() = name + " round " + std::to_string(round) + ", types " +
                std::to_string(typeA) + " and " + std::to_string(typeB);
    Side a =
        anySide(typeA, {random.below(2) ? items : 1, m, k}, specials, random);
    Side b = anySide(typeB, {items, n, k}, specials, random);
    check(a, b,
          exact       ? MX_ACCUMULATE_EXACT
          : round % 3 ? MX_ACCUMULATE_DEFAULT
                      : MX_ACCUMULATE_FAST,
          round / 2, known[{exact, round}], random);
  }
  context() = name;
}

/// All elements of the largest magnitude and of one sign under scales of one
/// band, so that integer sums come as far as they can.
void checkLongSums(bool exact) {
  static std::map<std::pair<bool, int64_t>, Expected> known;
  Random random(73);
  for (int64_t k : {4095, 65536, 232999, 233001}) {
    Quantized q;
    q.format = kFormats[0];
    q.rows = 2, q.cols = k;
    q.scaleRows = 2, q.scaleCols = q.format.numBlocks(k);
    q.codes.assign(size_t(2 * k), 7);
    q.scales.assign(size_t(2 * q.scaleCols), 130);
    q.scales[0] = 127; // of the band's other end
    std::fill(q.codes.begin() + k, q.codes.end(), uint16_t(15));
    Side a, b;
    setScaled(a, q, random);
    setScaled(b, q, random);
    maybePrepack(b, 1, 2, k, random);
    check(a, b, exact ? MX_ACCUMULATE_EXACT : MX_ACCUMULATE_DEFAULT, 0,
          known[{exact, k}], random);
  }
}

/// bf16 or f16 numbers most of which are within `octaves` of each other; one of
/// `rare` is anywhere in a range of 90.
Side clusteredSide(int dtype, Extents e, int64_t octaves, int64_t rare,
                   Random &random) {
  auto plain = std::make_unique<Buffer>(
      dtype, std::vector<int64_t>{e.items, e.rows, e.cols},
      randomLayout(random));
  bool half = dtype == MX_F16;
  for (int64_t i = 0; i < e.items * e.rows * e.cols; ++i) {
    auto field = half ? 16 : uint32_t(100);
    field += uint32_t(random.below(octaves));
    if (rare != 0 && random.below(rare) == 0)
      field = uint32_t(half ? random.below(31) : 60 + random.below(90));
    auto bits = uint32_t(random.next());
    uint32_t code =
        half ? field << 10 | (bits & 0x83FF) : field << 7 | (bits & 0x807F);
    plain->setBits(i, random.below(9) ? code : 0);
  }
  Side side;
  setPlain(side, std::move(plain));
  return side;
}

/// MXFP4 whose rows are of one band, a quarter of its blocks zeros.
Side oneBandSide(Extents e, Random &random) {
  Quantized q;
  q.format = kFormats[0];
  q.items = e.items, q.rows = e.rows, q.cols = e.cols;
  q.scaleRows = e.rows, q.scaleCols = q.format.numBlocks(e.cols);
  for (int64_t i = 0; i < e.items * q.scaleRows * q.scaleCols; ++i)
    q.scales.push_back(uint32_t(120 + random.below(4)));
  q.codes.resize(size_t(e.items * e.rows * e.cols));
  for (int64_t row = 0; row < e.items * e.rows; ++row)
    for (int64_t col = 0; col < e.cols; col += 32)
      fillCodes(q.format.element, &q.codes[size_t(row * e.cols + col)],
                std::min<int64_t>(32, e.cols - col), random.below(4), random);
  Side side;
  setScaled(side, q, random);
  maybePrepack(side, e.items, e.rows, e.cols, random);
  return side;
}

/// Weights of one band by numbers that are nearly integers of 16 bits: some are
/// far below the others or far above them.
void checkClusters() {
  static std::map<std::pair<bool, int>, Expected> known;
  Random random(74);
  std::string name = context();
  for (int round = 0; round < 48; ++round) {
    int64_t items = 1 + random.below(2), m = 17 + random.below(60);
    int64_t n = 17 + random.below(60), k = 256 + random.below(1100);
    static const int64_t rarities[] = {0, 9, 40, 600};
    context() = name + " clusters " + std::to_string(round);
    Side a = clusteredSide(round % 3 ? MX_BF16 : MX_F16,
                           {random.below(2) ? items : 1, m, k},
                           1 + random.below(10), rarities[round % 4], random);
    Side b = oneBandSide({items, n, k}, random);
    check(a, b, MX_ACCUMULATE_DEFAULT, round / 2, known[{false, round}],
          random);
  }
  context() = name;
}

/// f32 rows near 1, far from it or of zeros; a NaN in some.
Side tallSide(Extents e, bool hasInfinity, Random &random) {
  auto plain = std::make_unique<Buffer>(
      MX_F32, std::vector<int64_t>{e.items, e.rows, e.cols},
      randomLayout(random));
  for (int64_t row = 0; row < e.items * e.rows; ++row) {
    int64_t kind = random.below(8), base = random.below(230);
    for (int64_t col = 0; col < e.cols; ++col) {
      int64_t field =
          kind < 5 ? 107 + random.below(41) : base + random.below(24);
      uint32_t code =
          uint32_t(field) << 23 | (uint32_t(random.next()) & 0x807FFFFF);
      if (kind == 5 || random.below(9) == 0)
        code &= 0x80000000;
      else if (kind == 6 && random.below(e.cols) == 0)
        code = 0x7FC00000;
      plain->setBits(row * e.cols + col, code);
    }
  }
  if (hasInfinity)
    plain->setBits(random.below(e.items * e.rows * e.cols), 0xFF800000);
  Side side;
  setPlain(side, std::move(plain));
  return side;
}

/// Floats by N scaled rows, in a round's mode.
void checkFloats(Extents floats, int64_t n, int round, Expected &known,
                 Random &random) {
  Side a = tallSide(floats, round % 4 == 3, random);
  Side b = scaledSide(kFormats[round % 2 ? 0 : random.below(kFormatCount)],
                      {1, n, floats.cols}, false, random);
  check(a, b, round % 3 ? MX_ACCUMULATE_DEFAULT : MX_ACCUMULATE_FAST, round / 2,
        known, random);
}

/// Many rows by few: kernels may read them once only, and find out then whether
/// they were near 1.
void checkTall() {
  static std::map<std::pair<bool, int>, Expected> known;
  Random random(76);
  std::string name = context();
  for (int round = 0; round < 40; ++round) {
    int64_t n = 1 + random.below(24), m = 4 * n + random.below(70);
    int64_t k = 1 + random.below(300), items = 1 + random.below(3) / 2;
    context() = name + " tall " + std::to_string(round);
    checkFloats({items, m, k}, n, round, known[{false, round}], random);
  }
  context() = name;
}

/// Rows of f32 by up to some hundred columns: tiles of sums are kept over many
/// steps of k, in several slices where B is large.
void checkFewColumns() {
  static std::map<std::pair<bool, int>, Expected> known;
  Random random(78);
  std::string name = context();
  for (int round = 0; round < 24; ++round) {
    bool isLong = round == 7;
    int64_t n = isLong ? 245 : 17 + random.below(round % 4 ? 90 : 230);
    int64_t m = isLong ? n + random.below(20) : 16 + n / 3 + random.below(150);
    int64_t k = isLong ? 2121 : 32 + random.below(400);
    int64_t items = 1 + round % 8 / 7;
    context() = name + " few columns " + std::to_string(round);
    checkFloats({items, m, k}, n, round, known[{false, round}], random);
  }
  context() = name;
}

/// Sums of few products: results are most of the work, and are written row by
/// row, past the caches where there are many of them.
void checkShort() {
  static std::map<std::pair<bool, int>, Expected> known;
  Random random(77);
  std::string name = context();
  for (int round = 0; round < 10; ++round) {
    bool isLarge = round % 5 == 4;
    int64_t k = 1 + random.below(isLarge ? 30 : 130);
    int64_t m = isLarge ? 400 : (k + 31) / 32 * 64 + random.below(40);
    int64_t n = (isLarge ? 650 : 480) + random.below(90);
    context() = name + " short " + std::to_string(round);
    checkFloats({1, m, k}, n, round, known[{false, round}], random);
  }
  context() = name;
}

/// The largest integers of 16 bits by the largest weights.
void checkLargestWords() {
  static std::map<std::pair<bool, int64_t>, Expected> known;
  Random random(75);
  for (int64_t k : {512, 1700}) {
    auto plain = std::make_unique<Buffer>(
        MX_BF16, std::vector<int64_t>{1, 20, k}, randomLayout(random));
    for (int64_t i = 0; i < 20 * k; ++i)
      plain->setBits(i, 0x3FFF); // the largest below 2
    Side a, b;
    setPlain(a, std::move(plain));
    Quantized q;
    q.format = kFormats[0];
    q.rows = 20, q.cols = k;
    q.scaleRows = 20, q.scaleCols = q.format.numBlocks(k);
    q.codes.assign(size_t(20 * k), 7);
    std::fill(q.codes.begin() + k, q.codes.begin() + 2 * k, uint16_t(15));
    q.scales.assign(size_t(20 * q.scaleCols), 130);
    setScaled(b, q, random);
    check(a, b, MX_ACCUMULATE_DEFAULT, 0, known[{false, k}], random);
  }
}

/// Rows whose largest number is a power of two, which is one above the integers
/// of 16 bits in units that miss less of the others.
void checkRoundedUp() {
  static std::map<std::pair<bool, int>, Expected> known;
  Random random(77);
  const int64_t rows = 50, k = 1100;
  std::string name = context();
  for (int rare : {2, 50, 300}) {
    auto plain = std::make_unique<Buffer>(
        MX_BF16, std::vector<int64_t>{1, rows, k}, randomLayout(random));
    for (int64_t i = 0; i < rows * k; ++i) {
      auto sign = uint32_t(random.next()) & 0x8000;
      auto field = uint32_t(119 + random.below(9));
      auto below2 = field << 7 | uint32_t(random.below(128));
      plain->setBits(i, sign | (random.below(rare) ? below2 : 0x4000));
    }
    context() = name + " one of " + std::to_string(rare);
    Side a, b = oneBandSide({1, rows, k}, random);
    setPlain(a, std::move(plain));
    check(a, b, MX_ACCUMULATE_DEFAULT, 0, known[{false, rare}], random);
  }
  context() = name;
}

/// One number of each slice of 512 far above all others, which are too small
/// for units of their own.
void checkFarNumbers() {
  static std::map<std::pair<bool, int>, Expected> known;
  Random random(76);
  const int64_t rows = 20, k = 700;
  std::string name = context();
  for (int below = 60; below <= 126; ++below) {
    auto plain = std::make_unique<Buffer>(
        MX_BF16, std::vector<int64_t>{1, rows, k}, randomLayout(random));
    for (int64_t i = 0; i < rows * k; ++i)
      plain->setBits(i, uint32_t(i % k % 512 == 3 ? 127 : 127 - below) << 7 |
                            (uint32_t(random.next()) & 0x807F));
    context() = name + " 2^-" + std::to_string(below);
    Side a, b = oneBandSide({1, rows, k}, random);
    setPlain(a, std::move(plain));
    check(a, b, MX_ACCUMULATE_DEFAULT, 0, known[{false, below}], random);
  }
  context() = name;
}

} // namespace

int main() {
  forEachKernel("matmul_exact", [] {
    checkMixtures(true, 240);
    checkLongSums(true);
  });
  forEachKernel("matmul_default", [] {
    checkMixtures(false, 360);
    checkLongSums(false);
    checkClusters();
    checkTall();
    checkFewColumns();
    checkShort();
    checkLargestWords();
    checkRoundedUp();
    checkFarNumbers();
  });
  return finish("runtime matmul-hostile");
}
