//===- Encode.h - Rounding to small elements --------------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_ENCODE_H
#define MX_LIB_TARGET_NVVM_KERNELS_ENCODE_H

#include "../Builder/Kernel.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Support/FloatFormat.h"

namespace mx::nvvm {

/// The random bits of an element: number `index` of those in a word, the first
/// lowest; of 24 bits the upper ones.
struct RandomBits {
  Int word;
  int64_t index = 0, bits = 16;

  /// bits + random · 2^(shift - bits): below bit `shift`.
  Int addBelow(Kernel &k, Int to, int64_t shift) const;
  /// As an i32 below 2^bits.
  Int extract() const;
};

/// Elements of a block to codes by integers of 32 bits, with the bits of the
/// reference: formats of up to 5 mantissa bits and int8; nearest even without a
/// prescale, others with one of eighths up to 1, stochastic with up to 16 bits.
///
/// A magnitude t times 2^(bias - 127) has its code in the bits of f32 from 23 -
/// mantissa bits on: f32's subnormals stand for the format's. int8 is all
/// subnormal: t · 2^-127 has its code from bit 16 on.
class ElementEncoder {
public:
  /// The significands of narrow scaled values have at most 15 bits.
  ElementEncoder(Kernel &k, QuantizerAttr quantizer, bool isNarrow);

  static bool takes(QuantizerAttr quantizer);
  bool takes() const { return isTaken; }
  /// The code (i32) of an f32 that is already divided by its block's scale.
  Int encode(Value scaled, const RandomBits &random);

private:
  Value keepSticky(Value magnitude);
  Int roundMagnitude(Value magnitude, const RandomBits &random);

  Kernel &k;
  contract::FloatFormat format;
  Rounding rounding;
  float prescale;
  bool isNarrow, isTaken;
  int64_t shift; ///< of the code
  float factor;
};

/// Words of eight codes of E2M1: nearest even without a prescale, and
/// stochastic with a prescale that keeps elements below 6.
class E2M1Encoder {
public:
  /// Narrow scaled values are bf16; the chip may have an instruction for
  /// nearest even.
  E2M1Encoder(Kernel &k, QuantizerAttr quantizer, bool isNarrow,
              bool hasConvert);

  static bool takes(QuantizerAttr quantizer);
  bool takes() const { return isTaken; }
  /// What values are to be multiplied by whose block has an E8M0 scale (i8),
  /// and that are 2^halvings times too large, at most 2^5. Values of blocks
  /// with large scales come down first.
  Value getFactor(Value scale, int64_t halvings,
                  llvm::SmallVectorImpl<Value> &values);
  /// The same of values that are divided by their scale.
  Value getFactor();
  /// 2^6 in a register, to multiply by instead of shifting.
  void setShift(Int factor) { shift6 = factor; }
  /// Eight codes side by side, the first lowest, of values times a factor.
  Int encode(llvm::ArrayRef<Value> values, Value factor,
             llvm::ArrayRef<RandomBits> random);

private:
  Int convertNearest(llvm::ArrayRef<Value> values, Value factor);
  Int roundPair(Value low, Value high, Value factor);
  Int encodeNearest(llvm::ArrayRef<Value> values, Value factor);
  Int encodeStochastic(llvm::ArrayRef<Value> values, Value factor,
                       llvm::ArrayRef<RandomBits> random);

  Kernel &k;
  bool isNarrow, hasConvert, isStochastic, isTaken;
  float prescale;
  Int shift6;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_ENCODE_H
