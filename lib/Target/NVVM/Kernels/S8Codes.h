//===- S8Codes.h - E2M1 codes as signed bytes -------------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_S8CODES_H
#define MX_LIB_TARGET_NVVM_KERNELS_S8CODES_H

#include "../Builder/Warp.h"

namespace mx::nvvm {

/// A row's factor is 2^(its largest scale byte - kScaleBias): 127 of E8M0, 1
/// since bytes are 2·E2M1, 3 for the shift.
constexpr int kScaleBias = 131;

/// 2·E2M1 << shift, 0 to 3, of eight codes at a time.
class ByteTable {
public:
  ByteTable(Kernel &k, Int shift) : k(k) {
    low = k.i32(0x03020100) << shift;
    high = k.i32(0x0C080604) << shift;
    // Bytes are at most 96, so no borrow passes between them.
    negativeLow = (k.i32(0x80808080) - low) ^ k.i32(0x80808080);
    negativeHigh = (k.i32(0x80808080) - high) ^ k.i32(0x80808080);
  }

  /// Codes in nibbles, the first lowest, to two words of four bytes.
  llvm::SmallVector<Int, 2> decode(Int word) {
    Int magnitudes = word & 0x77777777, signs = (word >> 3) & 0x11111111;
    return {pick(magnitudes, signs), pick(magnitudes >> 16, signs >> 16)};
  }

private:
  Int pick(Int magnitudes, Int signs) {
    Int positive = permuteBytes(k, low, high, magnitudes);
    Int negative = permuteBytes(k, negativeLow, negativeHigh, magnitudes);
    Int mask = permuteBytes(k, k.i32(0xFF00), k.i32(0), signs);
    return (positive & ~mask) | (negative & mask);
  }

  Kernel &k;
  Int low, high, negativeLow, negativeHigh;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_S8CODES_H
