//===- HalfRows.cpp - Floats as bf16 in the order Halves ------------------===//
//
// 16 numbers and 16 more are words of the same lanes, which takes no moves
// across them. Rows are read once, as they are, while their largest magnitude
// is found.
//
//===----------------------------------------------------------------------===//

#include "FloatSteps.h"
#include "Rows.h"
#include "Target.h"

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

template <int Limbs>
void Rows::decodeHalvesAs(int64_t row, int64_t first, int64_t count,
                          const RowTarget &target) const {
  const uint8_t *start = floatBase + row * floatRowBytes;
  const __m512 factor = _mm512_set1_ps(rowFactors[row]);
  const int64_t limbStride = target.limbStride;
  uint16_t *out = target.data;
  __m512i most = _mm512_setzero_si512();
  const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
  auto storeStep = [&](__m512 low, __m512 high) {
    for (__m512 x : {low, high})
      most = _mm512_max_epu32(
          most, _mm512_and_si512(_mm512_castps_si512(x), magnitude));
    low = _mm512_mul_ps(low, factor);
    high = _mm512_mul_ps(high, factor);
    for (int limb = 0; limb < Limbs; ++limb) {
      __m512 top = cutToBF16(high);
      _mm512_storeu_si512(
          out + limb * limbStride,
          _mm512_or_si512(_mm512_srli_epi32(_mm512_castps_si512(low), 16),
                          _mm512_castps_si512(top)));
      if (limb + 1 == Limbs)
        break;
      low = _mm512_sub_ps(low, cutToBF16(low));
      high = _mm512_sub_ps(high, top);
    }
    out += target.stepStride;
  };
  int64_t i = 0;
  if (floats.tensor.dtype == MX_F32 && floats.colStride == 1) {
    const auto *numbers =
        reinterpret_cast<const float *>(start) + first * kStep;
    const int64_t whole = std::clamp<int64_t>(k / kStep - first, 0, count);
    for (; i < whole; ++i, numbers += kStep)
      storeStep(_mm512_loadu_ps(numbers), _mm512_loadu_ps(numbers + 16));
    const int64_t left = k - (first + i) * kStep; // of a last step
    if (i < count && left > 0) {
      auto mask = static_cast<__mmask32>((uint64_t(1) << left) - 1);
      storeStep(_mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), numbers),
                _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask >> 16),
                                      numbers + 16));
      ++i;
    }
  }
  for (; i < count; ++i) {
    int64_t col = (first + i) * kStep;
    storeStep(loadFloats(start, floats, col, k),
              loadFloats(start, floats, col + 16, k));
  }
  if (!largest)
    return;
  uint32_t *lanes = largest + 16 * row;
  _mm512_storeu_si512(lanes, _mm512_max_epu32(most, _mm512_loadu_si512(lanes)));
}

void Rows::decodeHalves(int64_t row, int64_t first, int64_t count,
                        const RowTarget &target) const {
  if (limbCount == 1)
    decodeHalvesAs<1>(row, first, count, target);
  else if (limbCount == 2)
    decodeHalvesAs<2>(row, first, count, target);
  else
    decodeHalvesAs<3>(row, first, count, target);
}

MX_TARGET_END

} // namespace mx::runtime::avx512
