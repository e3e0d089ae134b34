//===- Tensor.cpp - Strided buffers inside the runtime --------------------===//
//
// Checking and viewing of the caller's buffers.
//
//===----------------------------------------------------------------------===//

#include "Tensor.h"

#include "Error.h"

#include <utility>

namespace mx::runtime {

int64_t dtypeBytes(int dtype) {
  switch (dtype) {
  case MX_F32:
    return 4;
  case MX_I8:
    return 1;
  case MX_I64:
    return 8;
  default:
    return 2;
  }
}

const char *dtypeName(int dtype) {
  static const char *const names[] = {"f32", "bf16", "f16", "i8", "i16", "i64"};
  return dtype >= 0 && dtype <= MX_I64 ? names[dtype] : "unknown";
}

int checkExtent(const char *what, int64_t value) {
  if (value <= kMaxExtent)
    return MX_OK;
  return fail(MX_ERROR_ARGUMENT, "'%s' is too large: %lld", what,
              static_cast<long long>(value));
}

int readTensor(const char *name, const mx_tensor *source, Tensor &result) {
  if (!source)
    return fail(MX_ERROR_ARGUMENT, "'%s' is missing", name);
  if (source->rank < 0 || source->rank > kMaxRank)
    return fail(MX_ERROR_ARGUMENT,
                "expected '%s' to have rank 0 to %u, found %lld", name,
                kMaxRank, static_cast<long long>(source->rank));
  if (source->dtype < MX_F32 || source->dtype > MX_I64)
    return fail(MX_ERROR_ARGUMENT, "'%s' has the unknown element type %lld",
                name, static_cast<long long>(source->dtype));
  result = Tensor();
  result.data = source->data;
  result.dtype = static_cast<int>(source->dtype);
  result.rank = static_cast<int>(source->rank);
  int64_t stride = 1;
  for (int i = result.rank; i-- > 0;) {
    result.sizes[i] = source->sizes[i];
    result.strides[i] = source->strides ? source->strides[i] : stride;
    if (result.sizes[i] < 0)
      return fail(MX_ERROR_ARGUMENT, "'%s' has a negative size along dim %d",
                  name, i);
    if (__builtin_mul_overflow(stride, result.sizes[i], &stride))
      return fail(MX_ERROR_ARGUMENT,
                  "'%s' has more elements than 64 bits count", name);
    if (int status = checkExtent(name, result.sizes[i]))
      return status;
  }
  if (!result.data && result.elements() != 0)
    return fail(MX_ERROR_ARGUMENT, "'%s' has elements but no data", name);
  return MX_OK;
}

Matrix::Matrix(const Tensor &tensor)
    : tensor(tensor), batchAxes(tensor.rank > 2 ? tensor.rank - 2 : 0) {
  items = tensor.elements(batchAxes);
  if (tensor.rank >= 1) {
    cols = tensor.size(1);
    colStride = tensor.stride(1);
  }
  if (tensor.rank >= 2) {
    rows = tensor.size(2);
    rowStride = tensor.stride(2);
  }
}

Matrix Matrix::transposed() const {
  Matrix result = *this;
  std::swap(result.rows, result.cols);
  std::swap(result.rowStride, result.colStride);
  return result;
}

void Matrix::loadRow(int64_t row, float *values) const {
  int64_t start = rowOffset(row);
  for (int64_t col = 0; col < cols; ++col)
    values[col] = loadFloat(tensor.data, tensor.dtype, start + col * colStride);
}

} // namespace mx::runtime
