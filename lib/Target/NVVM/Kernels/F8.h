//===- F8.h - Rounding to E4M3 and E5M2 by one instruction ------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_F8_H
#define MX_LIB_TARGET_NVVM_KERNELS_F8_H

#include "../Builder/Kernel.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// 2^-e of an E8M0 scale's code (i32) as f32; any number for NaN.
Value invertScale(Kernel &k, Int code);

/// Elements of a block with an E8M0 scale to OCP E4M3 or E5M2, nearest even
/// without a prescale, on chips with the conversion (sm_89 and later).
class F8Encoder {
public:
  F8Encoder(QuantizerAttr quantizer, bool hasConvert);

  bool takes() const { return isTaken; }
  /// The codes (i32) of a block of f32; `scale` is the block's code, an i8.
  llvm::SmallVector<Int> encode(Kernel &k, llvm::ArrayRef<Value> values,
                                Value scale) const;

private:
  bool isTaken = false, isE5M2 = false;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_F8_H
