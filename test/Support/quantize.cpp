//===- quantize.cpp - Blocks of every shape -------------------------------===//
//
// Special blocks, block shapes, batches, tiles of a larger tensor, and the way
// back (contract 1-4, 10-13, 17-20, 22).
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Quantize.h"
#include "Harness.h"

#include <cfloat>
#include <cmath>

using namespace mx::contract;
using mx::test::Random;

namespace {

std::vector<float> randomMatrix(int64_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    float sign = random.below(2) ? -1.0f : 1.0f;
    values.push_back(sign *
                     std::ldexp(1.0f + float(random.below(1 << 23)) * 0x1p-23f,
                                int(random.below(12)) - 6));
  }
  return values;
}

MatrixView view(const std::vector<float> &values, int64_t rows, int64_t cols,
                int64_t items = 1) {
  return {values.data(), items, rows, cols, rows * cols, cols, 1};
}

Quantized run(const QuantizeSpec &spec, const MatrixView &x,
              const float *amax = nullptr) {
  Quantized result;
  CHECK(quantize(spec, x, amax, result) == nullptr);
  return result;
}

QuantizeSpec mxfp4() {
  QuantizeSpec spec;
  spec.format = {kE2M1, kE8M0, 1, 32};
  return spec;
}

void checkKnownBlock() {
  std::vector<float> x = {6, -6, 3.5f, 0.25f, -0.25f, 0.75f, 5, 7, -0.0f};
  Quantized q = run(mxfp4(), view(x, 1, 9)); // amax 7: e = 0
  const uint16_t expected[] = {7, 15, 6, 0, 8, 2, 6, 7, 8};
  CHECK_EQ(q.scales[0], 127u);
  for (size_t i = 0; i < x.size(); ++i)
    CHECK_EQ(q.codes[i], expected[i]);
}

void checkSpecialBlocks() {
  std::vector<float> x(64, 1.0f);
  x[3] = NAN;
  x[40] = -0.0f;
  Quantized q = run(mxfp4(), view(x, 1, 64));
  CHECK_EQ(q.scales[0], 0xFFu);
  CHECK_EQ(q.scales[1], 125u);
  for (size_t i = 0; i < 32; ++i)
    CHECK_EQ(q.codes[i], 0);
  CHECK_EQ(q.codes[40], 8);
  std::vector<float> zero = {0.0f, -0.0f};
  for (FloatFormat element : {kE2M1, kE4M3, kE5M2, kInt8}) {
    QuantizeSpec spec = mxfp4();
    spec.format.element = element;
    Quantized z = run(spec, view(zero, 1, 2));
    CHECK_EQ(z.scales[0], 0u);
    CHECK_EQ(z.codes[0], 0);
    CHECK_EQ(z.codes[1], element.isInteger ? 0 : 1 << (element.bits() - 1));
  }
  std::vector<float> huge = {FLT_MAX, -FLT_MAX};
  for (int rule = 0; rule < 4; ++rule) {
    QuantizeSpec spec = mxfp4();
    spec.rule = ScaleRule(rule);
    Quantized h = run(spec, view(huge, 1, 2));
    std::vector<uint32_t> bits;
    dequantize(h, kF32, bits);
    // FLOOR clips below 2^128, the others round up to it.
    CHECK_EQ(bits[0], rule == 0 ? bitsOf(0x1.8p127f) : 0x7F800000u);
  }
}

/// Codes and scales of a [r, c] tile do not depend on the others.
void checkBlockShapes() {
  std::vector<float> x = randomMatrix(2 * 21 * 37, 5);
  for (int64_t r : {int64_t(1), int64_t(16), kFull})
    for (int64_t c : {int64_t(8), int64_t(16), kFull}) {
      QuantizeSpec spec = mxfp4();
      spec.format.blockRows = r;
      spec.format.blockCols = c;
      Quantized q = run(spec, view(x, 21, 37, 2));
      int64_t rows = r == kFull ? 21 : r, cols = c == kFull ? 37 : c;
      CHECK_EQ(q.scaleRows, (21 + rows - 1) / rows);
      CHECK_EQ(q.scaleCols, (37 + cols - 1) / cols);
      for (int64_t item = 0; item < 2; ++item)
        for (int64_t i = 0; i < 21; i += rows)
          for (int64_t j = 0; j < 37; j += cols) {
            uint32_t amax = 0;
            for (int64_t a = i; a < std::min(i + rows, int64_t(21)); ++a)
              for (int64_t b = j; b < std::min(j + cols, int64_t(37)); ++b)
                amax =
                    std::max(amax, bitsOf(x[size_t((item * 21 + a) * 37 + b)]) &
                                       0x7FFFFFFF);
            CHECK_EQ(
                q.scaleOf(item, i, j),
                uint32_t(scaleExponent(ScaleRule::Floor, amax, kE2M1) + 127));
          }
    }
}

void checkTransposed() {
  std::vector<float> x = randomMatrix(40 * 24, 6), t(x.size());
  for (size_t i = 0; i < 40; ++i)
    for (size_t j = 0; j < 24; ++j)
      t[j * 40 + i] = x[i * 24 + j];
  QuantizeSpec columns = mxfp4(), rows = mxfp4();
  columns.format.blockRows = 32;
  columns.format.blockCols = 1;
  columns.rounding = rows.rounding = Rounding::Stochastic;
  Quantized a = run(columns, view(x, 40, 24)), b = run(rows, view(t, 24, 40));
  CHECK(a.rows == 24 && a.cols == 40);
  CHECK(a.codes == b.codes && a.scales == b.scales);
}

/// A tile with an origin draws the bits of the whole tensor.
void checkOrigin() {
  std::vector<float> x = randomMatrix(3 * 32 * 96, 7);
  QuantizeSpec spec = mxfp4();
  spec.rounding = Rounding::Stochastic;
  spec.seed = 77;
  for (unsigned bits : {8u, 16u, 24u}) {
    spec.randomBits = bits;
    spec.rowMap = RowMap();
    spec.colOrigin = 0;
    Quantized whole = run(spec, view(x, 32, 96, 3));
    MatrixView tile = view(x, 8, 64, 2); // items 1-2, rows 16-23, columns 32-95
    tile.data += 1 * 32 * 96 + 16 * 96 + 32;
    tile.itemStride = 32 * 96;
    tile.rowStride = 96;
    spec.rowMap.rank = 2;
    int64_t sizes[] = {2, 8}, origins[] = {1, 16}, extents[] = {3, 32};
    std::copy(sizes, sizes + 2, spec.rowMap.sizes);
    std::copy(origins, origins + 2, spec.rowMap.origins);
    std::copy(extents, extents + 2, spec.rowMap.extents);
    spec.colOrigin = 32;
    Quantized part = run(spec, tile);
    for (int64_t item = 0; item < 2; ++item)
      for (int64_t r = 0; r < 8; ++r)
        for (int64_t c = 0; c < 64; ++c)
          CHECK(part.codes[size_t((item * 8 + r) * 64 + c)] ==
                whole.codes[size_t(((item + 1) * 32 + r + 16) * 96 + c + 32)]);
  }
}

void checkTwoLevels() {
  std::vector<float> x = randomMatrix(8 * 40, 8);
  QuantizeSpec spec;
  spec.format = {kE2M1, kE4M3, 1, 16, true};
  spec.rule = ScaleRule::Amax;
  Quantized q = run(spec, view(x, 8, 40));
  float amax = finiteAmax(view(x, 8, 40));
  CHECK(q.tensorScale == 1.0f / (2688.0f / amax));
  std::vector<uint32_t> bits;
  dequantize(q, kF32, bits);
  for (size_t i = 0; i < bits.size(); ++i) {
    float scale =
        float(decode(kE4M3, q.scaleOf(0, int64_t(i / 40), int64_t(i % 40))));
    float expected = float(decode(kE2M1, q.codes[i])) * scale * q.tensorScale;
    CHECK_EQ(bits[i], bitsOf(expected));
    CHECK(std::fabs(expected - x[i]) <= 0.2f * amax);
  }
  float nan = NAN;
  Quantized poisoned = run(spec, view(x, 8, 40), &nan);
  CHECK(std::isnan(poisoned.tensorScale) && poisoned.scales[0] == 0x7F);
}

/// Zeros appended before a Hadamard are elements: they draw and are written.
void checkPaddedHadamard() {
  std::vector<float> x = randomMatrix(5 * 40, 9), wide(5 * 64, 0.0f);
  for (size_t i = 0; i < 5; ++i)
    std::copy(x.begin() + long(i * 40), x.begin() + long(i * 40 + 40),
              wide.begin() + long(i * 64));
  QuantizeSpec spec = mxfp4();
  spec.hadamardSize = 64;
  spec.signs = seededSigns(1, 2, 64);
  spec.rounding = Rounding::Stochastic;
  Quantized b = run(spec, view(wide, 5, 64));
  spec.paddedCols = 64;
  Quantized a = run(spec, view(x, 5, 40));
  CHECK(a.codes == b.codes && a.scales == b.scales);
  bool written = false;
  for (size_t j = 40; j < 64; ++j)
    written |= (a.codes[j] & 7) != 0;
  CHECK(written);
}

void checkErrors() {
  std::vector<float> x(64, 1.0f);
  Quantized result;
  QuantizeSpec spec = mxfp4();
  spec.rule = ScaleRule::Amax;
  CHECK(quantize(spec, view(x, 1, 64), nullptr, result) != nullptr);
  spec = mxfp4();
  spec.hadamardSize = 48;
  CHECK(quantize(spec, view(x, 1, 48), nullptr, result) != nullptr);
  spec = mxfp4();
  spec.rounding = Rounding::Stochastic;
  spec.colOrigin = int64_t(1) << 40;
  CHECK(quantize(spec, view(x, 1, 64), nullptr, result) != nullptr);
}

} // namespace

int main() {
  checkKnownBlock();
  checkSpecialBlocks();
  checkBlockShapes();
  checkTransposed();
  checkOrigin();
  checkTwoLevels();
  checkPaddedHadamard();
  checkErrors();
  return mx::test::finish("quantize");
}
