//===- Chunks.h - Stretches of a matrix as f32 ------------------*- C++ -*-===//
//
// A quantiser walks rows in chunks that stay in the first-level cache: widened
// to f32, padded with zeros, transformed; transposed where the matrix lies
// across.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_AVX512_CHUNKS_H
#define MX_RUNTIME_LIB_AVX512_CHUNKS_H

#include "HadamardRows.h"
#include "Transpose.h"

#include "../KernelTable.h"

#include <algorithm>

MX_AVX512_BEGIN

namespace mx::runtime::avx512 {
namespace {

inline constexpr int64_t kChunk = 1024;   ///< a multiple of every group size
inline constexpr int64_t kStripRows = 64; ///< at most

/// Sixteen elements from `source` on, those outside `mask` zero.
__attribute__((always_inline)) inline __m512 widen(const void *source,
                                                   int dtype, __mmask16 mask) {
  if (dtype == MX_F32)
    return _mm512_maskz_loadu_ps(mask, source);
  __m256i half = _mm256_maskz_loadu_epi16(mask, source);
  if (dtype == MX_F16)
    return _mm512_cvtph_ps(half);
  return _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

inline __mmask16 firstLanes(int64_t count) {
  return count >= 16 ? __mmask16(0xFFFF)
                     : __mmask16((1u << std::max<int64_t>(count, 0)) - 1);
}

/// Chunks of a strip of at most kStripRows rows of one item.
class ChunkReader {
public:
  ChunkReader(const Matrix &x, int64_t cols, const HadamardTables &hadamard,
              float *buffer)
      : x(x), cols(cols), bytes(x.tensor.dtype == MX_F32 ? 4 : 2),
        hadamard(hadamard), buffer(buffer) {}

  /// Whether rows, or columns, are contiguous.
  static bool accepts(const Matrix &x) {
    return x.cols <= 1 || x.colStride == 1 || x.rowStride == 1;
  }
  static constexpr int64_t kBufferFloats = kStripRows * kChunk;

  /// Rows of one strip. Where the matrix lies across, wide ones read longer
  /// pieces of its columns.
  static int64_t stripRows(const Matrix &x) {
    return x.cols > 1 && x.colStride != 1 ? kStripRows : 16;
  }

  /// Makes chunk [col, col + length) of rows [row, row + count) ready; `length`
  /// is a multiple of 16.
  void load(int64_t row, int64_t count, int64_t col, int64_t length) {
    firstRow = row;
    firstCol = col;
    this->length = length;
    if (isAcross())
      loadAcross(count);
  }

  /// Row `r` of the strip: `length` floats, zero behind the last column.
  __attribute__((always_inline)) const float *row(int64_t r) {
    int64_t held = std::min(length, x.cols - firstCol);
    float *line = buffer + (isAcross() ? r * kChunk : 0);
    if (!isAcross()) {
      const char *source = rowStart(firstRow + r) + firstCol * bytes;
      bool asItIs = bytes == 4 && held == length;
      if (asItIs && hadamard.size == 0)
        return reinterpret_cast<const float *>(source);
      if (asItIs) {
        transformRows(reinterpret_cast<const float *>(source), line, length,
                      hadamard);
        clearTail(line);
        return line;
      }
      for (int64_t i = 0; i < length; i += 16) {
        __mmask16 mask = firstLanes(held - i);
        const char *from = mask ? source + i * bytes : source;
        _mm512_storeu_ps(line + i, widen(from, x.tensor.dtype, mask));
      }
    }
    if (hadamard.size > 0) {
      transformRows(line, line, length, hadamard);
      clearTail(line);
    }
    return line;
  }

private:
  bool isAcross() const { return x.cols > 1 && x.colStride != 1; }

  const char *rowStart(int64_t row) const {
    return static_cast<const char *>(x.tensor.data) + x.rowOffset(row) * bytes;
  }

  void clearTail(float *line) const {
    for (int64_t i = cols - firstCol; i < length; ++i)
      line[i] = 0;
  }

  /// Columns are contiguous: tiles of 16 × 16 are turned in registers.
  void loadAcross(int64_t count) const {
    const char *start = rowStart(firstRow);
    for (int64_t i = 0; i < length; i += 16)
      for (int64_t r = 0; r < count; r += 16)
        turnTile(start + r * bytes, count - r, i, buffer + r * kChunk + i);
  }

  /// Columns i … i + 15 of up to 16 rows from `start` on.
  void turnTile(const char *start, int64_t rows, int64_t i, float *to) const {
    __mmask16 mask = firstLanes(rows);
    __m512i tile[16];
    for (int64_t j = 0; j < 16; ++j) {
      int64_t col = firstCol + i + j;
      tile[j] =
          col < x.cols
              ? _mm512_castps_si512(widen(start + col * x.colStride * bytes,
                                          x.tensor.dtype, mask))
              : _mm512_setzero_si512();
    }
    transpose16(tile);
    for (int64_t r = 0; r < std::min<int64_t>(rows, 16); ++r)
      _mm512_storeu_si512(to + r * kChunk, tile[r]);
  }

  const Matrix &x;
  int64_t cols, bytes;
  const HadamardTables &hadamard;
  float *buffer;
  int64_t firstRow = 0, firstCol = 0, length = 0;
};

} // namespace
} // namespace mx::runtime::avx512

MX_TARGET_END

#endif // MX_RUNTIME_LIB_AVX512_CHUNKS_H
