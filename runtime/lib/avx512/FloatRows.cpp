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

/// Rows of the short side whose sums of a group have registers beside those of
/// the row.
static constexpr int kMostSummed = 6, kMostAtOnce = 8;
/// Whose codes are gathered where they are scattered.
static constexpr int64_t kMostRows = 16, kMostCols = x86::kMostCols;

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

namespace {

/// Steps of floats without gaps, times a factor.
template <typename Load>
void scaleSteps(const Load &load, int64_t count, float factor, float *out,
                int64_t stepStride) {
  const __m512 times = _mm512_set1_ps(factor);
  for (int64_t i = 0; i < count; ++i, out += stepStride)
    _mm512_storeu_ps(out,
                     _mm512_mul_ps(load(x86::FloatRows::kStep * i), times));
}

__m256i loadHalves(const uint8_t *bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes));
}

} // namespace

void FloatRows::decodeFloats(int64_t row, int64_t first, int64_t count,
                             float *out, int64_t stepStride) const {
  int dtype = floats.tensor.dtype;
  int64_t whole = std::clamp<int64_t>(k / kStep - first, 0, count);
  if (floats.colStride != 1)
    whole = 0;
  const uint8_t *from =
      floatBase + row * floatRowBytes + first * kStep * dtypeBytes(dtype);
  float factor = rowFactors[row];
  if (dtype == MX_F32)
    scaleSteps(
        [&](int64_t i) {
          return _mm512_loadu_ps(reinterpret_cast<const float *>(from) + i);
        },
        whole, factor, out, stepStride);
  else if (dtype == MX_F16)
    scaleSteps(
        [&](int64_t i) { return _mm512_cvtph_ps(loadHalves(from + 2 * i)); },
        whole, factor, out, stepStride);
  else
    scaleSteps(
        [&](int64_t i) {
          return _mm512_castsi512_ps(_mm512_slli_epi32(
              _mm512_cvtepu16_epi32(loadHalves(from + 2 * i)), 16));
        },
        whole, factor, out, stepStride);
  x86::FloatRows::decodeFloats(row, first + whole, count - whole,
                               out + whole * stepStride, stepStride);
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

/// Adds the products of a group, of elements in `codes` and `scales` with `few`
/// rows from there on. Scales multiply sums of eight products, or, where
/// registers do not hold these as well, the elements.
template <int Few, int Many>
static inline void multiplyGroup(const __m512i codes[Many], __m512 table,
                                 const __m512 scales[Many], const float *few,
                                 int64_t stride, __m512 acc[Many][Few]) {
  constexpr bool kScalesFirst = Few > kMostSummed;
  __m512 products[Many][Few];
  for (int r = 0; r < 8; ++r) {
    __m512 x[Many];
    for (int j = 0; j < Many; ++j) {
      x[j] = _mm512_permutexvar_ps(_mm512_srli_epi32(codes[j], 4 * r), table);
      if (kScalesFirst)
        x[j] = _mm512_mul_ps(x[j], scales[j]);
    }
    for (int i = 0; i < Few; ++i) {
      __m512 left = _mm512_loadu_ps(few + i * stride + 16 * r);
      for (int j = 0; j < Many; ++j) {
        if (kScalesFirst)
          acc[j][i] = _mm512_fmadd_ps(left, x[j], acc[j][i]);
        else
          products[j][i] = r == 0 ? _mm512_mul_ps(left, x[j])
                                  : _mm512_fmadd_ps(left, x[j], products[j][i]);
      }
    }
  }
  if (kScalesFirst)
    return;
  for (int j = 0; j < Many; ++j)
    for (int i = 0; i < Few; ++i)
      acc[j][i] = _mm512_fmadd_ps(products[j][i], scales[j], acc[j][i]);
}

/// `Many` rows with `Few`, so that what is loaded of these serves all of them.
template <int Few, int Many, bool IsE8M0>
void FloatRows::multiplyNibbles(const RowsPiece &piece, const FewRowsView &few,
                                int64_t firstFew, float *sums) const {
  const int unitShift = unit == 32 ? 5 : 4;
  const __m512 table = _mm512_load_ps(values);
  const __m512i unitOfLane = _mm512_srli_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
      unitShift - 3);
  const __m512i perGroup = _mm512_set1_epi32(int(kGroup >> unitShift));
  const float *start = few.data + firstFew * few.stride + piece.first;
  const int64_t whole = piece.whole;
  const __mmask64 lastBytes = piece.lastBytes;
  const uint8_t *rows[Many], *next[Many];
  for (int j = 0; j < Many; ++j) {
    rows[j] = piece.codes + j * piece.rowBytes;
    next[j] = piece.next + j * piece.rowBytes;
  }
  __m512 acc[Many][Few];
  for (int j = 0; j < Many; ++j)
    for (int i = 0; i < Few; ++i)
      acc[j][i] = _mm512_loadu_ps(sums + 16 * (j * few.rows + i));
  for (int64_t part = 0; part < piece.count; part += int64_t(16) << unitShift) {
    __m512 scale[Many];
    for (int j = 0; j < Many; ++j)
      scale[j] = loadFactors<IsE8M0>(
          piece.scales + j * units + (part >> unitShift), factors);
    __m512i lanes = unitOfLane;
    int64_t partEnd = std::min(piece.count, part + (int64_t(16) << unitShift));
    for (int64_t col = part; col < partEnd; col += kGroup) {
      __m512i v[Many];
      for (int j = 0; j < Many; ++j) {
        v[j] = col < whole
                   ? _mm512_loadu_si512(rows[j] + col / 2)
                   : _mm512_maskz_loadu_epi8(lastBytes, rows[j] + col / 2);
        _mm_prefetch(next[j] + col / 2, _MM_HINT_T0);
      }
      __m512 scales[Many];
      for (int j = 0; j < Many; ++j)
        scales[j] = _mm512_permutexvar_ps(lanes, scale[j]);
      multiplyGroup<Few, Many>(v, table, scales, start + col, few.stride, acc);
      lanes = _mm512_add_epi32(lanes, perGroup);
    }
  }
  for (int j = 0; j < Many; ++j)
    for (int i = 0; i < Few; ++i)
      _mm512_storeu_ps(sums + 16 * (j * few.rows + i), acc[j][i]);
}

template <int Few, int Many>
void FloatRows::multiplySome(const RowsPiece &piece, const FewRowsView &few,
                             int64_t firstFew, float *sums) const {
  if (operand.scaled.format.scale.isE8M0)
    multiplyNibbles<Few, Many, true>(piece, few, firstFew, sums);
  else
    multiplyNibbles<Few, Many, false>(piece, few, firstFew, sums);
}

template <int Many>
void FloatRows::multiplyMany(const RowsPiece &piece, const FewRowsView &few,
                             float *sums) const {
  for (int64_t done = 0, count = 0; done < few.rows; done += count) {
    int64_t left = few.rows - done;
    count = x86::ceilDiv(left, x86::ceilDiv(left, kMostAtOnce));
    auto run = [&](auto number) {
      multiplySome<decltype(number)::value, Many>(piece, few, done,
                                                  sums + 16 * done);
    };
    switch (count) {
    case 1:
      run(std::integral_constant<int, 1>());
      break;
    case 2:
      run(std::integral_constant<int, 2>());
      break;
    case 3:
      run(std::integral_constant<int, 3>());
      break;
    case 4:
      run(std::integral_constant<int, 4>());
      break;
    case 5:
      run(std::integral_constant<int, 5>());
      break;
    case 6:
      run(std::integral_constant<int, 6>());
      break;
    case 7:
      run(std::integral_constant<int, 7>());
      break;
    default:
      run(std::integral_constant<int, 8>());
    }
  }
}

/// Codes of columns [first, end) of rows whose bytes are scattered, `bytes` of
/// each.
void FloatRows::gatherCodes(int64_t row, int64_t count, int64_t first,
                            int64_t end, uint8_t *to) const {
  const int64_t bytes = (end - first) / 2;
  for (int64_t j = 0; j < count; ++j, to += bytes)
    for (int64_t col = first; col < end; col += kGroup) {
      uint8_t *group = to + (col - first) / 2;
      const uint8_t *from = codes.at(row + j, col, kGroup, group);
      if (from != group)
        std::copy(from, from + kGroup / 2, group);
    }
}

void FloatRows::multiplyRows(int64_t row, int64_t count, int64_t first,
                             int64_t end, const FewRowsView &few,
                             float *sums) const {
  if (isDeferred)
    return multiplyFloats(row, count, first, end, few, sums);
  alignas(64) uint8_t gathered[kMostRows * kMostCols / 2];
  const bool mayHaveNaN =
      operand.scaled.format.element.kind != contract::FloatKind::Finite;
  RowsPiece piece;
  end = x86::ceilDiv(end, kGroup) * kGroup;
  piece.first = first;
  piece.count = end - first;
  piece.scales = scaleCodes + row * units + first / unit;
  const uint8_t *own = codes.row(row);
  piece.rowBytes = codes.row(row + 1) - own;
  piece.codes = own + first / 2;
  piece.whole = k / kGroup * kGroup - first;
  piece.lastBytes = ~__mmask64(0) >> (63 - (k - 1) % kGroup / 2);
  const uint8_t *last = end < k ? own + end / 2 : codes.row(row + count);
  // The half of a byte behind the last element counts as any: times 0.
  if (!codes.isContiguous() || (mayHaveNaN && k % 2 != 0)) {
    gatherCodes(row, count, first, end, gathered);
    piece.codes = gathered;
    piece.rowBytes = piece.count / 2;
    piece.whole = piece.count;
    last = gathered;
  }
  auto run = [&](auto many) {
    constexpr int kMany = decltype(many)::value;
    for (; count >= kMany; count -= kMany, sums += kMany * few.rows * 16) {
      const uint8_t *next = piece.codes + kMany * piece.rowBytes;
      piece.next = count > kMany ? next : last;
      if constexpr (kMany == 4)
        multiplySome<1, kMany>(piece, few, 0, sums);
      else
        multiplyMany<kMany>(piece, few, sums);
      piece.codes = next;
      piece.scales += kMany * units;
    }
  };
  if (few.rows == 1)
    run(std::integral_constant<int, 4>());
  run(std::integral_constant<int, 2>());
  run(std::integral_constant<int, 1>());
}

MX_TARGET_END

} // namespace mx::runtime::avx512
