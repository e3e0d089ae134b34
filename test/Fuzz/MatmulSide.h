//===- MatmulSide.h - An operand of a random product ------------*- C++ -*-===//
//
// Buffers for the call, and the numbers in them for the reference.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TEST_FUZZ_MATMULSIDE_H
#define MX_TEST_FUZZ_MATMULSIDE_H

#include "Fuzz.h"
#include "mx/Support/Matmul.h"

#include <memory>

namespace mx::fuzz {

/// One operand and its numbers, row by row.
struct Side {
  contract::ScaledFormat format;
  bool isScaled = false;
  std::vector<int64_t> batch;
  int64_t items = 1, rows = 1, k = 1, layout = MX_LAYOUT_LINEAR;
  std::unique_ptr<Guarded> codes, scale, tensorScale;
  contract::ExponentRange range;
  std::vector<contract::ExactNumber> numbers;

  mx_operand operand() const {
    return {codes->pointer(), scale ? scale->pointer() : nullptr,
            tensorScale ? tensorScale->pointer() : nullptr};
  }
  const contract::ExactNumber *row(int64_t item, int64_t r) const {
    return numbers.data() + (item * rows + r) * k;
  }
  float tensorFactor() const { return tensorScale ? tensorScale->value(0) : 1; }
  /// Whether k need not be told: a last block that is not full hides it.
  bool tellsLength() const;
  /// Its fields of the record, from element to has_tensor_scale.
  void write(int64_t *fields) const;
  std::string describe() const;
};

contract::ScaledFormat randomScaled(Random &random);

/// Rows of `format`, or plain floats now and then unless `surelyScaled`. Batch
/// sizes are those of the result, or some of them 1 and leading ones gone.
Side makeSide(const std::vector<int64_t> &batch, int64_t rows, int64_t k,
              bool keepBatch, const contract::ScaledFormat &format,
              bool surelyScaled, Random &random);

} // namespace mx::fuzz

#endif // MX_TEST_FUZZ_MATMULSIDE_H
