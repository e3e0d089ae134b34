//===- PlainRows.cpp - Rows of plain results ------------------------------===//
//
// A line of results is the end of a vector of sums and the start of the one
// behind it, moved together in registers.
//
//===----------------------------------------------------------------------===//

#include "PlainRows.h"

#include "Powers.h"
#include "Target.h"

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

namespace {

constexpr int64_t kLine = 16; ///< results of a line, and of a vector

/// What the columns of some sums are multiplied by.
struct ColumnPowers {
  /// Powers of two, or (!areNear) their exponents.
  alignas(64) float values[x86::kMostSumCols];
  bool areNear = true;

  /// Whether the product of two of the powers is a normal number of f32.
  static bool isNear(__m512 exponents) {
    return _mm512_cmp_ps_mask(_mm512_abs_ps(exponents), _mm512_set1_ps(60),
                              _CMP_LE_OQ) == 0xFFFF;
  }

  ColumnPowers(const x86::SumRows &sums, const x86::PlainResults &results) {
    const float *rows = results.exponentsA + sums.m;
    for (int64_t i = 0; i < sums.rows; i += kLine)
      areNear &= isNear(_mm512_loadu_ps(rows + i));
    const float *cols = results.exponentsB + sums.n;
    for (int64_t i = 0; i < sums.cols; i += kLine)
      areNear &= isNear(_mm512_loadu_ps(cols + i));
    for (int64_t i = 0; i < sums.cols; i += kLine) {
      __m512 exponents = _mm512_loadu_ps(cols + i);
      _mm512_store_ps(values + i, areNear ? powersOf(exponents) : exponents);
    }
  }
};

/// Sixteen results from their sums.
template <bool AreNear>
inline __attribute__((always_inline)) __m512 finish(const float *sums,
                                                    const float *ofCols,
                                                    __m512 ofRow) {
  __m512 x = _mm512_load_ps(sums), powers = _mm512_load_ps(ofCols);
  x = AreNear ? _mm512_mul_ps(x, _mm512_mul_ps(powers, ofRow))
              : _mm512_scalef_ps(x, _mm512_add_ps(powers, ofRow));
  return withCanonicalNaN(x);
}

/// Part of a row of results.
struct Row {
  const float *sums; ///< of its first tile
  __m512 power;      ///< or its exponent
  float *target, *waiting;
};

template <bool IsLarge>
inline __attribute__((always_inline)) void storeLine(float *line, __m512 x) {
  if (IsLarge)
    _mm512_stream_ps(line, x);
  else
    _mm512_store_ps(line, x);
}

template <bool AreNear, bool IsLarge>
void writeRow(const Row &row, const x86::SumRows &all,
              const ColumnPowers &powers) {
  constexpr int64_t kTile = 256, kBlock = 1024; // sums
  auto load = [&](int64_t i) __attribute__((always_inline)) {
    return finish<AreNear>(row.sums + i / 2 * kBlock + i % 2 * kTile,
                           powers.values + kLine * i, row.power);
  };
  // The first line holds `shift` numbers that come before.
  const auto shift = int(reinterpret_cast<uintptr_t>(row.target) / 4 % kLine);
  const __m512i order =
      _mm512_sub_epi32(_mm512_setr_epi32(16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
                                         26, 27, 28, 29, 30, 31),
                       _mm512_set1_epi32(shift));
  float *line = row.target - shift;
  const int64_t end = shift + all.cols, whole = end / kLine; // of the lines
  __m512 before =
      all.continues ? _mm512_load_ps(row.waiting) : _mm512_setzero_ps();
  auto nextLine = [&](int64_t i) __attribute__((always_inline)) {
    __m512 next = kLine * i < all.cols ? load(i) : before;
    __m512 x = _mm512_permutex2var_ps(before, order, next);
    before = next;
    return x;
  };
  int64_t i = 0;
  if (shift > 0 && !all.continues && whole > 0) {
    _mm512_mask_store_ps(line, static_cast<__mmask16>(0xFFFF << shift),
                         nextLine(0));
    i = 1;
  }
  for (; i < whole; ++i)
    storeLine<IsLarge>(line + kLine * i, nextLine(i));
  const auto left = int(end % kLine);
  if (left > 0 && !all.hasMore) {
    uint32_t mask = (1u << left) - 1;
    if (whole == 0 && !all.continues)
      mask &= 0xFFFFu << shift;
    _mm512_mask_store_ps(line + kLine * whole, static_cast<__mmask16>(mask),
                         nextLine(whole));
  }
  _mm512_store_ps(row.waiting, before);
}

template <bool AreNear, bool IsLarge>
void writeRows(const x86::SumRows &sums, const x86::PlainResults &results,
               const ColumnPowers &powers) {
  constexpr int64_t kHalf = 512; // sums of the tiles of 16 rows of a block
  for (int64_t r = 0; r < sums.rows; ++r) {
    __m512 ofRow = _mm512_set1_ps(results.exponentsA[sums.m + r]);
    writeRow<AreNear, IsLarge>(
        {sums.sums + r / 16 * kHalf + r % 16 * 16,
         AreNear ? powersOf(ofRow) : ofRow,
         results.target + (sums.m + r) * results.stride + sums.n,
         sums.waiting + kLine * r},
        sums, powers);
  }
}

} // namespace

void writePlainRows(const x86::SumRows &sums,
                    const x86::PlainResults &results) {
  const ColumnPowers powers(sums, results);
  auto *run = powers.areNear    ? results.isLarge ? writeRows<true, true>
                                                  : writeRows<true, false>
              : results.isLarge ? writeRows<false, true>
                                : writeRows<false, false>;
  run(sums, results, powers);
}

MX_TARGET_END

} // namespace mx::runtime::avx512
