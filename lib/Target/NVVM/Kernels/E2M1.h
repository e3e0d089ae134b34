//===- E2M1.h - Rounding to E2M1 in a few instructions ----------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_E2M1_H
#define MX_LIB_TARGET_NVVM_KERNELS_E2M1_H

#include "../Builder/Kernel.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// The random bits of an element: number `index` of those in a word, the first
/// lowest; of 24 bits the upper ones.
struct RandomBits {
  Int word;
  int64_t index = 0, bits = 16;

  /// As an i32 below 2^bits.
  Int extract() const;
};

/// Elements of a block to E2M1, nearest even without a prescale or stochastic
/// with up to 16 bits: the bits of the reference.
///
/// A magnitude t < 8 times 2^-126 has its E2M1 code in the bits from 22 on: the
/// subnormals of f32 stand for those of E2M1.
class E2M1Encoder {
public:
  /// The significands of narrow scaled values have at most 16 bits.
  E2M1Encoder(Kernel &k, QuantizerAttr quantizer, bool isNarrow);

  bool takes() const { return isTaken; }
  /// The code (i32) of an f32 that is already divided by its block's scale.
  Int encode(Value scaled, const RandomBits &random);

  /// Whether a word of codes may come of encodeEight: stochastic, of elements
  /// that stay below 6.
  bool takesEight() const;
  /// Eight codes side by side, the first lowest.
  Int encodeEight(llvm::ArrayRef<Value> scaled,
                  llvm::ArrayRef<RandomBits> random);

private:
  Value keepSticky(Value magnitude);
  Int roundToNearest(Value magnitude);
  Int addRandom(Value magnitude, const RandomBits &random);

  Kernel &k;
  QuantizerAttr quantizer;
  bool isNarrow, isTaken;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_E2M1_H
