//===- BlockRules.h - Scales of whole blocks --------------------*- C++ -*-===//
//
// One block at a time, by any scale rule: those of Scale.h need its largest
// magnitude alone, quest, four_over_six and ms_eden every element (contract
// 27-29). Sums are f32, in the order of the elements, row by row.
//
//===----------------------------------------------------------------------===//

#ifndef MX_SUPPORT_BLOCKRULES_H
#define MX_SUPPORT_BLOCKRULES_H

#include "mx/Support/Philox.h"
#include "mx/Support/Quantize.h"

namespace mx::contract {

/// The values of one block, `stride` apart from row to row, and where its first
/// element stands in the operand (rows flattened with the batch).
struct BlockView {
  const float *values;
  int64_t rows, cols, stride;
  int64_t firstRow, firstCol;

  float at(int64_t row, int64_t col) const {
    return values[row * stride + col];
  }
};

/// Codes of the elements of one operand, with what is worked out once a call.
class ElementEncoder {
public:
  explicit ElementEncoder(const QuantizeSpec &spec)
      : spec(spec), grid(spec.format.element, spec.rounding, spec.randomBits),
        prescale(realOf(spec.prescale)),
        draw(spec.seed, spec.stream, spec.randomBits) {}

  /// `row` is the row in the whole tensor, `col` the column in this one.
  uint16_t operator()(float value, const BlockScale &scale, int64_t row,
                      int64_t col) {
    if (scale.isNaN)
      return 0;
    uint32_t random = spec.rounding == Rounding::Stochastic
                          ? draw(static_cast<uint64_t>(row),
                                 static_cast<uint64_t>(spec.colOrigin + col))
                          : 0;
    Real t = scaledElement(value, scale, spec.format.scale.isE8M0, prescale);
    return static_cast<uint16_t>(roundSaturating(t, grid, random));
  }

private:
  const QuantizeSpec &spec;
  Grid grid;
  Real prescale;
  RoundingBits draw;
};

/// The bits of the largest magnitude of a block.
uint32_t largestMagnitude(const BlockView &block);

/// The scale of a block by the rule of `spec`, of which `params` was made.
BlockScale scaleOfBlock(const QuantizeSpec &spec, const ScaleParams &params,
                        const TensorScale &tensor, const BlockView &block);

} // namespace mx::contract

#endif // MX_SUPPORT_BLOCKRULES_H
