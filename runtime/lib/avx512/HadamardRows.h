//===- HadamardRows.h - The transform of a stretch of a row -----*- C++ -*-===//
//
// Contract 14 and 23: signs, butterflies of strides 1, 2, …, g/2 in f32, one
// multiplication, canonical NaN. Strides below 16 stay inside a register.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_HADAMARDROWS_H
#define MX_RUNTIME_LIB_AVX512_HADAMARDROWS_H

#include "Target.h"

#include "mx/Support/Quantize.h"

#include <cmath>

MX_AVX512_BEGIN

namespace mx::runtime::avx512 {
namespace {

/// What a call needs: the signs as masks of bit 31, repeated to 16 at least.
struct HadamardTables {
  alignas(64) uint32_t signs[contract::kMaxHadamard];
  int64_t size = 0;
  float factor = 1;

  HadamardTables(int64_t size, const contract::SignBits &bits)
      : size(size),
        factor(size > 0 ? float(1.0 / std::sqrt(static_cast<double>(size)))
                        : 1.0f) {
    for (int64_t j = 0; size > 0 && j < std::max<int64_t>(size, 16); ++j) {
      int64_t i = j % size;
      signs[j] = uint32_t(bits[size_t(i / 64)] >> (i % 64) & 1) << 31;
    }
  }
};

/// One butterfly of a stride below 16.
template <int Stride>
__attribute__((always_inline)) inline __m512 butterfly(__m512 x) {
  __m512 partner = Stride == 1   ? _mm512_permute_ps(x, 0xB1)
                   : Stride == 2 ? _mm512_permute_ps(x, 0x4E)
                   : Stride == 4 ? _mm512_shuffle_f32x4(x, x, 0xB1)
                                 : _mm512_shuffle_f32x4(x, x, 0x4E);
  const __mmask16 second = Stride == 1   ? 0xAAAA
                           : Stride == 2 ? 0xCCCC
                           : Stride == 4 ? 0xF0F0
                                         : 0xFF00;
  return _mm512_mask_sub_ps(_mm512_add_ps(x, partner), second, partner, x);
}

/// Strides 1 to 8 (below the group's size) after the signs.
__attribute__((always_inline)) inline __m512
butterflies16(__m512 x, const uint32_t *signs, int64_t size) {
  x = _mm512_castsi512_ps(
      _mm512_xor_si512(_mm512_castps_si512(x), _mm512_load_si512(signs)));
  x = butterfly<1>(x);
  if (size > 2)
    x = butterfly<2>(x);
  if (size > 4)
    x = butterfly<4>(x);
  if (size > 8)
    x = butterfly<8>(x);
  return x;
}

__attribute__((always_inline)) inline __m512 finish(__m512 x, __m512 factor) {
  const __m512 nan = _mm512_castsi512_ps(_mm512_set1_epi32(0x7FC00000));
  __m512 y = _mm512_mul_ps(x, factor);
  return _mm512_mask_mov_ps(y, _mm512_cmp_ps_mask(y, y, _CMP_UNORD_Q), nan);
}

/// Groups of 16 · Vectors elements, whole in registers; a group of fewer than
/// 16 is a part of a register.
template <int Vectors>
__attribute__((always_inline)) inline void
transformGroups(const float *from, float *to, int64_t count,
                const HadamardTables &tables) {
  const __m512 factor = _mm512_set1_ps(tables.factor);
  for (int64_t base = 0; base < count; base += 16 * Vectors) {
    __m512 x[Vectors];
    for (int i = 0; i < Vectors; ++i)
      x[i] = butterflies16(_mm512_loadu_ps(from + base + 16 * i),
                           tables.signs + 16 * i, tables.size);
    for (int stride = 1; stride < Vectors; stride *= 2)
      for (int i = 0; i < Vectors; ++i)
        if (!(i & stride)) {
          __m512 a = x[i], b = x[i + stride];
          x[i] = _mm512_add_ps(a, b);
          x[i + stride] = _mm512_sub_ps(a, b);
        }
    for (int i = 0; i < Vectors; ++i)
      _mm512_storeu_ps(to + base + 16 * i, finish(x[i], factor));
  }
}

/// Groups that registers do not hold, in passes over memory.
inline void transformLongGroups(const float *from, float *to, int64_t count,
                                const HadamardTables &tables) {
  int64_t size = tables.size;
  for (int64_t i = 0; i < count; i += 16)
    _mm512_storeu_ps(to + i,
                     butterflies16(_mm512_loadu_ps(from + i),
                                   tables.signs + (i & (size - 1)), size));
  for (int64_t stride = 16; stride < size; stride *= 2)
    for (int64_t base = 0; base < count; base += 2 * stride)
      for (int64_t j = base; j < base + stride; j += 16) {
        __m512 a = _mm512_loadu_ps(to + j),
               b = _mm512_loadu_ps(to + j + stride);
        _mm512_storeu_ps(to + j, _mm512_add_ps(a, b));
        _mm512_storeu_ps(to + j + stride, _mm512_sub_ps(a, b));
      }
  for (int64_t i = 0; i < count; i += 16)
    _mm512_storeu_ps(
        to + i, finish(_mm512_loadu_ps(to + i), _mm512_set1_ps(tables.factor)));
}

/// `count` elements, a multiple of the group and of 16; `from` may be `to`.
inline void transformRows(const float *from, float *to, int64_t count,
                          const HadamardTables &tables) {
  switch (tables.size) {
  case 32:
    return transformGroups<2>(from, to, count, tables);
  case 64:
    return transformGroups<4>(from, to, count, tables);
  case 128:
    return transformGroups<8>(from, to, count, tables);
  default:
    return tables.size <= 16 ? transformGroups<1>(from, to, count, tables)
                             : transformLongGroups(from, to, count, tables);
  }
}

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_HADAMARDROWS_H
