//===- BlockRules.cpp - Scales of whole blocks ----------------------------===//

#include "mx/Support/BlockRules.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace mx::contract {

namespace {

/// Which elements of a matrix come one after the other in the sums.
template <typename Fn> void forEach(const BlockView &block, Fn fn) {
  for (int64_t row = 0; row < block.rows; ++row)
    for (int64_t col = 0; col < block.cols; ++col)
      fn(row, col);
}

/// Contract 27: floor(log2(2.92247856/6 · std + 1e-8)).
BlockScale questScale(const BlockView &block) {
  float sum = 0, squares = 0;
  forEach(block, [&](int64_t row, int64_t col) {
    float value = block.at(row, col);
    sum = sum + value;
    squares = squares + value * value;
  });
  float count = static_cast<float>(block.rows * block.cols);
  float mean = sum / count;
  float variance = squares / count - mean * mean;
  float deviation = variance < 0 ? 0 : std::sqrt(variance);
  uint32_t bits = bitsOf(deviation * kQuestFactor + 1e-8f);
  int exponent = (bits & 0x7FFFFFFF) >= 0x7F800000
                     ? 127 // a sum beyond f32
                     : static_cast<int>(bits >> 23) - 127;
  BlockScale scale;
  scale.exponent = exponent;
  scale.code = static_cast<uint32_t>(exponent + 127);
  return scale;
}

/// Contract 28: the one of two scales whose squared error is smaller.
class FourOverSix {
public:
  FourOverSix(const QuantizeSpec &spec, const ScaleParams &params,
              const TensorScale &tensor, const BlockView &block)
      : spec(spec), params(params), tensor(tensor), block(block) {}

  BlockScale choose(uint32_t amaxBits) {
    float wanted = floatOf(amaxBits) / params.maxElement * tensor.encode;
    BlockScale six = floatScale(params, wanted, tensor);
    BlockScale four = floatScale(params, wanted * 1.5f, tensor);
    return error(four) < error(six) ? four : six;
  }

private:
  float error(const BlockScale &scale) {
    double stored = scaleValue(params.scale, scale.code);
    ElementEncoder encode(spec);
    float sum = 0;
    forEach(block, [&](int64_t row, int64_t col) {
      float value = block.at(row, col);
      uint16_t code = encode(value, scale, spec.rowMap(block.firstRow + row),
                             block.firstCol + col);
      float difference = dequantizeTwoLevel(decode(params.element, code),
                                            stored, tensor.decode) -
                         value;
      sum = sum + difference * difference;
    });
    return sum;
  }

  const QuantizeSpec &spec;
  const ScaleParams &params;
  const TensorScale &tensor;
  const BlockView &block;
};

/// Contract 29: the stored scale of MS-EDEN; `scale` is what codes are made by.
void correctScale(const QuantizeSpec &spec, const ScaleParams &params,
                  const BlockView &block, BlockScale &scale) {
  if (scale.code == 0)
    return;
  ElementEncoder encode(spec);
  float energy = 0, overlap = 0;
  forEach(block, [&](int64_t row, int64_t col) {
    float scaled = block.at(row, col) * scale.inverse;
    uint16_t code = encode(block.at(row, col), scale, 0, block.firstCol + col);
    energy = energy + scaled * scaled;
    overlap =
        overlap + scaled * static_cast<float>(decode(params.element, code));
  });
  float correction = overlap > 0 ? energy / overlap : 1.0f;
  float wanted =
      correction * static_cast<float>(scaleValue(params.scale, scale.code));
  Grid grid(params.scale, Rounding::Stochastic, spec.randomBits);
  RoundingBits draw(spec.seed, spec.stream, spec.randomBits, kScalePurpose);
  uint64_t column = static_cast<uint64_t>(spec.colOrigin + block.firstCol) /
                    static_cast<uint64_t>(spec.format.blockCols);
  uint32_t random =
      draw(static_cast<uint64_t>(spec.rowMap(block.firstRow)), column);
  scale.code = roundSaturating(realOf(wanted), grid, random);
}

} // namespace

uint32_t largestMagnitude(const BlockView &block) {
  uint32_t largest = 0;
  forEach(block, [&](int64_t row, int64_t col) {
    largest = std::max(largest, bitsOf(block.at(row, col)) & 0x7FFFFFFF);
  });
  return largest;
}

BlockScale scaleOfBlock(const QuantizeSpec &spec, const ScaleParams &params,
                        const TensorScale &tensor, const BlockView &block) {
  uint32_t amaxBits = largestMagnitude(block);
  BlockScale scale = blockScale(params, amaxBits, tensor);
  if (scale.isNaN)
    return scale;
  if (params.rule == ScaleRule::Quest)
    return questScale(block);
  if (params.rule == ScaleRule::FourOverSix)
    return FourOverSix(spec, params, tensor, block).choose(amaxBits);
  if (params.rule == ScaleRule::MSEden)
    correctScale(spec, params, block, scale);
  return scale;
}

} // namespace mx::contract
