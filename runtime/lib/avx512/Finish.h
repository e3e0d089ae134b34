//===- Finish.h - From sums to results --------------------------*- C++ -*-===//
//
// x86::Finisher in registers of 16 results.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FINISH_H
#define MX_RUNTIME_LIB_AVX512_FINISH_H

#include "../x86/Finish.h"

#include <immintrin.h>

namespace mx::runtime::avx512 {

class Finisher final : public x86::Finisher {
public:
  using x86::Finisher::Finisher;

  void storeFloats(const x86::SumTile &tile, int64_t rows = 16) const override;
  void storeIntegers(const x86::SumTile &tile) const override;

private:
  /// Whether powers of these rows can be multiplied by one after the other,
  /// with no rounding but the sum's.
  bool isNear(int64_t m0, int64_t n0) const;
  /// Times the scales of the tensors and alpha, one by one.
  __m512 timesFactors(__m512 x) const;
  /// The epilogue of one line of results.
  __m512 finishLine(const ResultLine &line, __m512 x) const;
  template <typename Sums>
  void storeTile(const x86::SumTile &tile, int64_t wanted) const;
};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FINISH_H
