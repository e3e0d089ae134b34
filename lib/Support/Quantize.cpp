//===- Quantize.cpp - Scalar quantize and dequantize ----------------------===//
//
// Plain loops over blocks and elements; clarity before speed.
//
//===----------------------------------------------------------------------===//

#include "mx/Support/Quantize.h"

#include "mx/Support/BlockRules.h"

#include <algorithm>
#include <utility>

namespace mx::contract {

namespace {

size_t index(int64_t i) { return static_cast<size_t>(i); }

uint32_t magnitudeBits(float value) { return bitsOf(value) & 0x7FFFFFFF; }

/// One item after padding and Hadamard, rows × paddedCols.
std::vector<float> transformedItem(const QuantizeSpec &spec,
                                   const MatrixView &x, int64_t item,
                                   int64_t cols) {
  std::vector<float> values(index(x.rows * cols), 0.0f);
  for (int64_t row = 0; row < x.rows; ++row) {
    float *line = values.data() + row * cols;
    for (int64_t col = 0; col < x.cols; ++col)
      line[col] = x.at(item, row, col);
    for (int64_t g = 0; spec.hadamardSize > 0 && g < cols;
         g += spec.hadamardSize)
      hadamard(line + g, spec.hadamardSize, spec.signs);
  }
  return values;
}

const char *validate(const QuantizeSpec &spec, const MatrixView &x,
                     int64_t cols) {
  if (!isLegal(spec.format, spec.rule, spec.prescale))
    return "element, scale, scale rule and prescale do not go together";
  if (spec.hadamardSize != 0 &&
      (!isHadamardSize(spec.hadamardSize) || cols % spec.hadamardSize != 0))
    return "the Hadamard size must be a power of two in [2, 1024] that "
           "divides the number of columns";
  if (cols < x.cols)
    return "the padded number of columns is below the number of columns";
  if (spec.rule == ScaleRule::MSEden && spec.rounding == Rounding::Stochastic)
    return "ms_eden rounds scales stochastically, and elements to nearest";
  if (drawsBits(spec.rule, spec.rounding)) {
    if (spec.randomBits != 8 && spec.randomBits != 16 && spec.randomBits != 24)
      return "random bits must be 8, 16 or 24";
    int64_t lastRow = spec.rowMap(std::max<int64_t>(x.items * x.rows - 1, 0));
    if (!rowsFitCounter(lastRow, spec.colOrigin + cols, spec.randomBits))
      return "row or column does not fit the counter of 32 bits";
  }
  return nullptr;
}

void encodeBlock(ElementEncoder &encode, const QuantizeSpec &spec,
                 const BlockView &block, const BlockScale &scale,
                 uint16_t *codes) {
  for (int64_t r = 0; r < block.rows; ++r) {
    int64_t row = spec.rowMap(block.firstRow + r);
    for (int64_t c = 0; c < block.cols; ++c)
      codes[r * block.stride + c] =
          encode(block.at(r, c), scale, row, block.firstCol + c);
  }
}

void quantizeItem(const QuantizeSpec &spec, const ScaleParams &params,
                  const TensorScale &tensor, const std::vector<float> &values,
                  int64_t item, Quantized &result) {
  int64_t blockRows = result.format.rows(result.rows);
  int64_t blockCols = result.format.cols(result.cols);
  uint16_t *codes = result.codes.data() + item * result.rows * result.cols;
  ElementEncoder encode(spec);
  for (int64_t r = 0; r < result.scaleRows; ++r)
    for (int64_t c = 0; c < result.scaleCols; ++c) {
      int64_t row = r * blockRows, col = c * blockCols;
      int64_t first = row * result.cols + col;
      BlockView block{values.data() + first,
                      std::min(blockRows, result.rows - row),
                      std::min(blockCols, result.cols - col),
                      result.cols,
                      item * result.rows + row,
                      col};
      BlockScale scale = scaleOfBlock(spec, params, tensor, block);
      result
          .scales[index((item * result.scaleRows + r) * result.scaleCols + c)] =
          scale.code;
      encodeBlock(encode, spec, block, scale, codes + first);
    }
}

float finiteAmaxOf(const float *values, size_t count) {
  uint32_t amax = 0;
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits = magnitudeBits(values[i]);
    if (bits < 0x7F800000)
      amax = std::max(amax, bits);
  }
  return floatOf(amax);
}

} // namespace

ScaledFormat storedFormat(ScaledFormat format) {
  if (isStoredTransposed(format))
    std::swap(format.blockRows, format.blockCols);
  return format;
}

float finiteAmax(const MatrixView &x) {
  float amax = 0;
  for (int64_t item = 0; item < x.items; ++item)
    for (int64_t row = 0; row < x.rows; ++row)
      for (int64_t col = 0; col < x.cols; ++col) {
        float value = x.at(item, row, col);
        amax = std::max(amax, finiteAmaxOf(&value, 1));
      }
  return amax;
}

const char *quantize(const QuantizeSpec &spec, MatrixView x,
                     const float *tensorAmax, Quantized &result) {
  if (isStoredTransposed(spec.format))
    x = x.transposed();
  int64_t cols = spec.paddedCols > 0 ? spec.paddedCols : x.cols;
  if (const char *error = validate(spec, x, cols))
    return error;
  result.format = storedFormat(spec.format);
  result.items = x.items;
  result.rows = x.rows;
  result.cols = cols;
  result.scaleRows = result.format.numBlockRows(x.rows);
  result.scaleCols = result.format.numBlocks(cols);
  result.codes.assign(index(x.items * x.rows * cols), 0);
  result.scales.assign(index(x.items * result.scaleRows * result.scaleCols), 0);

  std::vector<std::vector<float>> items;
  float amax = 0;
  for (int64_t item = 0; item < x.items; ++item) {
    items.push_back(transformedItem(spec, x, item, cols));
    amax =
        std::max(amax, finiteAmaxOf(items.back().data(), items.back().size()));
  }
  ScaleParams params(spec.format, spec.rule, spec.scaleMinNormal);
  TensorScale tensor;
  if (spec.format.hasTensorScale)
    tensor = tensorScale(params, tensorAmax ? *tensorAmax : amax);
  result.tensorScale = tensor.decode;
  for (int64_t item = 0; item < x.items; ++item)
    quantizeItem(spec, params, tensor, items[index(item)], item, result);
  return nullptr;
}

void dequantize(const Quantized &x, const FloatFormat &result,
                std::vector<uint32_t> &bits) {
  bits.clear();
  for (int64_t item = 0; item < x.items; ++item)
    for (int64_t row = 0; row < x.rows; ++row)
      for (int64_t col = 0; col < x.cols; ++col) {
        double element =
            decode(x.format.element,
                   x.codes[index((item * x.rows + row) * x.cols + col)]);
        double scale = scaleValue(x.format.scale, x.scaleOf(item, row, col));
        double value = x.format.hasTensorScale
                           ? dequantizeTwoLevel(element, scale, x.tensorScale)
                           : dequantizeElement(element, scale);
        bits.push_back(roundDouble(result, value));
      }
}

const char *cast(const FloatFormat &format, const QuantizeSpec &spec,
                 const MatrixView &x, std::vector<uint16_t> &codes) {
  if (!format.isValid() || format.bits() > 16)
    return "the format of a cast must have at most 16 bits";
  RoundingBits draw(spec.seed, spec.stream, spec.randomBits);
  codes.clear();
  for (int64_t item = 0; item < x.items; ++item)
    for (int64_t r = 0; r < x.rows; ++r) {
      int64_t row = spec.rowMap(item * x.rows + r);
      for (int64_t c = 0; c < x.cols; ++c) {
        uint32_t random = spec.rounding == Rounding::Stochastic
                              ? draw(static_cast<uint64_t>(row),
                                     static_cast<uint64_t>(spec.colOrigin + c))
                              : 0;
        codes.push_back(static_cast<uint16_t>(castTo(
            format, x.at(item, r, c), spec.rounding, random, spec.randomBits)));
      }
    }
  return nullptr;
}

} // namespace mx::contract
