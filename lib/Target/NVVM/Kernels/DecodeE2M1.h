//===- DecodeE2M1.h - Codes and scales to pairs of bf16 ---------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_DECODEE2M1_H
#define MX_LIB_TARGET_NVVM_KERNELS_DECODEE2M1_H

#include "../Builder/Kernel.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm {

/// E2M1 codes of blocks with E8M0 or E4M3 scales to words of two bf16, in few
/// instructions of integers: bits of a code stand where bf16's are, which is
/// the number times 2^-126, and products of bf16 pairs do the rest.
class E2M1Pairs {
public:
  E2M1Pairs(Kernel &k, const contract::ScaledFormat &format, Int quarter);

  /// Whether scales of the format are taken.
  static bool takes(const contract::ScaledFormat &format);

  /// 16 bytes of codes: columns 8i + 2·quarter and the next, i from 0 to 3,
  /// times 2^-126.
  llvm::SmallVector<Int> decode(llvm::ArrayRef<Int> words);
  /// Whether any lane of the warp has scales in a word that leave bf16's range
  /// when they are multiplied by 2^124 (i1).
  Int areLarge(llvm::ArrayRef<Int> words);
  /// The scale in a byte of a word, for multiply().
  Int readScale(Int word, int byte, Int isLarge);
  /// E8M0's as bf16 twice, times powers of two that stand in `more`, added to
  /// exponents; 2^-127 is a denormal.
  Int placeScale(Int word, int byte, Int more);
  /// Decoded pairs times their scales and 1 / getFactor(), exactly. Scales that
  /// are NaN give anything.
  llvm::SmallVector<Int> multiply(llvm::ArrayRef<Int> pairs,
                                  llvm::ArrayRef<Int> scales, Int isLarge);
  float getFactor() const;

  /// What bits 7, 15, 23 and 31 say: whether one of four scales is NaN.
  Int findNaN(Int word);

private:
  Kernel &k;
  bool isE8M0;
  Int pick;
};

/// Pairs of bf16 times their scales; first times powers of two, of even pairs
/// and of odd ones, where scales are large (null: they never are).
llvm::SmallVector<Int> multiplyScales(Kernel &k, llvm::ArrayRef<Int> pairs,
                                      llvm::ArrayRef<Int> scales, Int areLarge,
                                      std::array<Int, 2> powers);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_DECODEE2M1_H
