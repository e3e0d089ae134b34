//===- FloatRows.h - Rows of an operand as f32 ------------------*- C++ -*-===//
//
// Elements times block scales as f32 near 1, exactly, in the order of k.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_FLOATROWS_H
#define MX_RUNTIME_LIB_X86_FLOATROWS_H

#include "OperandRows.h"

namespace mx::runtime::x86 {

class FloatRows : public OperandRows {
public:
  static constexpr int64_t kStep = 16; ///< columns

  FloatRows(const OperandArgs &operand, int64_t k, ScratchSlot slot)
      : OperandRows(operand, k, kStep, false, slot) {}

  int64_t steps() const override { return ceilDiv(k, kStep); }
  void decode(int64_t firstRow, int64_t rowCount, int64_t first, int64_t count,
              const RowTarget &target) const override;

private:
  void decodeBytes(int64_t row, int64_t first, int64_t count, float *out,
                   int64_t stepStride) const;
  void decodeFloats(int64_t row, int64_t first, int64_t count, float *out,
                    int64_t stepStride) const;
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_FLOATROWS_H
