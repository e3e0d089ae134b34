//===- Finish.cpp - From sums to results ----------------------------------===//
//
// Lines of 16 results: along n, or along m where the result is stored that way.
//
//===----------------------------------------------------------------------===//

#include "Finish.h"

#include "Target.h"
#include "Transpose.h"

namespace mx::runtime::avx512 {

MX_AVX512_BEGIN

namespace {

/// 16 elements of a float buffer `stride` apart, `count` of which exist.
__m512 loadLine(const Tensor &tensor, int64_t at, int64_t stride, int count) {
  auto mask = static_cast<__mmask16>((1u << count) - 1);
  if (stride == 1 && tensor.dtype == MX_F32)
    return _mm512_maskz_loadu_ps(mask,
                                 static_cast<const float *>(tensor.data) + at);
  alignas(64) float values[16] = {};
  for (int i = 0; i < count; ++i)
    values[i] = loadFloat(tensor.data, tensor.dtype, at + i * stride);
  return _mm512_load_ps(values);
}

/// f32 to bf16, nearest-even, denormals kept, NaN canonical.
__m256i toBF16(__m512 x) {
  __m512i bits = _mm512_castps_si512(x);
  __m512i odd =
      _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  __m512i rounded =
      _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF)));
  __mmask16 isNaN = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
  rounded = _mm512_mask_mov_epi32(rounded, isNaN, bits);
  return _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));
}

void storeLine(const Tensor &tensor, int64_t at, int64_t stride, int count,
               __m512 x) {
  auto mask = static_cast<__mmask16>((1u << count) - 1);
  __mmask16 isNaN = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
  x = _mm512_mask_mov_ps(x, isNaN,
                         _mm512_castsi512_ps(_mm512_set1_epi32(0x7FC00000)));
  if (stride != 1) {
    alignas(64) float values[16];
    _mm512_store_ps(values, x);
    for (int i = 0; i < count; ++i)
      storeFloat(tensor.data, tensor.dtype, at + i * stride, values[i]);
    return;
  }
  if (tensor.dtype == MX_F32) {
    float *target = static_cast<float *>(tensor.data) + at;
    // A whole line goes past the caches, which would read it first.
    if (count == 16 && reinterpret_cast<uintptr_t>(target) % 64 == 0)
      return _mm512_stream_ps(target, x);
    return _mm512_mask_storeu_ps(target, mask, x);
  }
  __m256i words = tensor.dtype == MX_BF16
                      ? toBF16(x)
                      : _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT);
  _mm256_mask_storeu_epi16(static_cast<uint16_t *>(tensor.data) + at, mask,
                           words);
}

} // namespace

/// Integers times 2^power, rounded once also where the result is denormal.
static __m512 scaled(__m512i sums, __m512 power) {
  __m512 result = _mm512_scalef_ps(_mm512_cvtepi32_ps(sums), power);
  __mmask16 low = _mm512_cmp_ps_mask(power, _mm512_set1_ps(-126), _CMP_LT_OQ);
  if (low == 0)
    return result;
  __m512d first =
      _mm512_scalef_pd(_mm512_cvtepi32_pd(_mm512_castsi512_si256(sums)),
                       _mm512_cvtps_pd(_mm512_castps512_ps256(power)));
  __m512d second =
      _mm512_scalef_pd(_mm512_cvtepi32_pd(_mm512_extracti64x4_epi64(sums, 1)),
                       _mm512_cvtps_pd(_mm512_extractf32x8_ps(power, 1)));
  return _mm512_mask_mov_ps(
      result, low,
      _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(first)),
                         _mm512_cvtpd_ps(second), 1));
}

template <typename Load>
void Finisher::convertTile(const Load &load, float *lines, int64_t m0,
                           int64_t n0) const {
  __m512i v[16];
  __m512 powersA = _mm512_loadu_ps(exponentsA + m0);
  for (int n = 0; n < 16; ++n)
    v[n] = _mm512_castps_si512(
        load(n, _mm512_add_ps(powersA, _mm512_set1_ps(exponentsB[n0 + n]))));
  if (!linesAreOfM())
    transpose16(v);
  for (int i = 0; i < 16; ++i)
    _mm512_storeu_si512(lines + 16 * i, v[i]);
}

void Finisher::convert(float *sums, int64_t m0, int64_t n0) const {
  convertTile( // one rounding, where the result is tiny
      [&](int n, __m512 power) {
        return _mm512_scalef_ps(_mm512_loadu_ps(sums + 16 * n), power);
      },
      sums, m0, n0);
}

void Finisher::convert(int32_t *sums, int64_t m0, int64_t n0) const {
  convertTile(
      [&](int n, __m512 power) {
        return scaled(_mm512_loadu_si512(sums + 16 * n), power);
      },
      reinterpret_cast<float *>(sums), m0, n0);
}

void Finisher::write(const Line &line, const float *values) const {
  __m512 x = _mm512_loadu_ps(values);
  if (args.hasAcc)
    x = _mm512_add_ps(
        x, loadLine(args.acc.tensor, line.accAt, line.accStride, line.count));
  if (hasFactors) {
    x = _mm512_mul_ps(x, _mm512_set1_ps(scaleA));
    x = _mm512_mul_ps(x, _mm512_set1_ps(scaleB));
    x = _mm512_mul_ps(x, _mm512_set1_ps(args.alpha));
  }
  storeLine(args.out.tensor, line.at, line.stride, line.count, x);
}

MX_TARGET_END

} // namespace mx::runtime::avx512
