//===- Ahead.h - What is read next is fetched meanwhile ---------*- C++ -*-===//
//
// A core has few places for lines that are on their way from memory. Fetched at
// once, lines take all of them and then hold up the loads of what is computed
// with; fetched a few at a time while other lines are computed with, they cost
// next to nothing. They go to the second-level cache: the first has few places
// for lines a power of two apart.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_AHEAD_H
#define MX_RUNTIME_LIB_VECTOR_AHEAD_H

#include "Caches.h"

#include <algorithm>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// A stretch of memory; until it is started, one line.
class Ahead {
public:
  /// `bytes` bytes while pass() is told of `steps` vectors.
  void start(const char *first, int64_t bytes, int64_t steps) {
    at = first;
    step = bytes / steps;
  }

  /// Vectors are done, or will be at once.
  template <int Vectors> MX_INLINE void pass() {
    for (int i = 0; i < Vectors; i += 2) {
      _mm_prefetch(at, _MM_HINT_T1);
      at += step * std::min(Vectors, 2);
    }
  }

private:
  static constexpr char kIdle[64] = {};
  const char *at = kIdle;
  int64_t step = 0;
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_AHEAD_H
