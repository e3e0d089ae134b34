//===- S8.h - MXFP4 products in integers ------------------------*- C++ -*-===//
//
// Exact products of MXFP4 operands, for both accumulation modes.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_S8_H
#define MX_RUNTIME_LIB_X86_S8_H

#include "Finish.h"
#include "Folded.h"

#include <memory>

namespace mx::runtime::x86 {

/// What an ISA brings along.
struct S8Engine {
  Multiplier multiplier;
  std::unique_ptr<FoldedRows> (*rows)(const OperandArgs &, int64_t k,
                                      ScratchSlot);
  std::unique_ptr<Finisher> (*finisher)(const MatmulArgs &, int64_t item,
                                        const float *exponentsA,
                                        const float *exponentsB);
};

template <typename Rows, typename Finish>
S8Engine s8Engine(const Multiplier &multiplier) {
  return {multiplier,
          [](const OperandArgs &operand, int64_t k, ScratchSlot slot) {
            return std::unique_ptr<FoldedRows>(new Rows(operand, k, slot));
          },
          makeFinisher<Finish>};
}

/// The results of contract 25. False, with nothing written, for other formats,
/// sums that could leave the integers, scales that spread too far, or where
/// bands make more than `mostExtraWork` times the work of rows of one band.
bool multiplyS8(const MatmulArgs &args, const S8Engine &engine,
                double mostExtraWork);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_S8_H
