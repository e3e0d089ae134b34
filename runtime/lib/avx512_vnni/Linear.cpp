//===- Linear.cpp - Rows of MXFP4 by one of a few rows --------------------===//
//
// Two permutations of bytes decode 128 codes of a row. The digits of a number
// follow each other in one chain of products, from the most significant one on,
// with a shift between.
//
//===----------------------------------------------------------------------===//

#include "Linear.h"

#include "../Features.h"
#include "../avx512/Target.h"
#include "../x86/FewTiled.h"

namespace mx::runtime::avx512_vnni {

using x86::DigitColumns;
using x86::DigitGroup;
using x86::kDigits;
using x86::kLinearRows;
using x86::LinearRows;

MX_AVX512_BEGIN

namespace {

constexpr int64_t kGroupBytes = 64, kGroupsOfFactors = 4;

/// What fours of lanes are multiplied by: scales times units of four groups.
struct Factors {
  alignas(64) float of[kLinearRows][16];

  Factors(const DigitColumns &few, const LinearRows &rows, int64_t group) {
    const __m512 units = _mm512_loadu_ps(few.units + 4 * group);
    for (int64_t r = 0; r < kLinearRows; ++r) {
      __m512i codes = _mm512_cvtepu8_epi32(_mm_loadu_si128(
          reinterpret_cast<const __m128i *>(rows.scales[r] + 4 * group)));
      codes = _mm512_add_epi32(codes, _mm512_set1_epi32(rows.moves[r]));
      codes = _mm512_max_epi32(codes, _mm512_set1_epi32(x86::kLeastScale));
      codes = _mm512_min_epi32(codes, _mm512_set1_epi32(x86::kLargestScale));
      _mm512_store_ps(
          of[r], _mm512_mul_ps(
                     _mm512_castsi512_ps(_mm512_slli_epi32(codes, 23)), units));
    }
  }
  /// Each of a group's four in four lanes.
  __m512 operator()(int64_t row, int64_t group) const {
    const __m512i fours =
        _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
    return _mm512_permutevar_ps(
        _mm512_broadcast_f32x4(_mm_load_ps(of[row] + 4 * group)), fours);
  }
};

/// A DigitGroup in registers, for all rows.
struct Digits {
  __m512i even[kDigits], odd[kDigits], starts;

  explicit Digits(const DigitGroup &group)
      : starts(_mm512_load_si512(group.starts)) {
    for (int d = 0; d < kDigits; ++d) {
      even[d] = _mm512_load_si512(group.even[d]);
      odd[d] = _mm512_load_si512(group.odd[d]);
    }
  }
  /// The sums of eight columns each, in units.
  __m512 unitsOf(__m512i codes) const {
    const __m512i table = _mm512_load_si512(x86::kRaisedCodes.bytes);
    __m512i low = _mm512_permutexvar_epi8(codes, table);
    __m512i high = _mm512_permutexvar_epi8(_mm512_srli_epi16(codes, 4), table);
    __m512i sum = _mm512_setzero_si512();
    for (int d = kDigits; d-- > 0;) {
      if (d + 1 < kDigits)
        sum = _mm512_slli_epi32(sum, 8);
      sum = _mm512_dpbusd_epi32(sum, low, even[d]);
      sum = _mm512_dpbusd_epi32(sum, high, odd[d]);
    }
    return _mm512_cvtepi32_ps(_mm512_add_epi32(sum, starts));
  }
};

/// How far behind a row's place lies what comes `bytes` later, at the ends of
/// the rows in those that follow.
int64_t distanceAhead(int64_t at, int64_t bytes, int64_t rowBytes) {
  return bytes + (at + bytes < rowBytes ? 0 : (kLinearRows - 1) * rowBytes);
}

/// Fetches ahead as Strips.cpp does.
template <bool IsIntel>
void multiplyColumns(const DigitColumns &few, const LinearRows &rows,
                     float *sums) {
  constexpr int64_t kNear = IsIntel ? 2048 : 512, kFar = 4096;
  __m512 acc[kLinearRows];
  for (auto &sum : acc)
    sum = _mm512_setzero_ps();
  for (int64_t first = 0; first < few.count; first += kGroupsOfFactors) {
    const Factors factors(few, rows, first);
    const int64_t end = std::min(few.count, first + kGroupsOfFactors);
    const int64_t near =
        distanceAhead(kGroupBytes * first, kNear, rows.rowBytes);
    const int64_t far = distanceAhead(kGroupBytes * first, kFar, rows.rowBytes);
    for (int64_t i = first; i < end; ++i) {
      const Digits digits(few.groups[i]);
      for (int64_t r = 0; r < kLinearRows; ++r) {
        const uint8_t *codes = rows.codes[r] + kGroupBytes * i;
        _mm_prefetch(codes + near, _MM_HINT_T0);
        if constexpr (!IsIntel)
          _mm_prefetch(codes + far, _MM_HINT_T1);
        acc[r] = _mm512_fmadd_ps(digits.unitsOf(_mm512_loadu_si512(codes)),
                                 factors(r, i - first), acc[r]);
      }
    }
  }
  for (int64_t r = 0; r < kLinearRows; ++r)
    sums[r] += _mm512_reduce_add_ps(acc[r]);
}

} // namespace

void multiplyLinear(const DigitColumns &few, const LinearRows &rows,
                    float *sums) {
  static const bool isIntel = cpuSupports("intel");
  (isIntel ? multiplyColumns<true> : multiplyColumns<false>)(few, rows, sums);
}

MX_TARGET_END

} // namespace mx::runtime::avx512_vnni
