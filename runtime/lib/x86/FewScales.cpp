//===- FewScales.cpp - Scales of short rows -------------------------------===//
//
// A vector holds all scales of a row, or up to four of each of eight rows.
//
//===----------------------------------------------------------------------===//

#include "OperandRows.h"

#include "../avx512/Target.h"

namespace mx::runtime::x86 {

MX_AVX2_BEGIN

namespace {

/// Up to four scales of each of eight rows.
class FourScales {
public:
  FourScales(int64_t count, int offset)
      : used(_mm256_broadcastsi128_si256(_mm_setr_epi8(
            0, at(1, count), at(2, count), at(3, count), 4, at(5, count),
            at(6, count), at(7, count), 8, at(9, count), at(10, count),
            at(11, count), 12, at(13, count), at(14, count), at(15, count)))),
        offset(_mm256_set1_epi32(offset)) {}

  /// False, and nothing done, where a row's scales are not near each other.
  bool moveRows(const uint8_t *source, int64_t stride, float *exponents,
                uint8_t *target) const {
    const __m256i rows =
        _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
                           _mm256_set1_epi32(static_cast<int>(stride)));
    const __m256i scales = _mm256_shuffle_epi8(
        _mm256_i32gather_epi32(reinterpret_cast<const int *>(source), rows, 1),
        used);
    const __m256i all = _mm256_set1_epi8(-1);
    const __m256i top = largest(scales);
    const __m256i low = _mm256_sub_epi32(
        _mm256_set1_epi32(255), largest(_mm256_xor_si256(scales, all)));
    const __m256i far =
        _mm256_or_si256(_mm256_cmpgt_epi32(_mm256_sub_epi32(top, low),
                                           _mm256_set1_epi32(kNearScales)),
                        _mm256_cmpeq_epi32(top, _mm256_set1_epi32(255)));
    if (!_mm256_testz_si256(far, far))
      return false;
    const __m256i above = _mm256_sub_epi32(top, offset);
    _mm256_storeu_ps(exponents, _mm256_cvtepi32_ps(above));
    const __m256i ofBytes = _mm256_shuffle_epi8(
        above, _mm256_broadcastsi128_si256(_mm_setr_epi8(
                   0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12)));
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(target),
                        _mm256_sub_epi8(scales, ofBytes));
    return true;
  }

private:
  /// Place of a byte of four, that of their first if it is none of the row.
  static char at(int64_t i, int64_t count) {
    return static_cast<char>(i % 4 < count ? i : i - i % 4);
  }
  /// Of the bytes of each dword.
  static __m256i largest(__m256i x) {
    x = _mm256_max_epu8(x, _mm256_srli_epi32(x, 16));
    x = _mm256_max_epu8(x, _mm256_srli_epi32(x, 8));
    return _mm256_and_si256(x, _mm256_set1_epi32(255));
  }
  __m256i used, offset;
};

} // namespace

/// Whether rows have so few scales that a vector holds them.
bool OperandRows::hasFewScales() const {
  return kind != Kind::Floats && hasUnitScales() &&
         ceilDiv(k, unit) <= FewBytes::kMost;
}

/// Rows [first, end): those whose scales are near each other are moved at once.
void OperandRows::setFewScales(int64_t item, int64_t first, int64_t end) {
  const UnitScales source = unitScales(item, first);
  const FewBytes some(source.count);
  const int offset = offsetOf(0);
  const FourScales fours(some.count, offset);
  // What is read behind a row's scales is then a later row's.
  const bool readsFours = units == 4 && source.stride == some.count;
  for (int64_t row = first, done; row < end; row += done) {
    const bool hasEight = row + 8 <= end && row + 8 + 3 <= operand.rows;
    done = 8;
    if (readsFours && hasEight &&
        fours.moveRows(source.at(row - first), source.stride,
                       rowExponents + row, scaleCodes + 4 * row))
      continue;
    done = 1;
    __m128i scales = some.load(source.at(row - first));
    const auto [low, top] = rangeOf(scales);
    if (top - low > kNearScales || top == 255) {
      moveScales(row, source.at(row - first), source.count, {low, top});
      continue;
    }
    rowExponents[row] = static_cast<float>(top - offset);
    scales =
        _mm_add_epi8(scales, _mm_set1_epi8(static_cast<char>(offset - top)));
    uint8_t *found = scaleCodes + row * units;
    some.store(scales, found);
    for (int64_t u = some.count; u < units; ++u)
      found[u] = found[0];
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86
