//===- Tensor.h - Strided buffers inside the runtime ------------*- C++ -*-===//
//
// A checked copy of mx_tensor, and the batch-of-matrices view that kernels
// walk. Loads widen to f32 exactly; stores round f32 once.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_TENSOR_H
#define MX_RUNTIME_LIB_TENSOR_H

#include "mx-runtime/mx_runtime.h"
#include "mx/Support/Quantize.h"

namespace mx::runtime {

using contract::kMaxRank;

/// What an axis, a block, a padded length or an index may be at most, so that
/// no product with a number of bits or bytes overflows.
inline constexpr int64_t kMaxExtent = int64_t(1) << 48;

struct Tensor {
  void *data = nullptr;
  int dtype = MX_F32;
  int rank = 0;
  int64_t sizes[kMaxRank + 1] = {};
  int64_t strides[kMaxRank + 1] = {};

  int64_t elements(int axes) const {
    int64_t count = 1;
    for (int i = 0; i < axes; ++i)
      count *= sizes[i];
    return count;
  }
  int64_t elements() const { return elements(rank); }
  /// Offset of the flat, row-major index over the first `axes` axes.
  int64_t offset(int64_t flat, int axes) const {
    int64_t result = 0;
    for (int i = axes; i-- > 0;) {
      result += flat % sizes[i] * strides[i];
      flat /= sizes[i];
    }
    return result;
  }
  bool isContiguous() const {
    int64_t expected = 1;
    for (int i = rank; i-- > 0;) {
      if (sizes[i] != 1 && strides[i] != expected)
        return false;
      expected *= sizes[i];
    }
    return true;
  }
  int64_t size(int fromEnd) const { return sizes[rank - fromEnd]; }
  int64_t stride(int fromEnd) const { return strides[rank - fromEnd]; }
};

inline bool isFloat(int dtype) { return dtype >= MX_F32 && dtype <= MX_F16; }
int64_t dtypeBytes(int dtype);
const char *dtypeName(int dtype);

/// `what` must not be larger than kMaxExtent.
int checkExtent(const char *what, int64_t value);

/// Checks `source` and copies it; `name` is for the error text.
int readTensor(const char *name, const mx_tensor *source, Tensor &result);

inline float loadFloat(const void *data, int dtype, int64_t i) {
  if (dtype == MX_F32)
    return static_cast<const float *>(data)[i];
  uint16_t bits = static_cast<const uint16_t *>(data)[i];
  return dtype == MX_BF16 ? contract::fromBF16(bits) : contract::fromF16(bits);
}

/// Rounds nearest-even to the buffer's type; NaN is written canonically.
inline void storeFloat(void *data, int dtype, int64_t i, float value) {
  if (dtype == MX_F32)
    static_cast<float *>(data)[i] = contract::canonicalNaN(value);
  else
    static_cast<uint16_t *>(data)[i] =
        dtype == MX_BF16 ? contract::toBF16(value) : contract::toF16(value);
}

inline uint32_t loadCode(const void *data, int dtype, int64_t i) {
  return dtype == MX_I8 ? static_cast<const uint8_t *>(data)[i]
                        : static_cast<const uint16_t *>(data)[i];
}

/// A tensor as a batch of matrices of its last two axes; rank 1 is one row,
/// rank 0 one element.
struct Matrix {
  Tensor tensor;
  int64_t items = 1, rows = 1, cols = 1;
  int64_t rowStride = 0, colStride = 0;
  int batchAxes = 0;

  Matrix() = default;
  explicit Matrix(const Tensor &tensor);
  Matrix transposed() const;
  int64_t itemOffset(int64_t item) const {
    return tensor.offset(item, batchAxes);
  }
  /// Row `row` (of all items, flattened) into `values`.
  void loadRow(int64_t row, float *values) const;
  int64_t rowOffset(int64_t row) const {
    return itemOffset(row / (rows > 0 ? rows : 1)) +
           row % (rows > 0 ? rows : 1) * rowStride;
  }
};

/// The format whose codes a float buffer holds.
inline contract::FloatFormat floatFormat(int dtype) {
  return dtype == MX_F32    ? contract::kF32
         : dtype == MX_BF16 ? contract::kBF16
                            : contract::kF16;
}

} // namespace mx::runtime

#endif // MX_RUNTIME_LIB_TENSOR_H
