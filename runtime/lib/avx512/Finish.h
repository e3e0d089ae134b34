//===- Finish.h - From sums to results --------------------------*- C++ -*-===//
//
// x86::Finisher in registers of 16 results.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_FINISH_H
#define MX_RUNTIME_LIB_AVX512_FINISH_H

#include "../x86/Finish.h"

namespace mx::runtime::avx512 {

class Finisher final : public x86::Finisher {
public:
  using x86::Finisher::Finisher;

private:
  void convert(float *sums, int64_t m0, int64_t n0) const override;
  void convert(int32_t *sums, int64_t m0, int64_t n0) const override;
  void write(const Line &line, const float *values) const override;
  template <typename Load>
  void convertTile(const Load &load, float *lines, int64_t m0,
                   int64_t n0) const;
};

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_FINISH_H
