//===- MatmulF32.h - Products of any operands in f32 ------------*- C++ -*-===//
//
// matmul_default of CPUs without bf16 tiles. Bound, with u = 2^-24: operands
// are exact but for rows of unusual formats, which round once, and the products
// of a result are added in turn, so that an error is at most (K + 2)·u·Σ|a·b|.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_MATMULF32_H
#define MX_RUNTIME_LIB_X86_MATMULF32_H

#include "S8.h"

namespace mx::runtime::x86 {

/// In integers where that is faster, else with `multiplier`, of f32. False,
/// with nothing written, if an operand has an infinity.
bool multiplyF32(const MatmulArgs &args, const Multiplier &multiplier,
                 const S8Engine &engine, double mostExtraWork);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_MATMULF32_H
