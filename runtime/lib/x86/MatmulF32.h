//===- MatmulF32.h - Products of any operands in f32 ------------*- C++ -*-===//
//
// matmul_default of CPUs without bf16 tiles. Bound, with u = 2^-24: operands
// are exact but for rows of unusual formats, which round once, and the products
// of a result are added in turn, or exactly in groups and those in turn, so
// that an error is at most (K + 2)·u·Σ|a·b|.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_MATMULF32_H
#define MX_RUNTIME_LIB_X86_MATMULF32_H

#include "ByteBlocks.h"
#include "FewRows.h"
#include "S16.h"

namespace mx::runtime::x86 {

/// What an ISA brings along.
struct F32Engine {
  Multiplier multiplier;
  AddProducts addProducts;
  std::unique_ptr<FloatRows> (*rows)(const OperandArgs &, int64_t k,
                                     ScratchSlot);
  S8Engine s8;
  double mostExtraWork; ///< of bands, before f32 is faster than integers
  const Multiplier *words = nullptr; ///< of S16.h; null: none
  /// Rows that are multiplied with a few; null: as any.
  std::unique_ptr<FloatRows> (*manyRows)(const OperandArgs &, int64_t k,
                                         ScratchSlot) = nullptr;
  const Multiplier *blocks = nullptr; ///< of ByteBlocks; null: none
};

template <typename Rows>
std::unique_ptr<FloatRows> makeFloatRows(const OperandArgs &operand, int64_t k,
                                         ScratchSlot slot) {
  return std::unique_ptr<FloatRows>(new Rows(operand, k, slot));
}

/// The same, to be multiplied with a few rows.
template <typename Rows>
std::unique_ptr<FloatRows> makeManyRows(const OperandArgs &operand, int64_t k,
                                        ScratchSlot slot) {
  bool defers = !operand.isScaled && operand.plain.colStride == 1;
  return std::unique_ptr<FloatRows>(new Rows(operand, k, slot, defers));
}

/// False, with nothing written, if an operand has an infinity.
bool multiplyF32(const MatmulArgs &args, const F32Engine &engine);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_MATMULF32_H
