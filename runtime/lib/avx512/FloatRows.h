//===- FloatRows.h - Rows of an operand as f32 ------------------*- C++ -*-===//
//
// x86::FloatRows in wider registers, where 4-bit codes are looked up in a table
// of f32 numbers.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FLOATROWS_H
#define MX_RUNTIME_LIB_AVX512_FLOATROWS_H

#include "../x86/FloatRows.h"

namespace mx::runtime::avx512 {

using x86::FewRowsView;

class FloatRows final : public x86::FloatRows {
public:
  using x86::FloatRows::FloatRows;

  int64_t columnAt(int64_t place) const override {
    return place % 16 * 8 + place / 16;
  }
  int sumExponent() const override;
  void multiplyRows(int64_t row, int64_t count, int64_t first, int64_t end,
                    const FewRowsView &few, float *sums) const override;

private:
  void decodeSteps(const uint8_t *bytes, int64_t count,
                   const float *stepFactors, float *out,
                   int64_t stepStride) const override;
  template <int Few, int Many, bool IsE8M0>
  void multiplyNibbles(int64_t row, int64_t first, int64_t end,
                       const FewRowsView &few, int64_t firstFew,
                       float *sums) const;
  template <int Many>
  void multiplyMany(int64_t row, int64_t first, int64_t end,
                    const FewRowsView &few, float *sums) const;
};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FLOATROWS_H
