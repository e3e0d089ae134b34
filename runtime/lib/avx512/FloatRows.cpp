//===- FloatRows.cpp - Rows of an operand as f32 --------------------------===//
//
// A dword of codes holds eight numbers: shifted by 4r, its lowest nibble is the
// index of number r. 16 dwords at a time give the elements of a group in the
// order that a product of few rows takes.
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"

#include "Widen.h"

#include <algorithm>
#include <cstring>

namespace mx::runtime::avx512 {

using x86::kGroup;

int FloatRows::sumExponent() const {
  const contract::ScaledFormat &format = operand.scaled.format;
  return hasNibbles && format.scale.isE8M0 ? biasDifference(format.element) : 0;
}

MX_AVX512_BEGIN

namespace {

/// A pair of steps; the second one perhaps not wanted.
template <int Bits, bool IsInteger>
void decodePair(const uint8_t *codes, const Placement &place,
                const float *stepFactors, float *out, int64_t stepStride,
                bool both) {
  __m512 low, high;
  widen<Bits, IsInteger>(codes, place, low, high);
  _mm512_storeu_ps(out, _mm512_mul_ps(low, _mm512_set1_ps(stepFactors[0])));
  if (both)
    _mm512_storeu_ps(out + stepStride,
                     _mm512_mul_ps(high, _mm512_set1_ps(stepFactors[1])));
}

template <int Bits, bool IsInteger>
void decodeSteps(const uint8_t *codes, const Placement &place, int64_t count,
                 const float *stepFactors, float *out, int64_t stepStride) {
  int64_t i = 0;
  for (; i + 2 <= count; i += 2, codes += 4 * Bits, out += 2 * stepStride)
    decodePair<Bits, IsInteger>(codes, place, stepFactors + i, out, stepStride,
                                true);
  if (i == count)
    return;
  alignas(32) uint8_t last[4 * Bits] = {};
  std::memcpy(last, codes, 2 * Bits);
  decodePair<Bits, IsInteger>(last, place, stepFactors + i, out, stepStride,
                              false);
}

/// Steps of 8 bytes.
void decodeNibbles(const uint8_t *bytes, int64_t count,
                   const float *stepFactors, const float *values, float *out,
                   int64_t stepStride) {
  const __m512 table = _mm512_load_ps(values);
  const __m512i places = _mm512_mullo_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7),
      _mm512_set1_epi32(4));
  for (int64_t i = 0; i < count; ++i, bytes += 8, out += stepStride) {
    int32_t low, high;
    std::memcpy(&low, bytes, 4);
    std::memcpy(&high, bytes + 4, 4);
    __m512i two = // each dword in eight lanes
        _mm512_inserti64x4(_mm512_set1_epi32(low), _mm256_set1_epi32(high), 1);
    __m512 x = _mm512_permutexvar_ps(_mm512_srlv_epi32(two, places), table);
    _mm512_storeu_ps(out, _mm512_mul_ps(x, _mm512_set1_ps(stepFactors[i])));
  }
}

} // namespace

void FloatRows::decodeSteps(const uint8_t *bytes, int64_t count,
                            const float *stepFactors, float *out,
                            int64_t stepStride) const {
  const contract::FloatFormat &element = operand.scaled.format.element;
  if (hasNibbles)
    return decodeNibbles(bytes, count, stepFactors, values, out, stepStride);
  auto *run = element.isInteger     ? avx512::decodeSteps<8, true>
              : element.bits() == 6 ? avx512::decodeSteps<6, false>
                                    : avx512::decodeSteps<8, false>;
  run(bytes, Placement(element), count, stepFactors, out, stepStride);
}

/// The numbers of 16 scales: E8M0 is an exponent field, and leaves out the
/// power of two that `factors` hold beside the scale.
template <bool IsE8M0>
static inline __m512 loadFactors(const uint8_t *scales, const float *factors) {
  __m512i bytes = _mm512_cvtepu8_epi32(
      _mm_loadu_si128(reinterpret_cast<const __m128i *>(scales)));
  if (IsE8M0)
    return _mm512_castsi512_ps(_mm512_slli_epi32(bytes, 23));
  return _mm512_i32gather_ps(bytes, factors, 4);
}

/// The products of a group: elements in `codes`, `few` rows from there on.
template <int Few, int Many>
static inline void multiplyGroup(const __m512i codes[Many], __m512 table,
                                 const float *few, int64_t stride,
                                 __m512 products[Many][Few]) {
  for (int r = 0; r < 8; ++r) {
    __m512 x[Many];
    for (int j = 0; j < Many; ++j)
      x[j] = _mm512_permutexvar_ps(_mm512_srli_epi32(codes[j], 4 * r), table);
    for (int i = 0; i < Few; ++i) {
      __m512 left = _mm512_loadu_ps(few + i * stride + 16 * r);
      for (int j = 0; j < Many; ++j)
        products[j][i] = r == 0 ? _mm512_mul_ps(left, x[j])
                                : _mm512_fmadd_ps(left, x[j], products[j][i]);
    }
  }
}

/// `Many` rows with `Few`, so that what is loaded of these serves all of them.
template <int Few, int Many, bool IsE8M0>
void FloatRows::multiplyNibbles(int64_t row, int64_t first, int64_t end,
                                const FewRowsView &few, int64_t firstFew,
                                float *sums) const {
  const __m512 table = _mm512_load_ps(values);
  const __m512i unitOfLane = _mm512_srli_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      unit == 32 ? 2 : 1);
  const __m512i perGroup = _mm512_set1_epi32(int(kGroup / unit));
  const float *start = few.data + firstFew * few.stride;
  const uint8_t *scales = scaleCodes + row * units;
  const int64_t whole = codes.isContiguous() ? k / kGroup * kGroup : 0;
  alignas(64) uint8_t buffer[kGroup / 2];
  // Calls among the products would take the sums out of their registers.
  const uint8_t *rows[Many], *next[Many];
  for (int j = 0; j < Many; ++j) {
    rows[j] = codes.row(row + j);
    next[j] = codes.row(row + j + Many);
  }
  __m512 acc[Many][Few];
  for (int j = 0; j < Many; ++j)
    for (int i = 0; i < Few; ++i)
      acc[j][i] = _mm512_loadu_ps(sums + 16 * (j * few.rows + i));
  for (int64_t part = first; part < end; part += 16 * unit) {
    __m512 scale[Many];
    for (int j = 0; j < Many; ++j)
      scale[j] = loadFactors<IsE8M0>(scales + j * units + part / unit, factors);
    __m512i lanes = unitOfLane;
    int64_t partEnd = std::min(end, part + 16 * unit);
    for (int64_t col = part; col < partEnd; col += kGroup) {
      __m512i v[Many];
      for (int j = 0; j < Many; ++j) {
        const uint8_t *bytes = col < whole
                                   ? rows[j] + col / 2
                                   : codes.at(row + j, col, kGroup, buffer);
        _mm_prefetch(next[j] + col / 2, _MM_HINT_T0);
        v[j] = _mm512_loadu_si512(bytes);
      }
      __m512 products[Many][Few];
      multiplyGroup<Few, Many>(v, table, start + col, few.stride, products);
      for (int j = 0; j < Many; ++j)
        for (int i = 0; i < Few; ++i)
          acc[j][i] = _mm512_fmadd_ps(products[j][i],
                                      _mm512_permutexvar_ps(lanes, scale[j]),
                                      acc[j][i]);
      lanes = _mm512_add_epi32(lanes, perGroup);
    }
  }
  for (int j = 0; j < Many; ++j)
    for (int i = 0; i < Few; ++i)
      _mm512_storeu_ps(sums + 16 * (j * few.rows + i), acc[j][i]);
}

template <int Many>
void FloatRows::multiplyMany(int64_t row, int64_t first, int64_t end,
                             const FewRowsView &few, float *sums) const {
  int64_t done = 0;
  auto run = [&](auto count) {
    constexpr int kFew = decltype(count)::value;
    if (operand.scaled.format.scale.isE8M0)
      multiplyNibbles<kFew, Many, true>(row, first, end, few, done,
                                        sums + 16 * done);
    else
      multiplyNibbles<kFew, Many, false>(row, first, end, few, done,
                                         sums + 16 * done);
    done += kFew;
  };
  if constexpr (Many <= 2) // more of both exceed the registers
    for (int64_t left = few.rows; left > 1; left = few.rows - done)
      switch (left) {
      case 2:
        run(std::integral_constant<int, 2>());
        break;
      case 3:
        run(std::integral_constant<int, 3>());
        break;
      case 5:
        run(std::integral_constant<int, 5>());
        break;
      case 6:
        run(std::integral_constant<int, 6>());
        break;
      default:
        run(std::integral_constant<int, 4>());
      }
  if (few.rows > done)
    run(std::integral_constant<int, 1>());
}

void FloatRows::multiplyRows(int64_t row, int64_t count, int64_t first,
                             int64_t end, const FewRowsView &few,
                             float *sums) const {
  if (few.rows == 1)
    for (; count >= 4; count -= 4, row += 4, sums += 4 * 16)
      multiplyMany<4>(row, first, end, few, sums);
  for (; count >= 2; count -= 2, row += 2, sums += 2 * few.rows * 16)
    multiplyMany<2>(row, first, end, few, sums);
  if (count == 1)
    multiplyMany<1>(row, first, end, few, sums);
}

MX_TARGET_END

} // namespace mx::runtime::avx512
