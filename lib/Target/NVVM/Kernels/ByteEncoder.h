//===- ByteEncoder.h - Elements of 6 and 8 bits by cvt ----------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_BYTEENCODER_H
#define MX_LIB_TARGET_NVVM_KERNELS_BYTEENCODER_H

#include "../Builder/Kernel.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// 2^-e of an E8M0 scale's code (i32) as f32; any number for NaN.
Value invertScale(Kernel &k, Int code);

/// Elements of a block with an E8M0 scale to OCP E4M3, E5M2, E2M3 or E3M2,
/// nearest even without a prescale, on chips with the conversion: of 8 bits
/// (sm_89 and later), and of 6 (sm_100a, sm_120a).
class ByteEncoder {
public:
  ByteEncoder(QuantizerAttr quantizer, bool hasF8Convert,
              bool hasNarrowConvert);

  bool takes() const { return isTaken; }
  /// The codes (i32) of a block of f32; `scale` is the block's code, an i8.
  llvm::SmallVector<Int> encode(Kernel &k, llvm::ArrayRef<Value> values,
                                Value scale) const;

private:
  llvm::StringRef name; ///< of the format in PTX
  bool isTaken;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_BYTEENCODER_H
