//===- FloatProducts.cpp - Rows of floats by a few ------------------------===//
//
// The many rows are read from memory once, two at a time, while the largest
// magnitude of each is found: powers of two that bring rows near 1 are mostly
// not needed.
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"

#include "Target.h"

#include <algorithm>

namespace mx::runtime::avx512 {

/// Rows of the short side that are multiplied at a time.
static constexpr int kMostSummed = 8;
/// How far behind what is read rows are fetched.
static constexpr int64_t kBytesAhead = 2048;

MX_AVX512_BEGIN

/// The numbers of a mask from `row` on, the others zeros.
template <int DType>
static inline __attribute__((always_inline)) __m512
loadFloats(const uint8_t *row, __mmask16 mask) {
  if (DType == MX_F32)
    return _mm512_maskz_loadu_ps(mask, reinterpret_cast<const float *>(row));
  __m256i words = _mm256_maskz_loadu_epi16(mask, row);
  return DType == MX_F16 ? _mm512_cvtph_ps(words)
                         : _mm512_castsi512_ps(_mm512_slli_epi32(
                               _mm512_cvtepu16_epi32(words), 16));
}

template <int Few, int Many, int DType>
void FloatRows::multiplySomeFloats(int64_t row, int64_t first, int64_t end,
                                   const FewRowsView &few, int64_t firstFew,
                                   float *sums) const {
  constexpr int64_t kWidth = DType == MX_F32 ? 4 : 2;
  const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
  const float *left = few.data + firstFew * few.stride;
  const uint8_t *rows[Many];
  __m512 factor[Many], acc[Many][Few];
  __m512i most[Many];
  for (int j = 0; j < Many; ++j) {
    rows[j] = floatBase + (row + j) * floatRowBytes;
    factor[j] = _mm512_set1_ps(rowFactors[row + j]);
    most[j] = _mm512_setzero_si512();
    for (int i = 0; i < Few; ++i)
      acc[j][i] = _mm512_loadu_ps(sums + 16 * (j * few.rows + i));
  }
  // The end of this piece, then the start of the next rows'.
  const int64_t turn = end - kBytesAhead / kWidth;
  const int64_t behind = Many * floatRowBytes - (end - first) * kWidth;
  auto add = [&](int64_t col, __mmask16 mask) __attribute__((always_inline)) {
    const int64_t ahead = kBytesAhead + (col < turn ? 0 : behind);
    __m512 x[Many];
    for (int j = 0; j < Many; ++j) {
      x[j] = loadFloats<DType>(rows[j] + kWidth * col, mask);
      _mm_prefetch(rows[j] + kWidth * col + ahead, _MM_HINT_T1);
      most[j] = _mm512_max_epu32(
          most[j], _mm512_and_si512(_mm512_castps_si512(x[j]), magnitude));
      x[j] = _mm512_mul_ps(x[j], factor[j]);
    }
    for (int i = 0; i < Few; ++i) {
      __m512 y = _mm512_loadu_ps(left + i * few.stride + col);
      for (int j = 0; j < Many; ++j)
        acc[j][i] = _mm512_fmadd_ps(x[j], y, acc[j][i]);
    }
  };
  int64_t col = first;
  for (; col + 16 <= end; col += 16)
    add(col, 0xFFFF);
  if (col < end)
    add(col, static_cast<__mmask16>((1u << (end - col)) - 1));
  for (int j = 0; j < Many; ++j) {
    for (int i = 0; i < Few; ++i)
      _mm512_storeu_ps(sums + 16 * (j * few.rows + i), acc[j][i]);
    uint32_t *lanes = largest + 16 * (row + j);
    _mm512_storeu_si512(lanes,
                        _mm512_max_epu32(most[j], _mm512_loadu_si512(lanes)));
  }
}

template <int DType>
void FloatRows::multiplyFloats(int64_t row, int64_t count, int64_t first,
                               int64_t end, const FewRowsView &few,
                               float *sums) const {
  auto multiplyRows = [&](auto many, int64_t at, float *to) {
    constexpr int kMany = decltype(many)::value;
    for (int64_t done = 0; done < few.rows;) {
      const int64_t left = few.rows - done;
      auto run = [&](auto number) {
        multiplySomeFloats<decltype(number)::value, kMany, DType>(
            row + at, first, end, few, done, to + 16 * done);
        done += decltype(number)::value;
      };
      if (left >= kMostSummed)
        run(std::integral_constant<int, kMostSummed>());
      else if (left >= 4)
        run(std::integral_constant<int, 4>());
      else if (left >= 2)
        run(std::integral_constant<int, 2>());
      else
        run(std::integral_constant<int, 1>());
    }
  };
  int64_t at = 0;
  for (; at + 2 <= count; at += 2)
    multiplyRows(std::integral_constant<int, 2>(), at,
                 sums + 16 * at * few.rows);
  if (at < count)
    multiplyRows(std::integral_constant<int, 1>(), at,
                 sums + 16 * at * few.rows);
}

void FloatRows::multiplyFloats(int64_t row, int64_t count, int64_t first,
                               int64_t end, const FewRowsView &few,
                               float *sums) const {
  end = std::min(end, k);
  switch (floats.tensor.dtype) {
  case MX_F32:
    return multiplyFloats<MX_F32>(row, count, first, end, few, sums);
  case MX_F16:
    return multiplyFloats<MX_F16>(row, count, first, end, few, sums);
  default:
    return multiplyFloats<MX_BF16>(row, count, first, end, few, sums);
  }
}

MX_TARGET_END

} // namespace mx::runtime::avx512
