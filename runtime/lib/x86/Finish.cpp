//===- Finish.cpp - From sums to results ----------------------------------===//
//
// The power of two in f64, where all of them are finite, then one rounding to
// f32. Written for the compiler's own vectors.
//
//===----------------------------------------------------------------------===//

#include "Finish.h"

#include "../avx512/Target.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mx::runtime::x86 {

/// Results that a core's own cache may hold until they are read.
static constexpr int64_t kCachedBytes = 1 << 20;

Finisher::Finisher(const MatmulArgs &args, int64_t item,
                   const float *exponentsA, const float *exponentsB)
    : args(args), item(item), outStart(args.out.itemOffset(item)),
      exponentsA(exponentsA), exponentsB(exponentsB),
      scaleA(args.a.isScaled ? args.a.scaled.tensorScale : 1),
      scaleB(args.b.isScaled ? args.b.scaled.tensorScale : 1) {
  hasFactors = scaleA != 1 || scaleB != 1 || args.alpha != 1;
  if (args.hasAcc)
    accStart = args.acc.itemOffset(item);
}

PlainResults Finisher::plainFloats() const {
  const Matrix &out = args.out;
  auto *target = static_cast<float *>(out.tensor.data) + outStart;
  if (out.tensor.dtype != MX_F32 || out.colStride != 1 || args.hasAcc ||
      hasFactors || !args.epilogue.isIdle() ||
      reinterpret_cast<uintptr_t>(target) % sizeof(float) != 0)
    return {};
  return {exponentsA, exponentsB, target, out.rowStride,
          4 * out.tensor.elements() > kCachedBytes};
}

PlainResults Finisher::plainIntegers() const {
  PlainResults results = plainFloats();
  auto target = reinterpret_cast<uintptr_t>(results.target);
  if ((target | uintptr_t(4 * results.stride)) % 64)
    return {};
  return results;
}

MX_AVX2_BEGIN

namespace {

/// 2^exponent; NaN for NaN.
double powerOf(float exponent) {
  if (std::isnan(exponent))
    return double(exponent);
  auto bits = static_cast<uint64_t>(1023 + int64_t(exponent)) << 52;
  double result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

void storeLine(const Tensor &tensor, int64_t at, int64_t stride, int count,
               const float *values) {
  if (tensor.dtype == MX_F32 && stride == 1) {
    float *out = static_cast<float *>(tensor.data) + at;
    for (int i = 0; i < count; ++i)
      out[i] = values[i] == values[i] ? values[i]
                                      : contract::floatOf(contract::kNaNBits);
    return;
  }
  for (int i = 0; i < count; ++i)
    storeFloat(tensor.data, tensor.dtype, at + i * stride, values[i]);
}

} // namespace

template <typename T>
void Finisher::storeTile(const SumTile &tile, int64_t wanted) const {
  const int64_t m0 = tile.m, n0 = tile.n;
  const int64_t mStride = tile.isByRow ? 16 : 1,
                nStride = tile.isByRow ? 1 : 16;
  const auto *sums = static_cast<const T *>(tile.sums);
  int rows = static_cast<int>(std::min<int64_t>(wanted, args.a.rows - m0));
  int cols = static_cast<int>(std::min<int64_t>(16, args.b.rows - n0));
  const Matrix &out = args.out, &acc = args.acc;
  double powersB[16];
  for (int n = 0; n < 16; ++n)
    powersB[n] = powerOf(exponentsB[n0 + n]);
  for (int m = 0; m < rows; ++m) {
    double power = powerOf(exponentsA[m0 + m]);
    float line[16];
    for (int n = 0; n < 16; ++n)
      line[n] = static_cast<float>(double(sums[nStride * n + mStride * m]) *
                                   (power * powersB[n]));
    if (args.hasAcc) {
      int64_t at = accStart + (m0 + m) * acc.rowStride + n0 * acc.colStride;
      for (int n = 0; n < cols; ++n)
        line[n] += loadFloat(acc.tensor.data, acc.tensor.dtype,
                             at + n * acc.colStride);
    }
    if (hasFactors)
      for (int n = 0; n < 16; ++n)
        line[n] = line[n] * scaleA * scaleB * args.alpha;
    applyEpilogue(args.epilogue, item, {m0 + m, n0, cols}, line);
    storeLine(out.tensor,
              outStart + (m0 + m) * out.rowStride + n0 * out.colStride,
              out.colStride, cols, line);
  }
}

void Finisher::storeFloats(const SumTile &tile, int64_t rows) const {
  storeTile<float>(tile, rows);
}

void Finisher::storeIntegers(const SumTile &tile) const {
  storeTile<int32_t>(tile, 16);
}

MX_TARGET_END

} // namespace mx::runtime::x86
