//===- NibbleRows.cpp - Products of rows of 4-bit codes -------------------===//
//
// The upper halves of the f32 numbers of 4-bit codes, byte by byte from tables
// of 16: two units of 32 columns at a time, one in each half of a register.
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"

#include "../avx512/Target.h"

#include <cstring>
#include <type_traits>

namespace mx::runtime::x86 {

/// Vector v of a pair of units holds even (v < 4) or odd columns, four of each
/// unit.
int64_t FloatRows::columnAt(int64_t place) const {
  int64_t pair = place / 64, vector = place % 64 / 8, lane = place % 8;
  int64_t byte = vector % 4 * 4 + lane % 4;
  return (2 * pair + lane / 4) * 32 + 2 * byte + vector / 4;
}

MX_AVX2_BEGIN

namespace {

/// The numbers of the codes of two units.
class NibbleTable {
public:
  explicit NibbleTable(const float *values) {
    alignas(16) uint8_t bytes[2][16];
    for (int code = 0; code < 16; ++code) {
      uint32_t bits = contract::bitsOf(values[code]);
      bytes[0][code] = static_cast<uint8_t>(bits >> 16);
      bytes[1][code] = static_cast<uint8_t>(bits >> 24);
    }
    for (int i = 0; i < 2; ++i)
      tables[i] = _mm256_broadcastsi128_si256(
          _mm_load_si128(reinterpret_cast<const __m128i *>(bytes[i])));
  }

  /// Columns of one parity: those of the first 16 of each unit, then the
  /// others.
  void operator()(__m256i codes, __m256 numbers[4]) const {
    const __m256i zero = _mm256_setzero_si256();
    __m256i low = _mm256_shuffle_epi8(tables[0], codes);
    __m256i high = _mm256_shuffle_epi8(tables[1], codes);
    __m256i first = _mm256_unpacklo_epi8(low, high);
    __m256i second = _mm256_unpackhi_epi8(low, high);
    numbers[0] = _mm256_castsi256_ps(_mm256_unpacklo_epi16(zero, first));
    numbers[1] = _mm256_castsi256_ps(_mm256_unpackhi_epi16(zero, first));
    numbers[2] = _mm256_castsi256_ps(_mm256_unpacklo_epi16(zero, second));
    numbers[3] = _mm256_castsi256_ps(_mm256_unpackhi_epi16(zero, second));
  }

private:
  __m256i tables[2];
};

__m256 inHalves(float first, float second) {
  return _mm256_insertf128_ps(_mm256_set1_ps(first), _mm_set1_ps(second), 1);
}

} // namespace

template <int Few>
void FloatRows::multiplyNibbles(int64_t row, int64_t first, int64_t end,
                                const float *few, int64_t stride,
                                float *sums) const {
  const NibbleTable table(values);
  const __m256i low = _mm256_set1_epi8(15);
  const uint8_t *scales = scaleCodes + row * units;
  const int wide = unit == 32; // a scale serves both halves of a unit
  alignas(64) uint8_t buffer[kGroup / 2];
  // Calls among the products would take the sums out of their registers.
  const uint8_t *own = codes.row(row), *next = codes.row(row + 1);
  const int64_t whole = codes.isContiguous() ? k / kGroup * kGroup : 0;
  __m256 acc[Few];
  for (int i = 0; i < Few; ++i)
    acc[i] = _mm256_loadu_ps(sums + 16 * i);
  for (int64_t col = first; col < end; col += kGroup) {
    const uint8_t *bytes =
        col < whole ? own + col / 2 : codes.at(row, col, kGroup, buffer);
    _mm_prefetch(next + col / 2, _MM_HINT_T0);
    for (int64_t pair = 0; pair < kGroup; pair += 64, bytes += 32) {
      __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes));
      __m256 numbers[2][4];
      table(_mm256_and_si256(v, low), numbers[0]);
      table(_mm256_and_si256(_mm256_srli_epi16(v, 4), low), numbers[1]);
      const uint8_t *s = scales + (col + pair) / unit;
      for (int half = 0; half < 2; ++half) {
        __m256 factor = wide ? inHalves(factors[s[0]], factors[s[1]])
                             : inHalves(factors[s[half]], factors[s[2 + half]]);
        for (int i = 0; i < Few; ++i) {
          const float *left = few + i * stride + col + pair + 16 * half;
          __m256 part =
              _mm256_mul_ps(_mm256_loadu_ps(left), numbers[0][2 * half]);
          part = _mm256_fmadd_ps(_mm256_loadu_ps(left + 8),
                                 numbers[0][2 * half + 1], part);
          part = _mm256_fmadd_ps(_mm256_loadu_ps(left + 32),
                                 numbers[1][2 * half], part);
          part = _mm256_fmadd_ps(_mm256_loadu_ps(left + 40),
                                 numbers[1][2 * half + 1], part);
          acc[i] = _mm256_fmadd_ps(part, factor, acc[i]);
        }
      }
    }
  }
  for (int i = 0; i < Few; ++i)
    _mm256_storeu_ps(sums + 16 * i, acc[i]);
}

void FloatRows::multiplyRows(int64_t row, int64_t count, int64_t first,
                             int64_t end, const FewRowsView &few,
                             float *sums) const {
  for (; count > 0; --count, ++row) {
    const float *left = few.data;
    int64_t rest = few.rows;
    auto run = [&](auto number) {
      constexpr int kFew = decltype(number)::value;
      multiplyNibbles<kFew>(row, first, end, left, few.stride, sums);
      rest -= kFew, left += kFew * few.stride, sums += 16 * kFew;
    };
    while (rest >= 4)
      run(std::integral_constant<int, 4>());
    if (rest >= 2)
      run(std::integral_constant<int, 2>());
    if (rest >= 1)
      run(std::integral_constant<int, 1>());
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86
