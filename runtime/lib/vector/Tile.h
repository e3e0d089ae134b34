//===- Tile.h - Sixteen stretches of rows, element by element ---*- C++ -*-===//
//
// Vector i of a tile holds element i of sixteen lanes, where a lane is a
// stretch of one row. Largest magnitudes, scales, butterflies and random bits
// then need no operation across lanes. Where the matrix lies across, vectors
// are read as they are, for several tiles at a time: rows of the source are far
// apart, often by a power of two that puts them into the same sets of the
// caches. Contiguous rows are turned in registers.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_TILE_H
#define MX_RUNTIME_LIB_VECTOR_TILE_H

#include "HadamardRows.h"
#include "Widen.h"

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

class Tile {
public:
  /// Lanes of `length` elements of x, padded with zeros: a multiple of 16 and
  /// of the transform's size. A panel holds `count` tiles.
  Tile(const Matrix &x, int64_t length, int64_t count,
       const HadamardTable &hadamard, Workspace &workspace)
      : x(x), length(length), bytes(dtypeBytes(x.tensor.dtype)),
        stride(16 * count + 16), hadamard(hadamard),
        panel(aligned(workspace.get<char, 0>(length * stride * 4 + 64))),
        values(panel), padding(workspace.get<char, 1>(length * 64)) {}

  static bool accepts(const Matrix &x) {
    return x.cols <= 1 || x.colStride == 1 || x.rowStride == 1;
  }
  static bool isAcross(const Matrix &x) {
    return x.cols > 1 && x.colStride != 1;
  }

  /// Rows of the source that are on their way to the second-level cache; the
  /// first has few places for lines a power of two apart.
  static constexpr int64_t kRowsAhead = 8;

  /// Reads elements [col + first, col + last) of rows [row, row + count) of one
  /// item: no more than the panel holds. All of `length`, where rows are
  /// turned. As many rows of the source are fetched, `rowsAhead` further.
  void loadElements(int64_t row, int64_t count, int64_t col, int64_t first,
                    int64_t last, int64_t rowsAhead = kRowsAhead) {
    switch (x.tensor.dtype) {
    case MX_F32:
      return loadAs<MX_F32>(row, count, col, first, last, rowsAhead);
    case MX_BF16:
      return loadAs<MX_BF16>(row, count, col, first, last, rowsAhead);
    default:
      return loadAs<MX_F16>(row, count, col, first, last, rowsAhead);
    }
  }

  /// Transforms the tile of rows [16 · index, 16 · index + 16) of those read;
  /// what follows is about it.
  void select(int64_t index) {
    values = panel + 16 * index;
    if (hadamard.size == 0)
      return;
    switch (std::min<int64_t>(hadamard.size, kHeldVectors)) {
    case 2:
      transformHead<2>();
      break;
    case 4:
      transformHead<4>();
      break;
    case 8:
      transformHead<8>();
      break;
    case 16:
      transformHead<16>();
      break;
    default:
      transformHead<kHeldVectors>();
    }
    transformRest();
  }

  float *row(int64_t i) { return values + stride * i; }
  int64_t rowStride() const { return stride; }
  int64_t size() const { return length; }

  /// Zeros from element `first` on.
  void clear(int64_t first) {
    for (int64_t i = std::max<int64_t>(first, 0); i < length; ++i)
      store(row(i), setF(0));
  }

private:
  static float *aligned(char *p) {
    return reinterpret_cast<float *>((reinterpret_cast<uintptr_t>(p) + 63) &
                                     ~uintptr_t(63));
  }

  template <int DType>
  void loadAs(int64_t row, int64_t count, int64_t col, int64_t first,
              int64_t last, int64_t rowsAhead) {
    const char *start = static_cast<const char *>(x.tensor.data) +
                        (x.rowOffset(row) + col * x.colStride) * bytes;
    int64_t held = std::clamp<int64_t>(x.cols - col, 0, length);
    if (isAcross(x))
      return loadAcross<DType>(start, count, held, first, last, rowsAhead);
    for (int64_t r = 0; r < count; r += 16)
      loadAlong<DType>(start + r * x.rowStride * bytes,
                       std::min<int64_t>(count - r, 16), held, panel + r);
  }

  template <int DType>
  void loadAlong(const char *start, int64_t count, int64_t held, float *to) {
    constexpr int64_t size = DType == MX_F32 ? 4 : 2;
    const char *from[16];
    for (int l = 0; l < 16; ++l) {
      from[l] = start + l * x.rowStride * size;
      if (l < count && held == length)
        continue;
      char *copy = padding + l * length * size;
      std::memset(copy, 0, size_t(length * size));
      if (l < count)
        std::memcpy(copy, from[l], size_t(held * size));
      from[l] = copy;
    }
    const int64_t end = length, rowStep = stride;
    for (int64_t i = 0; i < end; i += 16) {
      I lane[16];
      for (int l = 0; l < 16; ++l)
        lane[l] = bits(widen<DType>(from[l] + i * size));
      transpose(lane);
      for (int l = 0; l < 16; ++l)
        store(to + rowStep * (i + l), lane[l]);
    }
  }

  template <int DType>
  void loadAcross(const char *start, int64_t count, int64_t held, int64_t first,
                  int64_t last, int64_t rowsAhead) {
    constexpr int64_t size = DType == MX_F32 ? 4 : 2;
    const int64_t step = x.colStride * size, whole = count / 16;
    const int64_t ahead = rowsAhead * step;
    for (int64_t i = first; i < last; ++i) {
      const char *from = start + i * step;
      float *to = panel + stride * i;
      if (i >= held) {
        for (int64_t t = 0; t < (count + 15) / 16; ++t)
          store(to + 16 * t, setF(0));
        continue;
      }
      for (int64_t t = 0; t < whole; ++t) {
        store(to + 16 * t, widen<DType>(from + 16 * t * size));
        __builtin_prefetch(to + stride + 16 * t, 1);
        _mm_prefetch(from + ahead + 16 * t * size, _MM_HINT_T1);
      }
      if (whole * 16 < count)
        store(to + 16 * whole,
              widenSome<DType>(from + 16 * whole * size, count % 16));
    }
  }
  /// `count` elements from `source` on, then zeros.
  template <int DType>
  __attribute__((noinline)) F widenSome(const char *source, int64_t count) {
    std::memset(padding, 0, 64);
    std::memcpy(padding, source, size_t(count * bytes));
    return widen<DType>(padding);
  }

  /// Signs and the strides below Size.
  template <int Size> void transformHead() {
    const bool isLast = hadamard.size == Size;
    const F factor = setF(isLast ? hadamard.factor : 1.0f);
    for (int64_t i = 0; i < length; i += Size) {
      F v[Size];
      const uint32_t *signs = hadamard.signs + (i & (hadamard.size - 1));
      for (int j = 0; j < Size; ++j)
        v[j] = floats(differ(loadI(row(i + j)), setI(signs[j])));
      butterflies<Size>(v);
      for (int j = 0; j < Size; ++j)
        store(row(i + j), isLast ? mul(v[j], factor) : v[j]);
    }
  }

  /// Longer strides, a few at a time, and the factor.
  void transformRest() {
    int64_t stride = kHeldVectors;
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
  int64_t length, bytes, stride; ///< between elements of a lane, in floats
  const HadamardTable &hadamard;
  float *panel, *values;
  char *padding;
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_TILE_H
