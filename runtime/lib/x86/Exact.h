//===- Exact.h - Exact sums of any operands in f64 --------------*- C++ -*-===//
//
// matmul_exact of pairs that bytes do not hold. Each row is integers times a
// power of two; where the integers of two rows have few enough bits, products
// and sums of a stretch of k are exact in f64, in any order, and stretches are
// added as 64-bit integers. Longer integers are cut into parts of equally many
// bits, and the sums of all pairs of parts are added in 128 bits.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_EXACT_H
#define MX_RUNTIME_LIB_X86_EXACT_H

#include "Finish.h"
#include "IntegerRows.h"

#include <memory>

namespace mx::runtime::x86 {

/// Adds to sums [kExactRows of B][kExactRows of A] the products of `count`
/// columns of a [count][kExactRows] and b, alike; their sums are integers below
/// 2^53.
using AddExactly = void (*)(const double *a, const double *b, int64_t count,
                            int64_t *sums);

/// What an ISA brings along.
struct ExactEngine {
  AddExactly add;
  PackRows pack;
  std::unique_ptr<FloatRows> (*rows)(const OperandArgs &, int64_t k,
                                     ScratchSlot);
  std::unique_ptr<Finisher> (*finisher)(const MatmulArgs &, int64_t item,
                                        const float *exponentsA,
                                        const float *exponentsB);
};

/// The results of contract 25. False, with nothing written, for infinities and
/// for numbers too far apart.
bool multiplyExactly(const MatmulArgs &args, const ExactEngine &engine);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_EXACT_H
