//===- SumTile.h - 16 × 16 sums on their way to results ---------*- C++ -*-===//
//
// What a product hands to those who finish its sums.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_SUMTILE_H
#define MX_RUNTIME_LIB_X86_SUMTILE_H

#include <cstdint>

namespace mx::runtime::x86 {

/// Results that are sums times powers of two: number (m, n) is the sum times
/// 2^(exponentsA[m] + exponentsB[n]), rounded once to f32, at
/// target[m·stride + n], which is aligned as f32 is; NaN where the exponent is.
/// Rows of results of s32 sums are whole cache lines. Null target: the results
/// are others.
struct PlainResults {
  const float *exponentsA = nullptr, *exponentsB = nullptr;
  float *target = nullptr;
  int64_t stride = 0;
  bool isLarge = false; ///< the caches would not hold all of them
};

/// Complete f32 sums of results (m …, n …), both multiples of 32: up to 32 rows
/// by up to kMostSumCols columns, in tiles [32 columns][2 of m][2 of
/// n][16][16].
struct SumRows {
  const float *sums;
  int64_t m, n, rows, cols;
  /// [32 rows][16]: results that are still to be written, as the line of memory
  /// that they are in has more. Those of the columns before n, with
  /// `continues`; afterwards, with `hasMore`, those before the end of these.
  float *waiting;
  bool continues, hasMore;
};
/// A block of them is 4 KiB: so many leave room in the first-level cache.
inline constexpr int64_t kMostSumCols = 256;

/// 16 × 16 complete sums, f32 or s32, of results (m …, n …). Line n holds 16
/// values of m, or (isByRow) line m 16 of n.
struct SumTile {
  void *sums;
  int64_t m, n;
  bool isByRow = false;
};

/// finish(tile), from any thread. Refers to a function object that lives as
/// long as the call it is passed to.
class FinishTile {
public:
  template <typename Function>
  FinishTile(const Function &function)
      : object(&function), call([](const void *object, const SumTile &tile) {
          (*static_cast<const Function *>(object))(tile);
        }) {}
  void operator()(const SumTile &tile) const { call(object, tile); }

private:
  const void *object;
  void (*call)(const void *, const SumTile &);
};

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_SUMTILE_H
