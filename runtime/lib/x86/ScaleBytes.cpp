//===- ScaleBytes.cpp - The scale codes of a row --------------------------===//
//
// The last vector of a row overlaps the one before it.
//
//===----------------------------------------------------------------------===//

#include "ScaleBytes.h"

#include <algorithm>
#include <cstdlib>

namespace mx::runtime::x86 {

MX_AVX2_BEGIN

namespace {

constexpr int64_t kVector = 32, kHalf = FewBytes::kMost;

__m256i load(const uint8_t *bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes));
}

void store(__m256i x, uint8_t *bytes) {
  _mm256_storeu_si256(reinterpret_cast<__m256i *>(bytes), x);
}

/// Fewer bytes than a vector has, some of them twice.
__m256i loadShort(const uint8_t *bytes, int64_t count) {
  if (count <= kHalf)
    return _mm256_broadcastsi128_si256(FewBytes(count).load(bytes));
  auto half = [&](int64_t at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + at));
  };
  return _mm256_set_m128i(half(count - kHalf), half(0));
}

void storeShort(__m256i x, int64_t count, uint8_t *bytes) {
  __m128i first = _mm256_castsi256_si128(x);
  if (count <= kHalf)
    return FewBytes(count).store(first, bytes);
  auto *last = reinterpret_cast<__m128i *>(bytes + count - kHalf);
  _mm_storeu_si128(reinterpret_cast<__m128i *>(bytes), first);
  _mm_storeu_si128(last, _mm256_extracti128_si256(x, 1));
}

/// What moveBytes() adds and takes, one of which is zero, and the limits.
struct Move {
  __m256i up, down, least, most;

  Move(int offset, ByteRange limits)
      : up(_mm256_set1_epi8(char(std::max(offset, 0)))),
        down(_mm256_set1_epi8(char(std::max(-offset, 0)))),
        least(_mm256_set1_epi8(char(limits.low))),
        most(_mm256_set1_epi8(char(limits.top))) {}
  __m256i operator()(__m256i x) const {
    x = _mm256_subs_epu8(_mm256_adds_epu8(x, up), down);
    return _mm256_min_epu8(_mm256_max_epu8(x, least), most);
  }
};

} // namespace

ByteRange rangeOf(const uint8_t *bytes, int64_t count) {
  __m256i low, top;
  if (count < kVector) {
    low = top = loadShort(bytes, count);
  } else {
    low = top = load(bytes + count - kVector);
    for (int64_t i = 0; i + kVector < count; i += kVector) {
      __m256i x = load(bytes + i);
      low = _mm256_min_epu8(low, x);
      top = _mm256_max_epu8(top, x);
    }
  }
  __m128i lows = _mm_min_epu8(_mm256_castsi256_si128(low),
                              _mm256_extracti128_si256(low, 1));
  __m128i tops = _mm_max_epu8(_mm256_castsi256_si128(top),
                              _mm256_extracti128_si256(top, 1));
  return {rangeOf(lows).low, rangeOf(tops).top};
}

void moveBytes(const uint8_t *bytes, int64_t count, int offset,
               ByteRange limits, uint8_t *target) {
  const Move move(offset, limits);
  if (count < kVector)
    return storeShort(move(loadShort(bytes, count)), count, target);
  const __m256i last = load(bytes + count - kVector);
  for (int64_t i = 0; i + kVector < count; i += kVector)
    store(move(load(bytes + i)), target + i);
  store(move(last), target + count - kVector);
}

MX_TARGET_END

} // namespace mx::runtime::x86
