//===- ByteTables.h - Elements of 6 and 8 bits by tables --------*- C++ -*-===//
//
// A bf16 number is two bytes, each looked up in a table, and a power of two is
// subtracted from its exponent field: half of the work of a way by f32.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_BYTETABLES_H
#define MX_RUNTIME_LIB_AVX512_BYTETABLES_H

#include "Target.h"
#include "Widen.h"

#include <algorithm>

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

/// Of float elements with scales of E8M0.
class ByteTables {
public:
  ByteTables() = default;

  static bool suit(const contract::ScaledFormat &format) {
    const contract::FloatFormat &element = format.element;
    bool isFinite = element.kind == contract::FloatKind::Finite;
    return format.scale.isE8M0 && !element.isInteger &&
           (element.bits() == 8 || (element.bits() == 6 && isFinite));
  }
  /// `biasDifference`: as OperandRows has it.
  void fill(const contract::FloatFormat &element, int biasDifference) {
    const Placement place(element);
    const __m512 far = _mm512_castsi512_ps(
        _mm512_set1_epi32((127 + kRaised + biasDifference) << 23));
    for (int first = 0; first < 128; first += 32) {
      __m256i codes = _mm256_add_epi8(
          _mm256_load_si256(reinterpret_cast<const __m256i *>(kCount)),
          _mm256_set1_epi8(char(first)));
      alignas(32) uint8_t bytes[32];
      _mm256_store_si256(reinterpret_cast<__m256i *>(bytes), codes);
      __m512 halves[2];
      widen<8, false>(bytes, place, halves[0], halves[1]);
      for (int i = 0; i < 2; ++i) {
        __m512i words = _mm512_srli_epi32(
            _mm512_castps_si512(_mm512_mul_ps(halves[i], far)), 16);
        // -0: a subtraction with saturation leaves it alone.
        words = _mm512_mask_mov_epi32(
            words, _mm512_testn_epi32_mask(words, _mm512_set1_epi32(0x7FFF)),
            _mm512_set1_epi32(0x8000));
        store(low + first + 16 * i, _mm512_cvtepi32_epi8(words));
        store(high + first + 16 * i,
              _mm512_cvtepi32_epi8(_mm512_srli_epi32(words, 8)));
      }
    }
    largest = static_cast<uint8_t>(2 * element.maxCode());
    for (int scale = 0; scale < 256; ++scale)
      distances[scale] = (kTop - scale) * 0x00800080;
  }

  /// `pairs` of steps that follow each other, 32 codes with a scale in each.
  /// False if there is a NaN or a scale is so small that numbers might leave
  /// the exponent field: what was written is wrong then.
  template <int Bits>
  bool decode(const uint8_t *codes, const uint8_t *scales, int64_t pairs,
              uint16_t *out, int64_t stepStride) const {
    __m512i most = _mm512_setzero_si512(); // twice the magnitudes
    uint8_t least = 255;
    for (int64_t i = 0; i < pairs; ++i, codes += 8 * Bits, scales += 2) {
      __m512i bytes = Bits == 8 ? load8(codes) : load6(codes);
      __m512i upper, lower;
      if constexpr (Bits == 8) {
        most = _mm512_max_epu8(most, _mm512_add_epi8(bytes, bytes));
        upper = lookUp(high, bytes);
        lower = lookUp(low, bytes);
        upper = _mm512_ternarylogic_epi32(upper, bytes,
                                          _mm512_set1_epi8(char(0x80)), 0xF8);
      } else {
        upper = _mm512_permutexvar_epi8(bytes, _mm512_load_si512(high));
        lower = _mm512_permutexvar_epi8(bytes, _mm512_load_si512(low));
      }
      least = std::min({least, scales[0], scales[1]});
      _mm512_storeu_si512(out,
                          _mm512_subs_epi16(_mm512_unpacklo_epi8(lower, upper),
                                            below(scales[0])));
      _mm512_storeu_si512(out + stepStride,
                          _mm512_subs_epi16(_mm512_unpackhi_epi8(lower, upper),
                                            below(scales[1])));
      out += 2 * stepStride;
    }
    return least >= kLeastScale &&
           _mm512_cmpgt_epu8_mask(most, _mm512_set1_epi8(char(largest))) == 0;
  }

private:
  /// Numbers in the tables are as many powers of two too large: |elements| are
  /// below 2^16 and at least 2^-16.
  static constexpr int kRaised = 111;
  static constexpr int kTop = 127 + kRaised; ///< the largest scale
  static constexpr int kLeastScale = 18;

  static void store(uint8_t *place, __m128i bytes) {
    _mm_store_si128(reinterpret_cast<__m128i *>(place), bytes);
  }
  __m512i below(uint8_t scale) const {
    return _mm512_set1_epi32(distances[scale]);
  }
  static __m512i lookUp(const uint8_t *table, __m512i places) {
    return _mm512_permutex2var_epi8(_mm512_load_si512(table), places,
                                    _mm512_load_si512(table + 64));
  }
  /// Quadwords q and q + 4 of the codes side by side, as unpacking to words
  /// puts them apart again.
  static __m512i load8(const uint8_t *codes) {
    return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7),
                                    _mm512_loadu_si512(codes));
  }
  /// The same of 48 bytes, six for each eight codes.
  static __m512i load6(const uint8_t *codes) {
    __m512i packed = _mm512_maskz_loadu_epi8(0xFFFFFFFFFFFF, codes);
    packed = _mm512_permutexvar_epi8(_mm512_load_si512(kSixes), packed);
    return _mm512_and_si512(
        _mm512_multishift_epi64_epi8(_mm512_set1_epi64(kPlacesOfSixes), packed),
        _mm512_set1_epi8(63));
  }

  alignas(64) static constexpr uint8_t kSixes[64] = {
      0,  1,  2,  3,  4,  5,  0, 0, 24, 25, 26, 27, 28, 29, 0, 0,
      6,  7,  8,  9,  10, 11, 0, 0, 30, 31, 32, 33, 34, 35, 0, 0,
      12, 13, 14, 15, 16, 17, 0, 0, 36, 37, 38, 39, 40, 41, 0, 0,
      18, 19, 20, 21, 22, 23, 0, 0, 42, 43, 44, 45, 46, 47, 0, 0};
  alignas(32) static constexpr uint8_t kCount[32] = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

  /// Upper and lower bytes by magnitude (8 bits) or code (6 bits).
  alignas(64) uint8_t high[128], low[128];
  uint8_t largest; ///< twice the largest magnitude that is a number
  /// What a scale takes from both words: loads copy it to all places of a
  /// vector.
  int32_t distances[256];
};

MX_TARGET_END

} // namespace mx::runtime::avx512

#endif // MX_RUNTIME_LIB_AVX512_BYTETABLES_H
