//===- S8Codes.h - E2M1 codes as signed bytes -------------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_S8CODES_H
#define MX_LIB_TARGET_NVVM_KERNELS_S8CODES_H

#include "../Builder/Warp.h"

namespace mx::nvvm {

/// A row's factor is 2^(its largest scale byte - kScaleBias): 127 of E8M0, 1
/// since bytes are 2·E2M1, 3 for the shift.
constexpr int kScaleBias = 131;

/// 2·E2M1 · factor (1, 2, 4 or 8) of codes in nibbles, the first lowest, as
/// signed bytes. Half as many integers a cycle as the rest of a multiprocessor
/// wants is what limits a decoding kernel, so that products and sums, which the
/// units for f32 make, stand for some of them.
class ByteTable {
public:
  ByteTable(Kernel &k, Int factor)
      : k(k), low(factor * 0x03020100), high(factor * 0x0C080604) {}

  /// The eight of a word.
  llvm::SmallVector<Int, 2> decode(Int word) {
    return {decodeHalf(word), decodeHalf(word >> 16)};
  }
  /// The four lowest ones of a word.
  Int decodeHalf(Int word) {
    // Where the sign is set, prmt gives copies of the byte's uppermost bit, 0.
    Int positive = permuteBytes(k, low, high, word);
    Int negative = permuteBytes(k, low, high, word ^ k.i32(0x88888888));
    // Bytes are at most 96, so no borrow passes between them.
    Int tops = k.i32(0x80808080);
    return ((tops - negative) ^ tops) | positive;
  }

private:
  Kernel &k;
  Int low, high;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_S8CODES_H
