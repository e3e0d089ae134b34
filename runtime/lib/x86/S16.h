//===- S16.h - Products with MXFP4 weights in 16-bit integers ---*- C++ -*-===//
//
// A's rows as WordRows, B's as FoldedRows of one band. Products of a slice of
// 512 columns are added exactly: 2^15 · 96 · 512 is below 2^31. Each slice's
// sum is rounded to f32, as are the sums of its missing parts, and added to
// those before it.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_S16_H
#define MX_RUNTIME_LIB_X86_S16_H

#include "S8.h"
#include "WordRows.h"

namespace mx::runtime::x86 {

/// What an ISA brings along.
struct S16Engine {
  /// Of WordRows with words: f32 sums. Its slices have WordRows::kSliceSteps.
  const Multiplier &multiplier;
  std::unique_ptr<FloatRows> (*floats)(const OperandArgs &, int64_t k,
                                       ScratchSlot);
  S8Engine s8; ///< whose rows can decode words
};

/// As MatmulF32.h says. False, with nothing written, for other formats of B or
/// where f32 is faster.
bool multiplyS16(const MatmulArgs &args, const S16Engine &engine);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_S16_H
