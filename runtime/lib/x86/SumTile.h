//===- SumTile.h - 16 × 16 sums on their way to results ---------*- C++ -*-===//
//
// What a product hands to those who finish its sums, and what they may hand
// back.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_SUMTILE_H
#define MX_RUNTIME_LIB_X86_SUMTILE_H

#include <cstdint>

namespace mx::runtime::x86 {

/// 16 lines of 16 results that are f32 already but for powers of two, and the
/// cache lines where they belong: element j of line i is sums[16·i + j] ·
/// 2^(exponents[j] + lineExponents[i]) at target[i·stride + j]. Either exponent
/// is an integer of at most 60 in magnitude.
struct ResultLines {
  const int32_t *sums = nullptr;
  const float *exponents = nullptr, *lineExponents = nullptr;
  float *target = nullptr;
  int64_t stride = 0;
};

/// 16 × 16 complete sums, f32 or s32, of results (m …, n …). Line n holds 16
/// values of m, or (isByRow) line m 16 of n.
struct SumTile {
  void *sums;
  int64_t m, n;
  bool isByRow = false;
  /// What needs no more than a product with powers of two may be left for later
  /// to who made the sums, who learns of it here. Null: the results are to be
  /// stored at once.
  ResultLines *later = nullptr;
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
