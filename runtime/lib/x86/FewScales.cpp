//===- FewScales.cpp - Scales of short rows -------------------------------===//
//
// A vector holds all scales of a row, or up to four of each of eight rows.
//
//===----------------------------------------------------------------------===//

#include "OperandRows.h"

#include "../avx512/Target.h"

#include <cstring>

namespace mx::runtime::x86 {

MX_AVX2_BEGIN

namespace {

/// The bytes of a short row in a vector, some of them twice, so that nothing
/// behind them is read.
struct FewBytes {
  int64_t count, width; ///< width: of the first and of the last bytes

  explicit FewBytes(int64_t count)
      : count(count), width(count >= 8   ? 8
                            : count >= 4 ? 4
                                         : 1) {}
  __m128i load(const uint8_t *bytes) const {
    uint64_t first = 0, last = 0;
    if (width == 8) {
      std::memcpy(&first, bytes, 8);
      std::memcpy(&last, bytes + count - 8, 8);
    } else if (width == 4) {
      std::memcpy(&first, bytes, 4);
      std::memcpy(&last, bytes + count - 4, 4);
      first |= first << 32;
      last |= last << 32;
    } else {
      first = bytes[0] * uint64_t(0x0101010101010101);
      last = bytes[count / 2] * uint64_t(0x01010101) |
             bytes[count - 1] * uint64_t(0x0101010100000000);
    }
    return _mm_set_epi64x(int64_t(last), int64_t(first));
  }
  void store(__m128i x, uint8_t *bytes) const {
    auto first = uint64_t(_mm_cvtsi128_si64(x));
    auto last = uint64_t(_mm_extract_epi64(x, 1));
    if (width == 8) {
      std::memcpy(bytes, &first, 8);
      std::memcpy(bytes + count - 8, &last, 8);
    } else if (width == 4) {
      std::memcpy(bytes, &first, 4);
      std::memcpy(bytes + count - 4, &last, 4);
    } else {
      bytes[0] = uint8_t(first);
      bytes[count / 2] = uint8_t(last);
      bytes[count - 1] = uint8_t(last >> 32);
    }
  }
};

/// The largest byte.
uint8_t largestByte(__m128i x) {
  // Least word of the complements, after each has met its neighbour.
  x = _mm_xor_si128(x, _mm_set1_epi8(-1));
  x = _mm_min_epu8(x, _mm_srli_epi16(x, 8));
  return uint8_t(~_mm_cvtsi128_si32(
      _mm_minpos_epu16(_mm_and_si128(x, _mm_set1_epi16(0xFF)))));
}

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

/// Whether rows have so few E8M0 scales that a vector holds them.
bool OperandRows::hasFewScales() const {
  const ScaledTensor &x = operand.scaled;
  return kind != Kind::Floats && x.format.scale.isE8M0 && x.hasDenseScales() &&
         x.blockRows == 1 && (x.blocks <= 1 || x.blockCols == unit) &&
         ceilDiv(k, unit) <= 16;
}

/// Rows [first, end): those whose scales are near each other are moved at once.
void OperandRows::setFewScales(int64_t item, int64_t first, int64_t end) {
  const ScaledTensor &x = operand.scaled;
  const FewBytes some(x.blocks <= 1 ? 1 : ceilDiv(k, unit));
  const auto *source = static_cast<const uint8_t *>(x.scale.data);
  const int64_t start = x.scaleOffset(item, first);
  const int64_t stride = x.scaleOffset(item, first + 1) - start;
  const int offset = offsetOf(0);
  const FourScales fours(some.count, offset);
  // What is read behind a row's scales is then a later row's.
  const bool readsFours = units == 4 && stride == some.count;
  for (int64_t row = first; row < end; ++row) {
    for (; readsFours && row + 8 <= end && row + 8 + 3 <= operand.rows &&
           fours.moveRows(source + start + (row - first) * stride, stride,
                          rowExponents + row, scaleCodes + 4 * row);
         row += 8) {
    }
    if (row == end)
      return;
    __m128i scales = some.load(source + start + (row - first) * stride);
    const int top = largestByte(scales);
    const int low = 255 - largestByte(_mm_xor_si128(scales, _mm_set1_epi8(-1)));
    if (top - low > kNearScales || top == 255) {
      moveScales(row, scanScales(item, row));
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
