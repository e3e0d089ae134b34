//===- Operands.h - Operands of products under test -------------*- C++ -*-===//
//
// An operand in two forms: buffers of any layout for the C ABI, and the
// integers that lib/Support multiplies; and the bound of mx_runtime.h.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TEST_RUNTIME_OPERANDS_H
#define MX_TEST_RUNTIME_OPERANDS_H

#include "Buffers.h"
#include "mx/Support/Matmul.h"
#include "mx/Support/Pack.h"

#include <algorithm>
#include <memory>

namespace mx::test {

/// One operand: buffers for the call, integers for the reference.
struct Side {
  contract::ScaledFormat format;
  bool isScaled = true;
  std::unique_ptr<Buffer> codes, scale, tensorScale;
  int64_t layout = MX_LAYOUT_LINEAR;
  contract::ExactOperand exact;

  mx_operand operand() const {
    return {codes->pointer(), scale ? scale->pointer() : nullptr,
            tensorScale ? tensorScale->pointer() : nullptr};
  }
};

inline Layout randomLayout(Random &random) { return Layout(random.below(3)); }

/// The buffers and the integers of codes and scales.
inline void setScaled(Side &side, const contract::Quantized &q,
                      Random &random) {
  side.isScaled = true;
  side.format = q.format;
  int64_t blocks = q.format.numBlocks(q.cols), width = q.format.cols(q.cols);
  int64_t bytes = q.format.bytesPerBlock(q.cols);
  side.codes = std::make_unique<Buffer>(
      MX_I8, std::vector<int64_t>{q.items, q.rows, blocks, bytes},
      randomLayout(random));
  for (int64_t i = 0; i < q.items * q.rows * blocks; ++i) {
    std::vector<uint16_t> codes(size_t(width), 0);
    std::vector<uint8_t> packed(size_t(bytes), 0);
    int64_t row = i / blocks, first = i % blocks * width;
    for (int64_t c = 0; c < width && first + c < q.cols; ++c)
      codes[size_t(c)] = q.codes[size_t(row * q.cols + first + c)];
    contract::packCodes(q.format.element.bits(), codes.data(), width,
                        packed.data());
    for (int64_t b = 0; b < bytes; ++b)
      side.codes->setBits(i * bytes + b, packed[size_t(b)]);
  }
  side.scale = std::make_unique<Buffer>(
      q.format.scale == contract::kF32 ? MX_F32 : MX_I8,
      std::vector<int64_t>{q.items, q.scaleRows, q.scaleCols},
      randomLayout(random));
  for (int64_t i = 0; i < side.scale->count(); ++i)
    side.scale->setBits(i, q.scales[size_t(i)]);
  side.tensorScale = std::make_unique<Buffer>(MX_F32, std::vector<int64_t>{1},
                                              Layout::Contiguous);
  side.tensorScale->set(0, q.tensorScale);
  side.exact = contract::exactOperand(q);
}

/// A float operand [items, rows, cols].
inline void setPlain(Side &side, std::unique_ptr<Buffer> plain) {
  std::vector<float> values;
  for (int64_t i = 0; i < plain->count(); ++i)
    values.push_back(plain->value(i));
  int64_t rows = plain->sizes[1], cols = plain->sizes[2];
  side.isScaled = false;
  side.exact = contract::exactOperand(contract::MatrixView{
      values.data(), plain->sizes[0], rows, cols, rows * cols, cols, 1});
  side.codes = std::move(plain);
}

inline mx_matmul_spec recordOf(const Side &a, const Side &b) {
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
  spec.alpha = contract::bitsOf(1.0f);
  spec.a_layout = a.layout;
  spec.b_layout = b.layout;
  return spec;
}

/// Whether mx_prepack takes a format.
inline bool isPrepackable(const contract::ScaledFormat &format) {
  return format.blockRows == 1 && format.blockCols != contract::kFull &&
         format.scale != contract::kF32 &&
         format.bytesPerBlock(format.blockCols) % 4 == 0;
}

/// Puts the bytes of a scaled operand, rows × cols an item, in tiles.
inline void prepack(Side &side, int64_t items, int64_t rows, int64_t cols) {
  auto ceilDiv = [](int64_t a, int64_t b) { return (a + b - 1) / b; };
  int64_t blocks = side.format.numBlocks(cols);
  int64_t bytes = side.format.bytesPerBlock(cols);
  auto copyOf = [](const Buffer &from, int64_t lastAxis) {
    std::vector<int64_t> shape = from.sizes;
    shape.back() = lastAxis;
    auto copy = std::make_unique<Buffer>(MX_I8, shape, Layout::Contiguous);
    for (int64_t i = 0; i < from.count(); ++i)
      copy->setBits(i, from.bits(i));
    return copy;
  };
  side.codes = copyOf(*side.codes, bytes); // mx_prepack wants rows of bytes
  auto tiles = [&](int64_t tilesAlongK) {
    return std::make_unique<Buffer>(
        MX_I8, std::vector<int64_t>{items, ceilDiv(rows, 16), tilesAlongK, 64},
        Layout::Contiguous);
  };
  auto codes = tiles(blocks * bytes / 4), scale = tiles(ceilDiv(blocks, 4));
  mx_operand linear = side.operand();
  int64_t codeBytes = 0, scaleBytes = 0;
  CHECK(mx_prepack_size(MX_LAYOUT_TILE_16X4, &linear, &codeBytes,
                        &scaleBytes) == MX_OK);
  CHECK(codeBytes == codes->count() && scaleBytes == scale->count());
  CHECK(mx_prepack(MX_LAYOUT_TILE_16X4, &linear, codes->pointer(),
                   scale->pointer()) == MX_OK);
  side.codes = std::move(codes);
  side.scale = std::move(scale);
  side.layout = MX_LAYOUT_TILE_16X4;
}

/// One time out of two, where its format can be.
inline void maybePrepack(Side &side, int64_t items, int64_t rows, int64_t cols,
                         Random &random) {
  if (side.isScaled && isPrepackable(side.format) && random.below(2))
    prepack(side, items, rows, cols);
}

/// Of Σ|a·b|, as mx_runtime.h promises it. Portable kernels sum in f64.
inline double relativeBound(int64_t k, int64_t accumulate) {
  if (context().find("portable") != std::string::npos)
    return double(k) * 0x1p-51;
  double bound = double(k + 32) * 0x1p-24;
  return accumulate == MX_ACCUMULATE_FAST ? std::max(bound, 1e-4) : bound;
}

/// A result before tensor scales and alpha, and what its bound consists of.
struct Reference {
  using Wide = long double; // its exponents reach beyond those of products
  Wide exact = 0, magnitudes = 0, largest = 0;
  bool isSpecial = false; ///< an operand has an infinity or NaN in its row
  float special = 0;      ///< the result then

  bool admits(float got, int64_t k, int64_t accumulate) const;
};

inline Reference referenceOf(const Side &a, const Side &b, int64_t item,
                             int64_t m, int64_t n) {
  using Wide = Reference::Wide;
  Reference result;
  Wide largestA = 0, largestB = 0;
  const contract::ExactNumber *x = a.exact.row(item, m);
  const contract::ExactNumber *y = b.exact.row(item, n);
  for (int64_t j = 0; j < a.exact.cols; ++j) {
    Wide left = std::ldexp(Wide(x[j].significand), x[j].exponent);
    Wide right = std::ldexp(Wide(y[j].significand), y[j].exponent);
    result.isSpecial |= x[j].isInf || y[j].isInf || x[j].isNaN || y[j].isNaN;
    result.exact += left * right;
    result.magnitudes += std::fabs(left * right);
    largestA = std::max(largestA, std::fabs(left));
    largestB = std::max(largestB, std::fabs(right));
  }
  result.largest = largestA * largestB;
  if (result.isSpecial) {
    contract::ExactSum sum(a.exact.range, b.exact.range);
    for (int64_t j = 0; j < a.exact.cols; ++j)
      contract::addProduct(sum, x[j], y[j]);
    result.special = sum.toFloat();
  }
  return result;
}

inline bool Reference::admits(float got, int64_t k, int64_t accumulate) const {
  if (isSpecial)
    return std::isnan(special) ? std::isnan(got) : got == special;
  Wide value = got;
  if (std::isinf(got)) // overflow rounds as if there were a number 2^128
    value = got < 0 ? -0x1p128L : 0x1p128L;
  Wide wanted = std::clamp(exact, -0x1p128L, 0x1p128L);
  bool isPortable = context().find("portable") != std::string::npos;
  Wide floor = isPortable ? 0 : Wide(k) * 0x1p-100L * largest;
  return std::fabs(value - wanted) <=
         0x1p-24L * std::fabs(wanted) +
             (relativeBound(k, accumulate) + Wide(k) * 0x1p-60L) * magnitudes +
             floor + 0x1p-149L;
}

} // namespace mx::test

#endif // MX_TEST_RUNTIME_OPERANDS_H
