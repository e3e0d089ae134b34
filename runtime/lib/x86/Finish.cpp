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

Finisher::Finisher(const MatmulArgs &args, int64_t item,
                   const float *exponentsA, const float *exponentsB)
    : args(args), outStart(args.out.itemOffset(item)), exponentsA(exponentsA),
      exponentsB(exponentsB),
      scaleA(args.a.isScaled ? args.a.scaled.tensorScale : 1),
      scaleB(args.b.isScaled ? args.b.scaled.tensorScale : 1) {
  hasFactors = scaleA != 1 || scaleB != 1 || args.alpha != 1;
  if (args.hasAcc)
    accStart = args.acc.itemOffset(item);
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
void Finisher::convertTile(T *sums, int64_t m0, int64_t n0) const {
  bool acrossLines = !linesAreOfM();
  double powersA[16];
  float lines[256];
  for (int m = 0; m < 16; ++m)
    powersA[m] = powerOf(exponentsA[m0 + m]);
  for (int n = 0; n < 16; ++n) {
    double power = powerOf(exponentsB[n0 + n]);
    for (int m = 0; m < 16; ++m)
      lines[acrossLines ? 16 * m + n : 16 * n + m] =
          static_cast<float>(double(sums[16 * n + m]) * (power * powersA[m]));
  }
  std::memcpy(sums, lines, sizeof lines);
}

void Finisher::convert(float *sums, int64_t m0, int64_t n0) const {
  convertTile(sums, m0, n0);
}

void Finisher::convert(int32_t *sums, int64_t m0, int64_t n0) const {
  convertTile(sums, m0, n0);
}

void Finisher::write(const Line &line, const float *values) const {
  float x[16];
  std::copy(values, values + 16, x);
  if (args.hasAcc)
    for (int i = 0; i < line.count; ++i)
      x[i] += loadFloat(args.acc.tensor.data, args.acc.tensor.dtype,
                        line.accAt + i * line.accStride);
  if (hasFactors)
    for (int i = 0; i < 16; ++i)
      x[i] = x[i] * scaleA * scaleB * args.alpha;
  storeLine(args.out.tensor, line.at, line.stride, line.count, x);
}

MX_TARGET_END

void Finisher::writeLines(const float *lines, const SumTile &tile,
                          int64_t rows) const {
  const Matrix &out = args.out, &acc = args.acc;
  bool ofM = linesAreOfM();
  int64_t cols = std::min<int64_t>(16, args.b.rows - tile.n);
  int64_t end =
      std::min<int64_t>(tile.firstLine + tile.lines, ofM ? cols : rows);
  int64_t at = outStart + tile.m * out.rowStride + tile.n * out.colStride;
  int64_t accAt = accStart + tile.m * acc.rowStride + tile.n * acc.colStride;
  Line line = {0, ofM ? out.rowStride : out.colStride, 0,
               ofM ? acc.rowStride : acc.colStride,
               static_cast<int>(ofM ? rows : cols)};
  for (int64_t i = tile.firstLine; i < end; ++i) {
    line.at = at + i * (ofM ? out.colStride : out.rowStride);
    line.accAt = accAt + i * (ofM ? acc.colStride : acc.rowStride);
    write(line, lines + 16 * i);
  }
}

void Finisher::storeFloats(const SumTile &tile) const {
  auto *sums = reinterpret_cast<float *>(tile.sums);
  if (tile.firstLine == 0)
    convert(sums, tile.m, tile.n);
  writeLines(sums, tile, std::min<int64_t>(16, args.a.rows - tile.m));
}

void Finisher::storeIntegers(const SumTile &tile) const {
  if (tile.firstLine == 0)
    convert(reinterpret_cast<int32_t *>(tile.sums), tile.m, tile.n);
  writeLines(reinterpret_cast<const float *>(tile.sums), tile,
             std::min<int64_t>(16, args.a.rows - tile.m));
}

void Finisher::storeRows(float *sums, int64_t m0, int64_t n0,
                         int64_t rows) const {
  convert(sums, m0, n0);
  writeLines(sums, {reinterpret_cast<uint8_t *>(sums), m0, n0},
             std::min(rows, args.a.rows - m0));
}

} // namespace mx::runtime::x86
