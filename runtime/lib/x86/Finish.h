//===- Finish.h - From sums to results --------------------------*- C++ -*-===//
//
// Contract 25's steps after the sum, on 16 × 16 results at a time: acc, tensor
// scales, alpha, one rounding each, and the result's type.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_FINISH_H
#define MX_RUNTIME_LIB_X86_FINISH_H

#include "../KernelTable.h"
#include "SumTile.h"

#include <memory>

namespace mx::runtime::x86 {

/// Results of one item.
class Finisher {
public:
  /// A sum is multiplied by 2^(exponentsA[m] + exponentsB[n]); NaN gives NaN.
  Finisher(const MatmulArgs &args, int64_t item, const float *exponentsA,
           const float *exponentsB);
  virtual ~Finisher() = default;

  /// Sums in f32, of which the first `rows` rows are wanted.
  virtual void storeFloats(const SumTile &tile, int64_t rows = 16) const;
  /// Sums in s32, which are rounded once.
  virtual void storeIntegers(const SumTile &tile) const;
  /// Where storeIntegers() does nothing else than PlainResults says.
  PlainResults plainIntegers() const;
  /// Where storeFloats() does nothing else.
  PlainResults plainFloats() const;

protected:
  const MatmulArgs &args;
  int64_t item;
  int64_t outStart = 0, accStart = 0;
  const float *exponentsA, *exponentsB;
  float scaleA, scaleB;
  bool hasFactors; ///< one of the factors after the sum is not 1

private:
  template <typename T>
  void storeTile(const SumTile &tile, int64_t wanted) const;
};

template <typename Finish>
std::unique_ptr<Finisher> makeFinisher(const MatmulArgs &args, int64_t item,
                                       const float *exponentsA,
                                       const float *exponentsB) {
  return std::unique_ptr<Finisher>(
      new Finish(args, item, exponentsA, exponentsB));
}

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_FINISH_H
