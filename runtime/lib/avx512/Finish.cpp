//===- Finish.cpp - From sums to results ----------------------------------===//
//
// Lines of 16 results: along n, or along m where the result is stored that way.
//
//===----------------------------------------------------------------------===//

#include "Finish.h"

#include "Powers.h"
#include "Target.h"
#include "Transpose.h"

#include <algorithm>

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

/// Whole lines go past the caches, which would read them first.
void streamLines(const __m512i lines[16], float *target, int64_t stride) {
  for (int i = 0; i < 16; ++i)
    _mm512_stream_ps(target + i * stride,
                     withCanonicalNaN(_mm512_castsi512_ps(lines[i])));
}

/// `count` lines of `length` f32 numbers that start anywhere.
void storeLines(const __m512i lines[16], float *target, int64_t stride,
                int count, int length) {
  if (length == 16) { // without a mask, which some processors take longer for
    for (int i = 0; i < count; ++i)
      _mm512_storeu_ps(target + i * stride,
                       withCanonicalNaN(_mm512_castsi512_ps(lines[i])));
    return;
  }
  auto mask = static_cast<__mmask16>((1u << length) - 1);
  for (int i = 0; i < count; ++i)
    _mm512_mask_storeu_ps(target + i * stride, mask,
                          withCanonicalNaN(_mm512_castsi512_ps(lines[i])));
}

/// A store that misses holds up those behind it: the lines of `count` rows,
/// from element `at` on, come early.
void expectRows(const Tensor &tensor, int64_t at, int64_t stride,
                int64_t count) {
  int64_t size = dtypeBytes(tensor.dtype);
  const char *row = static_cast<const char *>(tensor.data) + at * size;
  for (int64_t i = 0; i < count; ++i, row += stride * size) {
    __builtin_prefetch(row, 1);
    __builtin_prefetch(row + 16 * size - 1, 1);
  }
}

void storeLine(const Tensor &tensor, int64_t at, int64_t stride, int count,
               __m512 x) {
  auto mask = static_cast<__mmask16>((1u << count) - 1);
  x = withCanonicalNaN(x);
  if (stride != 1) {
    alignas(64) float values[16];
    _mm512_store_ps(values, x);
    for (int i = 0; i < count; ++i)
      storeFloat(tensor.data, tensor.dtype, at + i * stride, values[i]);
    return;
  }
  if (tensor.dtype == MX_F32) {
    float *target = static_cast<float *>(tensor.data) + at;
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

bool Finisher::isNear(int64_t m0, int64_t n0) const {
  const __m512 limit = _mm512_set1_ps(60);
  __m512 a = _mm512_abs_ps(_mm512_loadu_ps(exponentsA + m0));
  __m512 b = _mm512_abs_ps(_mm512_loadu_ps(exponentsB + n0));
  return (_mm512_cmp_ps_mask(a, limit, _CMP_LE_OQ) &
          _mm512_cmp_ps_mask(b, limit, _CMP_LE_OQ)) == 0xFFFF;
}

inline __attribute__((always_inline)) __m512
Finisher::timesFactors(__m512 x) const {
  x = _mm512_mul_ps(x, _mm512_set1_ps(scaleA));
  x = _mm512_mul_ps(x, _mm512_set1_ps(scaleB));
  return _mm512_mul_ps(x, _mm512_set1_ps(args.alpha));
}

__m512 Finisher::finishLine(const ResultLine &line, __m512 x) const {
  alignas(64) float values[16];
  _mm512_store_ps(values, x);
  applyEpilogue(args.epilogue, item, line, values);
  return _mm512_load_ps(values);
}

namespace {

/// The lines of a tile as those of the results: of m where rows lie across.
void loadLines(const x86::SumTile &tile, bool across, __m512i lines[16]) {
  if (across == tile.isByRow)
    return loadTransposed(tile.sums, 64, lines);
  for (int i = 0; i < 16; ++i)
    lines[i] =
        _mm512_loadu_si512(static_cast<const int32_t *>(tile.sums) + 16 * i);
}

/// 16 sums of a tile as they are and times powers of two: one rounding, where
/// the result is tiny.
struct FloatSums {
  static __m512 near(__m512i sums) { return _mm512_castsi512_ps(sums); }
  static __m512 far(__m512i sums, __m512 power) {
    return _mm512_scalef_ps(near(sums), power);
  }
};

struct IntegerSums {
  static __m512 near(__m512i sums) { return _mm512_cvtepi32_ps(sums); }
  static __m512 far(__m512i sums, __m512 power) {
    return timesPower(sums, power);
  }
};

} // namespace

template <typename Sums>
void Finisher::storeTile(const x86::SumTile &tile, int64_t wanted) const {
  const int64_t m0 = tile.m, n0 = tile.n;
  // Whether the result's rows are contiguous in m, not in n.
  bool across = args.out.colStride != 1 && args.out.rowStride == 1;
  const float *along = across ? exponentsA + m0 : exponentsB + n0;
  const float *ofLines = across ? exponentsB + n0 : exponentsA + m0;
  bool hasEpilogue = !args.epilogue.isIdle();
  bool isPlain =
      args.out.tensor.dtype == MX_F32 && !args.hasAcc && !hasEpilogue;
  __m512i lines[16];
  loadLines(tile, across, lines);
  __m512 exponents = _mm512_loadu_ps(along);
  if (isNear(m0, n0)) {
    alignas(64) float powersOfLines[16];
    __m512 powers = powersOf(exponents);
    _mm512_store_ps(powersOfLines, powersOf(_mm512_loadu_ps(ofLines)));
    for (int i = 0; i < 16; ++i)
      lines[i] = _mm512_castps_si512(_mm512_mul_ps(
          Sums::near(lines[i]),
          _mm512_mul_ps(powers, _mm512_set1_ps(powersOfLines[i]))));
  } else {
    for (int i = 0; i < 16; ++i)
      lines[i] = _mm512_castps_si512(Sums::far(
          lines[i], _mm512_add_ps(exponents, _mm512_set1_ps(ofLines[i]))));
  }
  if (hasFactors && !args.hasAcc)
    for (int i = 0; i < 16; ++i)
      lines[i] =
          _mm512_castps_si512(timesFactors(_mm512_castsi512_ps(lines[i])));
  int rows = static_cast<int>(std::min<int64_t>(wanted, args.a.rows - m0));
  int cols = static_cast<int>(std::min<int64_t>(16, args.b.rows - n0));
  int count = across ? cols : rows, length = across ? rows : cols;
  const Matrix &out = args.out, &acc = args.acc;
  int64_t at = outStart + m0 * out.rowStride + n0 * out.colStride;
  int64_t accAt = accStart + m0 * acc.rowStride + n0 * acc.colStride;
  int64_t outNext = across ? out.colStride : out.rowStride;
  int64_t outStride = across ? out.rowStride : out.colStride;
  float *target = static_cast<float *>(out.tensor.data) + at;
  if (isPlain && count == 16 && length == 16 && outStride == 1 &&
      (reinterpret_cast<uintptr_t>(target) | uintptr_t(4 * outNext)) % 64 == 0)
    return streamLines(lines, target, outNext);
  if (!across && outStride == 1) // the rows below, which are the next ones
    expectRows(out.tensor, at + 16 * outNext, outNext,
               std::min<int64_t>(16, args.a.rows - m0 - 16));
  if (isPlain && outStride == 1)
    return storeLines(lines, target, outNext, count, length);
  for (int i = 0; i < count; ++i) {
    __m512 x = _mm512_castsi512_ps(lines[i]);
    if (args.hasAcc) {
      x = _mm512_add_ps(
          x, loadLine(acc.tensor,
                      accAt + i * (across ? acc.colStride : acc.rowStride),
                      across ? acc.rowStride : acc.colStride, length));
      if (hasFactors)
        x = timesFactors(x);
    }
    if (hasEpilogue)
      x = finishLine(
          {across ? m0 : m0 + i, across ? n0 + i : n0, length, across}, x);
    storeLine(out.tensor, at + i * outNext, outStride, length, x);
  }
}

void Finisher::storeFloats(const x86::SumTile &tile, int64_t rows) const {
  storeTile<FloatSums>(tile, rows);
}

void Finisher::storeIntegers(const x86::SumTile &tile) const {
  storeTile<IntegerSums>(tile, 16);
}

MX_TARGET_END

} // namespace mx::runtime::avx512
