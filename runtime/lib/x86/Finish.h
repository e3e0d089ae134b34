//===- Finish.h - From sums to results --------------------------*- C++ -*-===//
//
// Contract 25's steps after the sum, on 16 × 16 results at a time: acc, tensor
// scales, alpha, one rounding each, and the result's type.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_FINISH_H
#define MX_RUNTIME_LIB_X86_FINISH_H

#include "Product.h"

#include <memory>

namespace mx::runtime::x86 {

/// Results of one item.
class Finisher {
public:
  /// A sum is multiplied by 2^(exponentsA[m] + exponentsB[n]); NaN gives NaN.
  Finisher(const MatmulArgs &args, int64_t item, const float *exponentsA,
           const float *exponentsB);
  virtual ~Finisher() = default;

  /// Writes lines of a tile, whose sums are f32 or s32; integers are rounded
  /// once.
  void storeFloats(const SumTile &tile) const;
  void storeIntegers(const SumTile &tile) const;
  /// Results of some rows of a tile of f32 sums.
  void storeRows(float *sums, int64_t m0, int64_t n0, int64_t rows) const;

protected:
  const MatmulArgs &args;
  int64_t outStart = 0, accStart = 0;
  const float *exponentsA, *exponentsB;
  float scaleA, scaleB;
  bool hasFactors; ///< one of the factors after the sum is not 1

  /// A line of results is contiguous in the result: 16 of n, or of m if this.
  bool linesAreOfM() const {
    return args.out.colStride != 1 && args.out.rowStride == 1;
  }

  /// Where a line of results goes, and where its acc is.
  struct Line {
    int64_t at, stride, accAt, accStride;
    int count;
  };

private:
  /// From 16 × 16 sums, rows of one n, to lines of results without acc and
  /// factors, in place.
  virtual void convert(float *sums, int64_t m0, int64_t n0) const;
  virtual void convert(int32_t *sums, int64_t m0, int64_t n0) const;
  virtual void write(const Line &line, const float *values) const;
  template <typename T> void convertTile(T *sums, int64_t m0, int64_t n0) const;
  void writeLines(const float *lines, const SumTile &tile, int64_t rows) const;
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
