//===- DecodeFP8.h - Codes of 8 bits to pairs of bf16 -----------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_DECODEFP8_H
#define MX_LIB_TARGET_NVVM_KERNELS_DECODEFP8_H

#include "../Builder/Kernel.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm {

/// E4M3 and E5M2 codes to words of two bf16, in few instructions of integers:
/// bits of a code stand where bf16's are, which is the number times
/// 2^-getExponent(), and products of bf16 pairs do the rest.
class FP8Pairs {
public:
  FP8Pairs(Kernel &k, const contract::FloatFormat &element, Int quarter);

  /// Whether the format is taken: with E8M0 scales.
  static bool takes(const contract::ScaledFormat &format);

  /// Of a word of four codes, the first two (in lanes whose quarter is even) or
  /// the others. What is no number is a large one.
  Int decode(Int word);
  /// Makes that NaN or Inf again, by all lanes of a warp.
  llvm::SmallVector<Int> restoreSpecials(llvm::ArrayRef<Int> pairs);
  int getExponent() const;

private:
  Kernel &k;
  bool isE4M3;
  Int pick;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_DECODEFP8_H
