//===- HadamardRows.h - The transform of contiguous rows --------*- C++ -*-===//
//
// Contract 14 and 23: signs, butterflies of strides 1, 2, … g/2 in f32, one
// multiplication. Strides below 16 stay inside a register. NaN is left as it
// is: quantisers do not look at its bits.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_HADAMARDROWS_H
#define MX_RUNTIME_LIB_VECTOR_HADAMARDROWS_H

#include "Ahead.h"

#include "mx/Support/Hadamard.h"

#include <algorithm>
#include <cmath>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// The transform of a call (contract 14, 23).
struct HadamardTable {
  uint32_t signs[contract::kMaxHadamard]; ///< bit 31, repeated to 16 at least
  int64_t size = 0;
  float factor = 1;

  HadamardTable(int64_t size, const contract::SignBits &bits)
      : size(size),
        factor(size > 0 ? float(1.0 / std::sqrt(static_cast<double>(size)))
                        : 1.0f) {
    for (int64_t j = 0; size > 0 && j < std::max<int64_t>(size, 16); ++j) {
      int64_t i = j % size;
      signs[j] = uint32_t(bits[size_t(i / 64)] >> (i % 64) & 1) << 31;
    }
  }
};

/// Butterflies of strides 1, 2, … below Size of Size vectors.
template <int Size> MX_INLINE void butterflies(F v[Size]) {
  for (int stride = 1; stride < Size; stride *= 2)
    for (int i = 0; i < Size; ++i)
      if (!(i & stride)) {
        F a = v[i], b = v[i + stride];
        v[i] = add(a, b);
        v[i + stride] = sub(a, b);
      }
}

/// Signs and the strides below 16 of one vector.
template <int Size> MX_INLINE F transformLanes(F x, const uint32_t *signs) {
  x = floats(differ(bits(x), loadI(signs)));
  x = butterfly<1>(x);
  if (Size > 2)
    x = butterfly<2>(x);
  if (Size > 4)
    x = butterfly<4>(x);
  if (Size > 8)
    x = butterfly<8>(x);
  return x;
}

/// Groups of Size elements, whole in registers; those of fewer than 16 are a
/// part of one.
template <int Size>
void transformGroups(const float *from, float *to, int64_t count,
                     const HadamardTable &table, Ahead &ahead) {
  constexpr int vectors = Size > 16 ? Size / 16 : 1;
  const F factor = setF(table.factor);
  Ahead next = ahead; // in registers
  for (int64_t base = 0; base < count; base += 16 * vectors) {
    F x[vectors];
    next.pass<vectors>();
    for (int i = 0; i < vectors; ++i)
      x[i] = transformLanes<Size>(loadF(from + base + 16 * i),
                                  table.signs + 16 * i);
    butterflies<vectors>(x);
    for (int i = 0; i < vectors; ++i)
      store(to + base + 16 * i, mul(x[i], factor));
  }
  ahead = next;
}

/// Groups that registers do not hold, in passes over memory.
inline void transformLongGroups(const float *from, float *to, int64_t count,
                                const HadamardTable &table, Ahead &ahead) {
  int64_t size = table.size;
  for (int64_t i = 0; i < count; i += 16) {
    ahead.pass<1>();
    store(to + i,
          transformLanes<16>(loadF(from + i), table.signs + (i & (size - 1))));
  }
  for (int64_t stride = 16; stride < size; stride *= 2)
    for (int64_t base = 0; base < count; base += 2 * stride)
      for (int64_t j = base; j < base + stride; j += 16) {
        F a = loadF(to + j), b = loadF(to + j + stride);
        store(to + j, add(a, b));
        store(to + j + stride, sub(a, b));
      }
  for (int64_t i = 0; i < count; i += 16)
    store(to + i, mul(loadF(to + i), setF(table.factor)));
}

/// `count` elements, a multiple of the group and of 16; `from` may be `to`.
/// Fetches its share of `ahead`.
inline void transformRow(const float *from, float *to, int64_t count,
                         const HadamardTable &table, Ahead &ahead) {
  switch (table.size) {
  case 2:
    return transformGroups<2>(from, to, count, table, ahead);
  case 4:
    return transformGroups<4>(from, to, count, table, ahead);
  case 8:
    return transformGroups<8>(from, to, count, table, ahead);
  case 16:
    return transformGroups<16>(from, to, count, table, ahead);
  case 32:
    return transformGroups<32>(from, to, count, table, ahead);
  case 64:
    return transformGroups<64>(from, to, count, table, ahead);
  case 128:
    return transformGroups<128>(from, to, count, table, ahead);
  default:
    return transformLongGroups(from, to, count, table, ahead);
  }
}

inline void transformRow(const float *from, float *to, int64_t count,
                         const HadamardTable &table) {
  Ahead none;
  transformRow(from, to, count, table, none);
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_HADAMARDROWS_H
