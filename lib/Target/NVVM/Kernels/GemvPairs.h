//===- GemvPairs.h - E2M1 weights of gemv as pairs of bf16 ------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_GEMVPAIRS_H
#define MX_LIB_TARGET_NVVM_KERNELS_GEMVPAIRS_H

#include "../Builder/Kernel.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm {

/// Codes i and i + 4 of a word as two bf16 with their scale in. Instructions on
/// integers limit gemv, so there are few. Small scales come at once, with the
/// 2^126 that codes in bf16's bits lack. E8M0's leave bf16's range that way:
/// they come with or after 2^124, which keeps 6·2^127 within it.
class GemvPairs {
public:
  GemvPairs(Kernel &k, const contract::ScaledFormat &format);

  /// Whether there is a short way for the usual scales.
  bool hasUsual() const;
  /// Whether all scales of a warp are usual (i1): E8M0's that leave room for
  /// 2^124, E4M3's that are neither negative nor NaN.
  Int areUsual(ValueRange codes) const;
  /// Two scales, each twice in a word.
  std::pair<Int, Int> readScales(Int first, Int second, bool areUsual) const;
  /// Codes i and i + 4, i from 0 to 3, times a scale.
  Int decode(Int word, int i, Int scale, bool isUsual) const;
  /// What sums of products lack.
  float getFactor() const;

private:
  Int readUsual(Int code) const;
  Int readAny(Int low, Int high) const;

  Kernel &k;
  contract::FloatFormat scale;
  int shift; ///< small scales times 2^shift
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_GEMVPAIRS_H
