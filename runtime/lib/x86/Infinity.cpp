//===- Infinity.cpp - Whether an operand has an infinite element ----------===//
//
// Kernels that split elements or flush denormals cannot follow IEEE's rules for
// Inf - Inf and 0 · Inf; they look before they start.
//
//===----------------------------------------------------------------------===//

#include "OperandRows.h"

#include "../avx512/Target.h"

#include "../portable/Rows.h"

#include <atomic>
#include <cmath>

namespace mx::runtime::x86 {

using namespace contract;

namespace {

constexpr int64_t kRowsPerTask = 32;

/// Whether check(row) holds for one of the rows, in any order.
template <typename Check> bool anyRow(int64_t rows, Check check) {
  std::atomic<bool> found{false};
  parallelFor((rows + kRowsPerTask - 1) / kRowsPerTask,
              [&](int64_t task, Workspace &workspace) {
                int64_t end = std::min((task + 1) * kRowsPerTask, rows);
                for (int64_t row = task * kRowsPerTask; row < end; ++row)
                  if (!found.load(std::memory_order_relaxed) &&
                      check(row, workspace))
                    found.store(true, std::memory_order_relaxed);
              });
  return found.load();
}

MX_AVX2_BEGIN // for the compiler's own vectors

    template <typename T>
    bool anyEqual(const void *data, int64_t start, int64_t count,
                  int64_t stride, T magnitude, T infinity) {
  const T *values = static_cast<const T *>(data) + start;
  T found = 0;
  if (stride == 1)
    for (int64_t i = 0; i < count; ++i)
      found |= static_cast<T>((values[i] & magnitude) == infinity);
  else
    for (int64_t i = 0; i < count; ++i)
      found |= static_cast<T>((values[i * stride] & magnitude) == infinity);
  return found;
}

MX_TARGET_END

bool anyInfiniteFloat(const Matrix &x, int64_t row) {
  int64_t start = x.rowOffset(row);
  int dtype = x.tensor.dtype;
  if (dtype == MX_F32)
    return anyEqual<uint32_t>(x.tensor.data, start, x.cols, x.colStride,
                              0x7FFFFFFF, 0x7F800000);
  return anyEqual<uint16_t>(x.tensor.data, start, x.cols, x.colStride, 0x7FFF,
                            dtype == MX_BF16 ? 0x7F80 : 0x7C00);
}

bool anyInfiniteCode(const ScaledTensor &x, int64_t row, Workspace &workspace) {
  const FloatFormat &element = x.format.element;
  if (element == kE5M2 && !x.isTiled && x.codes.stride(1) == 1) {
    int64_t width = x.codes.size(1), stride = x.codes.stride(2);
    bool together = stride == width || x.blocks <= 1;
    int64_t pieces = together ? 1 : x.blocks;
    bool found = false;
    for (int64_t i = 0; i < pieces; ++i)
      found |=
          anyEqual<uint8_t>(x.codes.data, x.codeOffset(row) + i * stride,
                            together ? x.blocks * width : width, 1, 0x7F, 0x7C);
    return found;
  }
  auto *codes = workspace.get<uint16_t, 0>(x.blocks * x.blockCols);
  portable::loadCodes(x, row, codes, workspace);
  for (int64_t col = 0; col < x.blocks * x.blockCols; ++col)
    if (isInf(element, codes[col]))
      return true;
  return false;
}

bool anyInfiniteScale(const ScaledTensor &x, int64_t row) {
  for (int64_t block = 0; block < x.blocks; ++block)
    if (std::isinf(
            scaleValue(x.format.scale, portable::loadScale(x, row, block))))
      return true;
  return false;
}

} // namespace

bool hasInfinity(const OperandArgs &operand) {
  if (!operand.isScaled)
    return anyRow(operand.items * operand.rows, [&](int64_t row, Workspace &) {
      return anyInfiniteFloat(operand.plain, row);
    });
  const ScaledTensor &x = operand.scaled;
  const FloatFormat &element = x.format.element, &scale = x.format.scale;
  bool codes = element.kind == FloatKind::IEEE && !element.isInteger;
  bool scales = scale.kind == FloatKind::IEEE && !scale.isE8M0;
  if (!codes && !scales)
    return false;
  return anyRow(operand.items * operand.rows,
                [&](int64_t row, Workspace &workspace) {
                  return (codes && anyInfiniteCode(x, row, workspace)) ||
                         (scales && anyInfiniteScale(x, row));
                });
}

} // namespace mx::runtime::x86
