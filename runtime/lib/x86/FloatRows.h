//===- FloatRows.h - Rows of an operand as f32 ------------------*- C++ -*-===//
//
// Elements times block scales as f32 near 1, exactly, in the order of k.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_FLOATROWS_H
#define MX_RUNTIME_LIB_X86_FLOATROWS_H

#include "OperandRows.h"

namespace mx::runtime::x86 {

/// Columns that FloatRows::multiplyRows() takes at most, of 16 rows.
inline constexpr int64_t kMostCols = 4096;

/// All columns of the rows of a short side.
struct FewRowsView {
  const float *data;
  int64_t stride, rows;
};

class FloatRows : public OperandRows {
public:
  static constexpr int64_t kStep = 16; ///< columns

  /// `defers`: as OperandRows, of rows that multiplyRows() reads.
  FloatRows(const OperandArgs &operand, int64_t k, ScratchSlot slot,
            bool defers = false);

  int64_t steps() const override { return ceilDiv(k, kStep); }
  void decode(int64_t firstRow, int64_t rowCount, int64_t first, int64_t count,
              const RowTarget &target) const override;

  /// Whether rows can be multiplied without being stored first: those of 4-bit
  /// codes, and deferred ones, which are settled afterwards.
  bool multipliesRows() const { return hasNibbles || isDeferred; }
  /// Columns [first, end), from a multiple of 512 on: adds the products of
  /// `count` rows with each of the few to sums [count][few][16], which are to
  /// be multiplied by 2^sumExponent().
  virtual void multiplyRows(int64_t row, int64_t count, int64_t first,
                            int64_t end, const FewRowsView &few,
                            float *sums) const;
  /// The column, of a kGroup, that the few rows have at a place of it.
  virtual int64_t columnAt(int64_t place) const;
  virtual int sumExponent() const { return 0; }

protected:
  /// Packed codes of some steps, which are multiplied by a number each.
  virtual void decodeSteps(const uint8_t *bytes, int64_t count,
                           const float *stepFactors, float *out,
                           int64_t stepStride) const;
  /// Steps of a row of Kind::Floats.
  virtual void decodeFloats(int64_t row, int64_t first, int64_t count,
                            float *out, int64_t stepStride) const;

  bool hasNibbles = false;
  const bool isDeferred;
  alignas(
      64) float values[16]; ///< of 4-bit codes, to be multiplied by `factors`

private:
  template <int Few>
  void multiplyNibbles(int64_t row, int64_t first, int64_t end,
                       const float *few, int64_t stride, float *sums) const;
  void decodeBytes(int64_t row, int64_t first, int64_t count, float *out,
                   int64_t stepStride) const;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_FLOATROWS_H
