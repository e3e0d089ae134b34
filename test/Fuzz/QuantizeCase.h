//===- QuantizeCase.h - Making up quantisations -----------------*- C++ -*-===//
//
// A random quantisation: its record, the shapes of its operands and what
// lib/Support makes of an x.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TEST_FUZZ_QUANTIZECASE_H
#define MX_TEST_FUZZ_QUANTIZECASE_H

#include "Fuzz.h"

namespace mx::fuzz {

struct QuantizeCase {
  mx_quantize_spec record{};
  contract::QuantizeSpec spec;
  std::vector<int64_t> shape;            ///< of x
  bool transposed = false;               ///< between x and what is stored
  int64_t rows = 1, cols = 1, items = 1; ///< stored, cols padded
  std::vector<int64_t> origin;
  contract::Quantized expected;
  std::vector<uint8_t> packed; ///< the bytes of the expected codes

  bool isTwoLevel() const { return spec.format.hasTensorScale; }
  int scaleType() const {
    return spec.format.scale == contract::kF32 ? MX_F32 : MX_I8;
  }
  /// Of the codes or the scales.
  std::vector<int64_t> outShape(bool codes) const;
  void computeExpected(const Guarded &x, const float *amax);
};

/// Of a random shape, or of `shape`.
QuantizeCase randomQuantization(Random &random,
                                const std::vector<int64_t> &shape = {});
/// The same of x swapped, as a train step has it beside the first one.
QuantizeCase transposedTwin(const QuantizeCase &c, Random &random);

/// Whether codes, scales and tensor scale are those of `c`; prints what `c` is
/// if not.
bool isRight(const QuantizeCase &c, const Guarded &codes, const Guarded &scale,
             const Guarded &tensorScale);

/// Whether `x` holds `expected` in its own order.
template <typename T>
bool holds(const Guarded &x, const std::vector<T> &expected) {
  bool same = x.count() == int64_t(expected.size());
  for (int64_t i = 0; same && i < x.count(); ++i)
    same = x.bits(i) == expected[size_t(i)];
  return same;
}

} // namespace mx::fuzz

#endif // MX_TEST_FUZZ_QUANTIZECASE_H
