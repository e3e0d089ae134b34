//===- IntegerRows.cpp - Rows as integers in f64 --------------------------===//
//
// FloatRows gives exact f32 numbers near 1 as long as the numbers of a row are
// not too far apart, which is looked up before anything else.
//
//===----------------------------------------------------------------------===//

#include "IntegerRows.h"

#include "../Threads.h"
#include "../avx512/Target.h"

#include <atomic>
#include <climits>
#include <cmath>
#include <cstring>

namespace mx::runtime::x86 {

using namespace contract;

namespace {

constexpr int kFar = 90; ///< steps between scales, or bits between floats
constexpr int64_t kPiece = 512;
constexpr int64_t kRowsPerTask = 16;

/// Powers of two between the largest and the smallest float of a row.
int spreadOfFloats(const float *values, int64_t count) {
  float largest = 0, smallest = INFINITY;
  for (int64_t i = 0; i < count; ++i) {
    float magnitude = std::fabs(values[i]);
    largest = std::max(largest, magnitude);
    if (magnitude > 0)
      smallest = std::min(smallest, magnitude);
  }
  return largest > 0 && std::isfinite(largest)
             ? std::ilogb(largest) - std::ilogb(smallest)
             : 0;
}

} // namespace

IntegerRows::IntegerRows(std::unique_ptr<FloatRows> rows, PackRows pack,
                         const OperandArgs &operand, int64_t k)
    : source(std::move(rows)), pack(pack), operand(operand), k(k) {}

/// Whether moving a row near 1 keeps its numbers.
bool IntegerRows::isNearEnough(int64_t item) const {
  const ScaledTensor &x = operand.scaled;
  if (operand.isScaled && !x.format.scale.isE8M0)
    return true;
  std::atomic<bool> near{true};
  parallelFor(ceilDiv(operand.rows, kRowsPerTask), [&](int64_t task,
                                                       Workspace &workspace) {
    int64_t first = task * kRowsPerTask;
    int64_t end = std::min(first + kRowsPerTask, operand.rows);
    for (int64_t row = first; row < end; ++row) {
      int spread = 0;
      if (!operand.isScaled) {
        auto *values = workspace.get<float>(operand.plain.cols);
        operand.plain.loadRow(item * operand.rows + row, values);
        spread = spreadOfFloats(values, k);
      } else {
        const auto *scales = static_cast<const uint8_t *>(x.scale.data) +
                             x.scaleOffset(item, row);
        int low = 255, top = 0;
        for (int64_t block = 0; block < x.blocks; ++block) {
          int scale = scales[x.scalePlace(block)];
          low = std::min(low, scale);
          top = std::max(top, scale);
        }
        spread = top - low;
      }
      if (spread > kFar)
        near.store(false, std::memory_order_relaxed);
    }
  });
  return near.load();
}

MX_AVX2_BEGIN // for the compiler's own vectors

    IntegerRows::Extent IntegerRows::extentOf(int64_t row) const {
  alignas(64) uint32_t piece[kPiece];
  uint32_t largest = 0;
  int low = INT_MAX;
  for (int64_t col = 0; col < k; col += kPiece) {
    int64_t steps = ceilDiv(std::min(kPiece, k - col), FloatRows::kStep);
    source->decode(
        row, 1, col / FloatRows::kStep, steps,
        {reinterpret_cast<uint16_t *>(piece), 0, 2 * FloatRows::kStep, 0});
    for (int64_t i = 0; i < steps * FloatRows::kStep; ++i) {
      uint32_t magnitude = piece[i] & 0x7FFFFFFF;
      uint32_t significand = (magnitude & 0x7FFFFF) | 0x800000;
      auto lowest = static_cast<float>(
          static_cast<int32_t>(significand & (0 - significand)));
      int exponent = static_cast<int>(magnitude >> 23) +
                     static_cast<int>(bitsOf(lowest) >> 23) - 127 - 150;
      low = std::min(low, magnitude ? exponent : INT_MAX);
      largest = std::max(largest, magnitude);
    }
  }
  Extent extent;
  extent.isNaN = largest > 0x7F800000 || std::isnan(source->exponents()[row]);
  extent.isZero = largest == 0;
  extent.top = static_cast<int>(largest >> 23) - 127;
  extent.low = extent.isZero ? 0 : low;
  return extent;
}

bool IntegerRows::prepare(int64_t item) {
  if (item == currentItem)
    return true;
  if (source->isExpanded() || hasInfinity(operand) || !isNearEnough(item))
    return false;
  currentItem = item;
  source->prepare(item);
  auto rows = static_cast<size_t>(operand.rows);
  std::vector<Extent> extents(rows);
  parallelFor(ceilDiv(operand.rows, kRowsPerTask),
              [&](int64_t task, Workspace &) {
                int64_t first = task * kRowsPerTask;
                int64_t end = std::min(first + kRowsPerTask, operand.rows);
                for (int64_t row = first; row < end; ++row)
                  extents[static_cast<size_t>(row)] = extentOf(row);
              });
  exponents.assign(rows, 0.0f);
  lows.assign(rows, 0);
  mostBits = 1;
  for (size_t row = 0; row < rows; ++row) {
    const Extent &extent = extents[row];
    lows[row] = extent.isNaN ? 0 : extent.low;
    exponents[row] =
        extent.isNaN ? floatOf(kNaNBits)
                     : source->exponents()[row] + static_cast<float>(lows[row]);
    if (!extent.isNaN && !extent.isZero)
      mostBits = std::max(mostBits, extent.top - extent.low + 1);
  }
  return true;
}

void IntegerRows::load(int64_t row, int64_t first, int64_t count,
                       double *target, int64_t partStride) const {
  constexpr int64_t step = FloatRows::kStep;
  alignas(64) float values[kExactRows * kExactStretch];
  alignas(64) uint8_t tiles[kExactStretch / step * kStepBytes];
  double units[kExactRows];
  int64_t steps = ceilDiv(count, step);
  source->decode(
      row, kExactRows, first / step, steps,
      {reinterpret_cast<uint16_t *>(values), 2 * kExactStretch, 2 * step, 0});
  for (int64_t r = 0; r < kExactRows; ++r) {
    bool exists = row + r < operand.rows;
    units[r] = exists ? std::ldexp(1.0, -lows[size_t(row + r)]) : 0;
    if (exists && std::isnan(exponent(row + r)))
      std::fill_n(values + r * kExactStretch, kExactStretch, 0.0f);
  }
  pack(reinterpret_cast<const uint16_t *>(values), 2 * kExactStretch, steps,
       tiles);
  double above = std::ldexp(1.0, -bitsOfPart), below = 1 / above;
  for (int64_t c = 0; c < count; ++c, target += kExactRows) {
    const auto *line = reinterpret_cast<const float *>(
        tiles + c / step * kStepBytes + c % step * 64);
    double rest[kExactRows];
    for (int64_t r = 0; r < kExactRows; ++r)
      rest[r] = double(line[r]) * units[r];
    for (int part = 0; part + 1 < partCount; ++part)
      for (int64_t r = 0; r < kExactRows; ++r) {
        double upper = __builtin_trunc(rest[r] * above);
        target[part * partStride + r] = rest[r] - upper * below;
        rest[r] = upper;
      }
    for (int64_t r = 0; r < kExactRows; ++r)
      target[(partCount - 1) * partStride + r] = rest[r];
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86
