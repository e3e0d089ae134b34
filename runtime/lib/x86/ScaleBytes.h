//===- ScaleBytes.h - The scale codes of a row ------------------*- C++ -*-===//
//
// A byte each, as many at a time as a vector of AVX2 holds.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_X86_SCALEBYTES_H
#define MX_RUNTIME_LIB_X86_SCALEBYTES_H

#include "../avx512/Target.h"

#include <cstdint>
#include <cstring>

namespace mx::runtime::x86 {

MX_AVX2_BEGIN

/// Up to 16 bytes in a vector, some of them twice, so that nothing behind them
/// is read.
struct FewBytes {
  static constexpr int64_t kMost = 16;
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

/// The least and the largest byte.
struct ByteRange {
  uint8_t low, top;
};

inline ByteRange rangeOf(__m128i bytes) {
  // Least word of bytes or of their complements, each of which has met its
  // neighbour.
  auto least = [](__m128i x) {
    x = _mm_min_epu8(x, _mm_srli_epi16(x, 8));
    return _mm_cvtsi128_si32(
        _mm_minpos_epu16(_mm_and_si128(x, _mm_set1_epi16(0xFF))));
  };
  return {uint8_t(least(bytes)),
          uint8_t(~least(_mm_xor_si128(bytes, _mm_set1_epi8(-1))))};
}

MX_TARGET_END

/// Of `count` bytes, at least one.
ByteRange rangeOf(const uint8_t *bytes, int64_t count);

/// To `target`, which may be where they are: the sums of `count` bytes and
/// `offset`, at most 255 in magnitude, those outside of `limits` as its ends.
void moveBytes(const uint8_t *bytes, int64_t count, int offset,
               ByteRange limits, uint8_t *target);

} // namespace mx::runtime::x86

#endif // MX_RUNTIME_LIB_X86_SCALEBYTES_H
