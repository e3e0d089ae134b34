//===- FloatRows.cpp - Rows of an operand as f32 --------------------------===//
//
// Codes are numbers of f16 once their bits are moved; the scale multiplies what
// the processor widens. A 4-bit code needs only the upper byte of such a
// number, which is a table look-up.
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"

#include "../avx512/Target.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mx::runtime::x86 {

using namespace contract;

FloatRows::FloatRows(const OperandArgs &operand, int64_t k, ScratchSlot slot,
                     bool defers)
    : OperandRows(operand, k, kStep, false, slot, defers), isDeferred(defers) {
  if (kind != Kind::Bytes || operand.scaled.format.element.bits() != 4)
    return;
  hasNibbles = true;
  const FloatFormat &element = operand.scaled.format.element;
  for (uint32_t code = 0; code < 16; ++code)
    values[code] = static_cast<float>(
        std::ldexp(contract::decode(element, code), -biasDifference(element)));
}

MX_AVX2_BEGIN

namespace {

/// Steps that are gathered at a time where bytes are scattered.
constexpr int64_t kPiece = 32;
constexpr int64_t kStep = FloatRows::kStep;

__m128i load8(const uint8_t *bytes) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i *>(bytes));
}

__m128i load16(const void *bytes) {
  return _mm_loadu_si128(static_cast<const __m128i *>(bytes));
}

/// 16 packed codes of 6 bits as bytes.
__m128i unpack6(const uint8_t *bytes) {
  int32_t last;
  std::memcpy(&last, bytes + 8, 4);
  __m128i packed = _mm_insert_epi32(load8(bytes), last, 2);
  __m128i threes = _mm_shuffle_epi8( // three bytes to a dword, four codes
      packed,
      _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
  auto take = [&](__m128i moved, int mask) {
    return _mm_and_si128(moved, _mm_set1_epi32(mask));
  };
  return _mm_or_si128(
      _mm_or_si128(take(threes, 0x3F), take(_mm_slli_epi32(threes, 2), 0x3F00)),
      _mm_or_si128(take(_mm_slli_epi32(threes, 4), 0x3F0000),
                   take(_mm_slli_epi32(threes, 6), 0x3F000000)));
}

/// 16 f16 numbers, eight to a register.
struct Halves {
  __m128i low, high;
};

/// The upper bytes of the f16 numbers of 4-bit codes.
struct Nibbles {
  static constexpr int kBytes = 8;
  __m128i table;

  explicit Nibbles(const FloatFormat &format) {
    HalfPlacement place(format);
    alignas(16) uint8_t bytes[16];
    for (uint32_t code = 0; code < 16; ++code) {
      uint32_t number = (code & uint32_t(place.magnitude)) << place.shift;
      if (contract::isNaN(format, code))
        number = 0x7E00;
      bytes[code] = static_cast<uint8_t>((code << place.signShift >> 8 & 0x80) |
                                         number >> 8);
    }
    table = load16(bytes);
  }
  Halves operator()(const uint8_t *codes) const {
    __m128i packed = load8(codes), low = _mm_set1_epi8(15);
    __m128i even = _mm_and_si128(packed, low);
    __m128i odd = _mm_and_si128(_mm_srli_epi16(packed, 4), low);
    __m128i number = _mm_shuffle_epi8(table, _mm_unpacklo_epi8(even, odd));
    __m128i zero = _mm_setzero_si128();
    return {_mm_unpacklo_epi8(zero, number), _mm_unpackhi_epi8(zero, number)};
  }
};

/// Codes of 6 bits, or of up to 8 in a byte.
template <int Bits> struct Moved {
  static constexpr int kBytes = 2 * Bits;
  HalfPlacement place;

  explicit Moved(const FloatFormat &format) : place(format) {}
  Halves operator()(const uint8_t *codes) const {
    __m256i wide =
        _mm256_cvtepu8_epi16(Bits == 6 ? unpack6(codes) : load16(codes));
    __m256i number = _mm256_and_si256(wide, _mm256_set1_epi16(place.magnitude));
    __m256i isNaN =
        _mm256_cmpeq_epi16(number, _mm256_set1_epi16(place.nanMagnitude));
    __m256i sign = _mm256_and_si256(
        _mm256_sll_epi16(wide, _mm_cvtsi32_si128(place.signShift)),
        _mm256_set1_epi16(short(0x8000)));
    number = _mm256_sll_epi16(number, _mm_cvtsi32_si128(place.shift));
    number = _mm256_or_si256(
        sign, _mm256_blendv_epi8(number, _mm256_set1_epi16(0x7E00), isNaN));
    return {_mm256_castsi256_si128(number),
            _mm256_extracti128_si256(number, 1)};
  }
};

template <typename Codes>
void widenSteps(const FloatFormat &element, const uint8_t *bytes, int64_t count,
                const float *stepFactors, float *out, int64_t stepStride) {
  const Codes codes(element);
  for (int64_t i = 0; i < count;
       ++i, bytes += Codes::kBytes, out += stepStride) {
    Halves halves = codes(bytes);
    __m256 factor = _mm256_set1_ps(stepFactors[i]);
    _mm256_storeu_ps(out, _mm256_mul_ps(_mm256_cvtph_ps(halves.low), factor));
    _mm256_storeu_ps(out + 8,
                     _mm256_mul_ps(_mm256_cvtph_ps(halves.high), factor));
  }
}

void widenIntegers(const FloatFormat &, const uint8_t *bytes, int64_t count,
                   const float *stepFactors, float *out, int64_t stepStride) {
  for (int64_t i = 0; i < count; ++i, bytes += kStep, out += stepStride) {
    __m256 factor = _mm256_set1_ps(stepFactors[i]);
    for (int half = 0; half < 2; ++half)
      _mm256_storeu_ps(out + 8 * half,
                       _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(
                                         load8(bytes + 8 * half))),
                                     factor));
  }
}

/// 8 floats of a buffer without gaps.
inline __attribute__((always_inline)) __m256 loadFloats(const uint8_t *row,
                                                        int dtype,
                                                        int64_t col) {
  if (dtype == MX_F32)
    return _mm256_loadu_ps(reinterpret_cast<const float *>(row) + col);
  __m128i words = load16(row + 2 * col);
  if (dtype == MX_F16)
    return _mm256_cvtph_ps(words);
  return _mm256_castsi256_ps(
      _mm256_slli_epi32(_mm256_cvtepu16_epi32(words), 16));
}

} // namespace

void FloatRows::decodeSteps(const uint8_t *bytes, int64_t count,
                            const float *stepFactors, float *out,
                            int64_t stepStride) const {
  const FloatFormat &element = operand.scaled.format.element;
  auto *run = element.isInteger     ? widenIntegers
              : element.bits() == 4 ? widenSteps<Nibbles>
              : element.bits() == 6 ? widenSteps<Moved<6>>
                                    : widenSteps<Moved<8>>;
  run(element, bytes, count, stepFactors, out, stepStride);
}

void FloatRows::decodeBytes(int64_t row, int64_t first, int64_t count,
                            float *out, int64_t stepStride) const {
  alignas(64) uint8_t buffer[kPiece * kStep];
  float stepFactors[kPiece];
  const uint8_t *scales = scaleCodes + row * units;
  int wide = unit == 2 * kStep; // a scale serves two steps
  for (int64_t piece = 0; piece < count; piece += kPiece) {
    int64_t size = std::min(kPiece, count - piece), step = first + piece;
    for (int64_t i = 0; i < size; ++i)
      stepFactors[i] = factors[scales[(step + i) >> wide]];
    decodeSteps(codes.at(row, kStep * step, kStep * size, buffer), size,
                stepFactors, out + piece * stepStride, stepStride);
  }
}

void FloatRows::decodeFloats(int64_t row, int64_t first, int64_t count,
                             float *out, int64_t stepStride) const {
  const uint8_t *start = floatBase + row * floatRowBytes;
  const __m256 factor = _mm256_set1_ps(rowFactors[row]);
  int dtype = floats.tensor.dtype;
  for (int64_t i = 0; i < count; ++i, out += stepStride) {
    int64_t col = (first + i) * kStep;
    if (floats.colStride == 1 && col + kStep <= k) {
      for (int half = 0; half < 2; ++half)
        _mm256_storeu_ps(
            out + 8 * half,
            _mm256_mul_ps(loadFloats(start, dtype, col + 8 * half), factor));
      continue;
    }
    for (int64_t j = 0; j < kStep; ++j)
      out[j] = col + j < k
                   ? loadFloat(start, dtype, (col + j) * floats.colStride) *
                         rowFactors[row]
                   : 0.0f;
  }
}

void FloatRows::decode(int64_t firstRow, int64_t rowCount, int64_t first,
                       int64_t count, const RowTarget &target) const {
  auto *out = reinterpret_cast<float *>(target.data);
  int64_t stepStride = target.stepStride / 2;
  for (int64_t row = firstRow; row < firstRow + rowCount;
       ++row, out += target.rowStride / 2) {
    if (row >= operand.rows)
      for (int64_t i = 0; i < count; ++i)
        std::memset(out + i * stepStride, 0, 4 * kStep);
    else if (kind == Kind::Bytes)
      decodeBytes(row, first, count, out, stepStride);
    else
      decodeFloats(row, first, count, out, stepStride);
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86
