//===- Finish.h - From sums to results --------------------------*- C++ -*-===//
//
// Contract 25's steps after the sum, on 16 × 16 results at a time: acc, tensor
// scales, alpha, one rounding each, and the result's type.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FINISH_H
#define MX_RUNTIME_LIB_AVX512_FINISH_H

#include "../KernelTable.h"

namespace mx::runtime::avx512 {

/// Results of one item.
class Finisher {
public:
  /// A sum is multiplied by 2^(exponentsA[m] + exponentsB[n]); NaN gives NaN.
  Finisher(const MatmulArgs &args, int64_t item, const float *exponentsA,
           const float *exponentsB);

  /// Sums of results (m0 …, n0 …): row n of `tile` holds 16 values of m, the
  /// first `rows` of which are wanted. Integers are rounded once.
  void store(const float *tile, int64_t m0, int64_t n0,
             int64_t rows = 16) const;
  void store(const int32_t *tile, int64_t m0, int64_t n0) const;

private:
  template <typename Load>
  void storeTile(const Load &load, int64_t m0, int64_t n0, int64_t rows) const;

  const MatmulArgs &args;
  int64_t outStart = 0, accStart = 0;
  const float *exponentsA, *exponentsB;
  float scaleA, scaleB;
  bool hasFactors; ///< one of the factors after the sum is not 1
  bool across;     ///< the result's rows are contiguous in m, not in n
};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FINISH_H
