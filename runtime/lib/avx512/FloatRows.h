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
    return isDeferred ? place : place % 16 * 8 + place / 16;
  }
  int sumExponent() const override;
  void multiplyRows(int64_t row, int64_t count, int64_t first, int64_t end,
                    const FewRowsView &few, float *sums) const override;

private:
  /// multiplyRows() of rows that are floats: once, as they are, if settle()
  /// finds them near 1.
  void multiplyFloats(int64_t row, int64_t count, int64_t first, int64_t end,
                      const FewRowsView &few, float *sums) const;
  template <int DType>
  void multiplyFloats(int64_t row, int64_t count, int64_t first, int64_t end,
                      const FewRowsView &few, float *sums) const;
  template <int Few, int Many, int DType>
  void multiplySomeFloats(int64_t row, int64_t first, int64_t end,
                          const FewRowsView &few, int64_t firstFew,
                          float *sums) const;
  void decodeSteps(const uint8_t *bytes, int64_t count,
                   const float *stepFactors, float *out,
                   int64_t stepStride) const override;
  void decodeFloats(int64_t row, int64_t first, int64_t count, float *out,
                    int64_t stepStride) const override;
  /// Some columns of rows that follow each other.
  struct RowsPiece {
    int64_t first, count;   ///< columns
    const uint8_t *codes;   ///< of the first row and column
    int64_t rowBytes;       ///< between rows
    const uint8_t *scales;  ///< as `codes`, `units` apart
    const uint8_t *next;    ///< rows to fetch meanwhile, as far apart
    int64_t whole;          ///< columns in groups that are all there
    uint64_t lastBytes = 0; ///< mask of those of the group behind
  };

  template <int Few, int Many, bool IsE8M0>
  void multiplyNibbles(const RowsPiece &piece, const FewRowsView &few,
                       int64_t firstFew, float *sums) const;
  template <int Few, int Many>
  void multiplySome(const RowsPiece &piece, const FewRowsView &few,
                    int64_t firstFew, float *sums) const;
  template <int Many>
  void multiplyMany(const RowsPiece &piece, const FewRowsView &few,
                    float *sums) const;
  void gatherCodes(int64_t row, int64_t count, int64_t first, int64_t end,
                   uint8_t *to) const;
};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FLOATROWS_H
