//===- Convert.h - From f32 sums to results ---------------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_CONVERT_H
#define MX_LIB_TARGET_NVVM_KERNELS_CONVERT_H

#include "../Builder/Kernel.h"

namespace mx::nvvm {

/// alpha · sum, each step rounded to f32, then to the result type (f32, bf16 or
/// f16, nearest even), as contract 25 orders them. NaN becomes canonical.
Value finishSum(Kernel &k, Value sum, float alpha, mlir::Type type,
                bool mayBeNaN = false);

/// The same of two: where the type has 16 bits, packTwo and storeTwo of both
/// take a word without instructions of their own.
std::array<Value, 2> finishTwo(Kernel &k, Value first, Value second,
                               float alpha, mlir::Type type,
                               bool mayBeNaN = false);

/// The NaN that every target gives.
Value canonicalNaN(Kernel &k, mlir::Type type);

/// Two 16-bit floats, the first one in the lower half.
Int packTwo(Kernel &k, Value first, Value second);
/// Two neighbours in one store; the place is even.
void storeTwo(Kernel &k, Value first, Value second, Value pointer, Int place);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_CONVERT_H
