//===- ExactSum.h - Integers rounded once to f32 ----------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_EXACTSUM_H
#define MX_LIB_TARGET_NVVM_KERNELS_EXACTSUM_H

#include "../Builder/Kernel.h"

namespace mx::nvvm {

/// sum · 2^exponent, rounded once to f32. The sum is a signed integer of 64
/// bits or more, not the least one; the exponent an i32 from -900 to 200.
Value roundSum(Kernel &k, Int sum, Int exponent);

/// The same for an i64 of at most 53 bits.
Value roundShortSum(Kernel &k, Int sum, Int exponent);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_EXACTSUM_H
