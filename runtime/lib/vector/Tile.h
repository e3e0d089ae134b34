//===- Tile.h - Sixteen stretches of rows, element by element ---*- C++ -*-===//
//
// What quantisers and the Hadamard transform work on: vector i of a tile holds
// element i of sixteen lanes, where a lane is a stretch of one row. Largest
// magnitudes, scales, butterflies and random bits then need no operation across
// lanes. Lanes of contiguous rows are turned in registers; those of a matrix
// that lies across are read as they are.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_TILE_H
#define MX_RUNTIME_LIB_VECTOR_TILE_H

#include "HadamardRows.h"

#include "../KernelTable.h"
#include "../Threads.h"

#include <algorithm>
#include <cstring>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Sixteen elements from `source` on as f32.
template <int DType> MX_INLINE F widen(const char *source) {
  if (DType == MX_F32)
    return loadF(source);
  if (DType == MX_F16)
    return loadHalves(source);
  return floats(shl<16>(loadWords(source)));
}

MX_INLINE F widenAny(int dtype, const char *source) {
  return dtype == MX_F32    ? widen<MX_F32>(source)
         : dtype == MX_BF16 ? widen<MX_BF16>(source)
                            : widen<MX_F16>(source);
}

/// `held` elements from `source` on as f32, then zeros up to `length`, a
/// multiple of 16.
inline void widenRow(int dtype, const char *source, int64_t held, float *to,
                     int64_t length) {
  int64_t whole = held / 16 * 16, bytes = dtypeBytes(dtype);
  for (int64_t i = 0; i < whole; i += 16)
    store(to + i, widenAny(dtype, source + i * bytes));
  for (int64_t i = whole; i < length; i += 16)
    store(to + i, setF(0));
  if (whole == held)
    return;
  alignas(64) char rest[64] = {};
  std::memcpy(rest, source + whole * bytes, size_t((held - whole) * bytes));
  store(to + whole, widenAny(dtype, rest));
}

class Tile {
public:
  /// Lanes of `length` elements of x, padded with zeros: a multiple of 16 and
  /// of the transform's size.
  Tile(const Matrix &x, int64_t length, const HadamardTable &hadamard,
       Workspace &workspace)
      : x(x), length(length), bytes(x.tensor.dtype == MX_F32 ? 4 : 2),
        hadamard(hadamard),
        values(aligned(workspace.get<char, 0>(length * 64 + 64))),
        padding(workspace.get<char, 1>(length * 64)) {}

  static bool accepts(const Matrix &x) {
    return x.cols <= 1 || x.colStride == 1 || x.rowStride == 1;
  }
  static bool isAcross(const Matrix &x) {
    return x.cols > 1 && x.colStride != 1;
  }

  /// Lane l is elements [col, col + length) of a row; a row of -1 is zeros.
  /// Where the matrix lies across, rows follow each other within an item.
  struct Lane {
    int64_t row, col;
  };
  void load(const Lane lanes[16]) {
    if (x.tensor.dtype == MX_F32)
      loadAs<MX_F32>(lanes);
    else if (x.tensor.dtype == MX_BF16)
      loadAs<MX_BF16>(lanes);
    else
      loadAs<MX_F16>(lanes);
    transformRest();
  }

  float *row(int64_t i) { return values + 16 * i; }
  int64_t size() const { return length; }

  /// Zeros from element `first` of lane `lane` on.
  void clear(int lane, int64_t first) {
    for (int64_t i = std::max<int64_t>(first, 0); i < length; ++i)
      values[16 * i + lane] = 0;
  }

private:
  static float *aligned(char *p) {
    return reinterpret_cast<float *>((reinterpret_cast<uintptr_t>(p) + 63) &
                                     ~uintptr_t(63));
  }

  const char *address(int64_t row, int64_t col) const {
    return static_cast<const char *>(x.tensor.data) +
           (x.rowOffset(row) + col * x.colStride) * bytes;
  }

  template <int DType> void loadAs(const Lane lanes[16]) {
    switch (std::min<int64_t>(hadamard.size, 16)) {
    case 0:
      return loadTransformed<DType, 1>(lanes);
    case 2:
      return loadTransformed<DType, 2>(lanes);
    case 4:
      return loadTransformed<DType, 4>(lanes);
    case 8:
      return loadTransformed<DType, 8>(lanes);
    default:
      return loadTransformed<DType, 16>(lanes);
    }
  }

  template <int DType, int Head> void loadTransformed(const Lane lanes[16]) {
    if (isAcross(x))
      loadAcross<DType, Head>(lanes);
    else
      loadAlong<DType, Head>(lanes);
  }

  /// Signs and the strides below Head of sixteen vectors, which are then
  /// stored.
  template <int Head> MX_INLINE void storeHead(F v[16], int64_t i, float *to) {
    if (Head > 1) {
      const uint32_t *signs =
          hadamard.signs + (i & (std::max<int64_t>(hadamard.size, 16) - 1));
      for (int j = 0; j < 16; ++j)
        v[j] = floats(differ(bits(v[j]), setI(signs[j])));
      butterflies<Head, 16>(v);
      if (hadamard.size <= 16)
        for (int j = 0; j < 16; ++j)
          v[j] = mul(v[j], setF(hadamard.factor));
    }
    for (int j = 0; j < 16; ++j)
      store(to + 16 * (i + j), v[j]);
  }

  /// Where the lanes start; those that the matrix does not fill are copied.
  void locate(const Lane lanes[16], const char *start[16]) const {
    int64_t lastRow = -1;
    const char *rowStart = nullptr;
    for (int l = 0; l < 16; ++l) {
      auto [at, col] = lanes[l];
      int64_t held = at < 0 ? 0 : std::clamp<int64_t>(x.cols - col, 0, length);
      if (at != lastRow && held > 0) {
        rowStart = address(at, 0);
        lastRow = at;
      }
      start[l] = rowStart + col * bytes;
      if (held == length)
        continue;
      char *copy = padding + l * length * 4;
      std::memset(copy, 0, size_t(length * bytes));
      if (held > 0)
        std::memcpy(copy, start[l], size_t(held * bytes));
      start[l] = copy;
    }
  }

  template <int DType, int Head> void loadAlong(const Lane lanes[16]) {
    const char *start[16];
    locate(lanes, start);
    // Lanes usually go on where the tile ends.
    const char *next = start[0] + 16 * length * bytes;
    float *to = values;
    const int64_t end = length;
    for (int64_t i = 0; i < end; i += 16) {
      I lane[16];
      F v[16];
      constexpr int64_t size = DType == MX_F32 ? 4 : 2;
      for (int l = 0; l < 16; ++l)
        lane[l] = bits(widen<DType>(start[l] + i * size));
      for (int64_t at = 0; at < 16 * 16 * size; at += 64)
        _mm_prefetch(next + i * 16 * size + at, _MM_HINT_T0);
      transpose(lane);
      for (int l = 0; l < 16; ++l)
        v[l] = floats(lane[l]);
      storeHead<Head>(v, i, to);
    }
  }

  template <int DType, int Head> void loadAcross(const Lane lanes[16]) {
    int64_t col = lanes[0].col, count = 0;
    while (count < 16 && lanes[count].row >= 0)
      ++count;
    int64_t held = std::clamp<int64_t>(x.cols - col, 0, length);
    const char *start = address(lanes[0].row, col);
    int64_t step = x.colStride * bytes;
    float *to = values;
    for (int64_t i = 0; i < length; i += 16) {
      F v[16];
      if (count == 16 && i + 16 <= held)
        for (int j = 0; j < 16; ++j) {
          const char *from = start + (i + j) * step;
          v[j] = widen<DType>(from);
          _mm_prefetch(from + kAhead, _MM_HINT_T0);
        }
      else
        for (int j = 0; j < 16; ++j)
          v[j] = widenSome<DType>(start + (i + j) * step,
                                  i + j < held ? count : 0);
      storeHead<Head>(v, i, to);
    }
  }
  static constexpr int64_t kAhead = 128; ///< bytes, along the rows

  /// `count` elements from `source` on, then zeros.
  template <int DType>
  __attribute__((noinline)) F widenSome(const char *source, int64_t count) {
    std::memset(padding, 0, 64);
    std::memcpy(padding, source, size_t(count * bytes));
    return widen<DType>(padding);
  }

  /// Strides of 16 and more, a few at a time, and the factor.
  void transformRest() {
    int64_t stride = 16;
    while (stride < hadamard.size) {
      int64_t left = hadamard.size / stride;
      bool isLast = left <= 8;
      if (left == 2)
        pass<2>(stride, isLast);
      else if (left == 4)
        pass<4>(stride, isLast);
      else
        pass<8>(stride, isLast);
      stride *= std::min<int64_t>(left, 8);
    }
  }

  template <int Count> void pass(int64_t stride, bool isLast) {
    const F factor = setF(isLast ? hadamard.factor : 1.0f);
    for (int64_t base = 0; base < length; base += Count * stride)
      for (int64_t i = base; i < base + stride; ++i) {
        F v[Count];
        for (int j = 0; j < Count; ++j)
          v[j] = loadF(row(i + j * stride));
        butterflies<Count>(v);
        for (int j = 0; j < Count; ++j)
          store(row(i + j * stride), isLast ? mul(v[j], factor) : v[j]);
      }
  }

  const Matrix &x;
  int64_t length, bytes;
  const HadamardTable &hadamard;
  float *values;
  char *padding;
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_TILE_H
