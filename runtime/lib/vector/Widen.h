//===- Widen.h - Rows of f32, bf16 and f16 as f32 ---------------*- C++ -*-===//
//
// Exact, for contiguous elements.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_WIDEN_H
#define MX_RUNTIME_LIB_VECTOR_WIDEN_H

#include "../KernelTable.h"
#include "../Threads.h"

#include <algorithm>
#include <cstring>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Sixteen elements from `source` on as f32.
template <int DType> MX_INLINE F widen(const char *source) {
  if (DType == MX_F32)
    return loadF(source);
  if (DType == MX_F16)
    return loadHalves(source);
  return floats(shl<16>(loadWords(source)));
}

MX_INLINE F widenAny(int dtype, const char *source) {
  return dtype == MX_F32    ? widen<MX_F32>(source)
         : dtype == MX_BF16 ? widen<MX_BF16>(source)
                            : widen<MX_F16>(source);
}

/// `held` elements from `source` on as f32, then zeros up to `length`, a
/// multiple of 16.
inline void widenRow(int dtype, const char *source, int64_t held, float *to,
                     int64_t length) {
  int64_t whole = held / 16 * 16, bytes = dtypeBytes(dtype);
  for (int64_t i = 0; i < whole; i += 16)
    store(to + i, widenAny(dtype, source + i * bytes));
  for (int64_t i = whole; i < length; i += 16)
    store(to + i, setF(0));
  if (whole == held)
    return;
  alignas(64) char rest[64] = {};
  std::memcpy(rest, source + whole * bytes, size_t((held - whole) * bytes));
  store(to + whole, widenAny(dtype, rest));
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_WIDEN_H
