//===- Rows.cpp - Rows of an operand as bf16: scales ----------------------===//
//
// Which decoder an operand takes, and the power of two of each row.
//
//===----------------------------------------------------------------------===//

#include "Rows.h"

#include "../portable/Rows.h"
#include "Target.h"

#include <cmath>

namespace mx::runtime::avx512 {

using namespace contract;

namespace {

constexpr int64_t kRowsPerTask = 32;

int64_t roundUp(int64_t value, int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Elements that are numbers of f16 once their bits are moved, and int8.
bool isTableElement(const FloatFormat &format) {
  if (format.isInteger)
    return true;
  bool fits = format.kind == FloatKind::IEEE ? format.exponentBits == 5
                                             : format.exponentBits < 5;
  return fits && format.bits() <= 8 && format.exponentBits >= 1 &&
         format.isSigned;
}

bool isTableScale(const FloatFormat &format) {
  return format.isE8M0 ||
         (format.bits() == 8 && format.kind != FloatKind::IEEE &&
          !format.isInteger && format.exponentBits <= 5);
}

int significandBits(const FloatFormat &format) {
  return format.isE8M0 ? 0 : format.mantissaBits + 1;
}

bool fillsUnits(const ScaledTensor &x, int64_t unit) {
  return x.blocks <= 1 || x.blockCols % unit == 0;
}

/// `width` bytes of each block without gaps.
bool hasContiguousCodes(const ScaledTensor &x) {
  int64_t width = x.codes.size(1);
  return (width == 1 || x.codes.stride(1) == 1) &&
         (x.blocks <= 1 || x.codes.stride(2) == width);
}

} // namespace

bool Rows::prefersNibbles(const OperandArgs &operand) {
  return operand.isScaled && operand.scaled.format.element == kE2M1 &&
         operand.scaled.format.scale.isE8M0 &&
         fillsUnits(operand.scaled, kStep);
}

Rows::Rows(const OperandArgs &operand, int64_t k, KOrder order, int maxLimbs,
           ScratchSlot slot)
    : operand(operand), k(k), slot(slot), order(order) {
  stepCount = roundUp(k, order == KOrder::Nibbles ? kGroup : kStep) / kStep;
  classify(maxLimbs);
  int64_t rows = roundUp(operand.rows, kStep);
  units = roundUp(k, kGroup) / unit;
  rowExponents = scratch<float>(slot, 2 * rows + rows * units / 4 + kStep);
  rowFactors = rowExponents + rows;
  scaleCodes = reinterpret_cast<uint8_t *>(rowFactors + rows);
  std::fill(rowExponents, rowExponents + rows, 0.0f);
}

void Rows::classify(int maxLimbs) {
  int bits = 8;
  if (!operand.isScaled) {
    bits = significandBits(floatFormat(operand.plain.tensor.dtype));
    floats = operand.plain;
  } else {
    const ScaledFormat &format = operand.scaled.format;
    bits = significandBits(format.element) + significandBits(format.scale);
    contiguous = hasContiguousCodes(operand.scaled);
    if (order == KOrder::Nibbles && prefersNibbles(operand)) {
      kind = Kind::Fp4;
    } else if (isTableElement(format.element) && isTableScale(format.scale) &&
               fillsUnits(operand.scaled, kStep / 2)) {
      kind = Kind::Bytes;
      unit = kStep / 2;
    }
  }
  limbCount = std::min(maxLimbs, (bits + 7) / 8);
}

void Rows::prepare(int64_t item) {
  if (item == currentItem)
    return;
  currentItem = item;
  if (kind == Kind::Bytes)
    prepareFactors();
  if (kind == Kind::Floats && operand.isScaled)
    expand(item);
  locate(item);
  int64_t rows = operand.rows;
  parallelFor((rows + kRowsPerTask - 1) / kRowsPerTask,
              [&](int64_t task, Workspace &) {
                int64_t end = std::min((task + 1) * kRowsPerTask, rows);
                for (int64_t row = task * kRowsPerTask; row < end; ++row)
                  if (kind == Kind::Floats)
                    prepareFloatRow(row);
                  else
                    prepareScaleRow(item, row);
              });
}

/// An element is the f16 of its bits times two to this.
static int biasDifference(const FloatFormat &element) {
  return element.isInteger ? -6 : 15 - element.bias();
}

void Rows::prepareFactors() {
  const ScaledFormat &format = operand.scaled.format;
  for (uint32_t code = 0; code < 256; ++code)
    factors[code] = static_cast<float>(std::ldexp(
        contract::decode(format.scale, code), biasDifference(format.element)));
}

bool Rows::isZeroBlock(int64_t row, int64_t block) const {
  const ScaledTensor &x = operand.scaled;
  const auto *data = static_cast<const uint8_t *>(x.codes.data);
  const uint8_t *start = data + x.codeOffset(row) + block * x.codes.stride(2);
  const FloatFormat &element = x.format.element;
  unsigned bits = element.bits();
  // The bits of magnitudes among those of packed codes repeat after 3 bytes.
  uint32_t magnitude = element.isInteger ? 0xFF : (1u << (bits - 1)) - 1;
  uint32_t mask = magnitude * (bits == 4   ? 0x111111
                               : bits == 6 ? 0x041041
                                           : 0x010101);
  int64_t count = std::min(x.blockCols, k - block * x.blockCols);
  int64_t used = count * (bits == 4 || bits == 6 ? bits : 8);
  for (int64_t i = 0; 8 * i < used; ++i) {
    uint32_t kept = mask >> i % 3 * 8 & 0xFF;
    if (8 * (i + 1) > used)
      kept &= (1u << (used - 8 * i)) - 1;
    if (start[i * x.codes.stride(1)] & kept)
      return false;
  }
  return true;
}

MX_AVX512_BEGIN // for the compiler's own vectors

    /// Codes of a row's scales, one per unit.
    void Rows::loadScaleCodes(int64_t item, int64_t row,
                              uint8_t *target) const {
  const ScaledTensor &x = operand.scaled;
  const auto *source =
      static_cast<const uint8_t *>(x.scale.data) + x.scaleOffset(item, row);
  int64_t stride = x.scale.stride(1), used = (k + unit - 1) / unit;
  if (x.blockCols == unit && stride == 1)
    std::copy(source, source + used, target);
  else
    for (int64_t u = 0; u < used; ++u)
      target[u] = source[u * unit / x.blockCols * stride];
  std::fill(target + used, target + units, target[0]);
}

/// The scale codes of a row, with E8M0 moved so that the largest one of a block
/// that is not zero comes to 127, or as far above as brings the block's least
/// element to 2^-8: what is far below is then below η of mx_runtime.h.
void Rows::prepareScaleRow(int64_t item, int64_t row) {
  constexpr int kLeast = 2, kLargest = 200;
  const FloatFormat &format = operand.scaled.format.scale;
  uint8_t *codes = scaleCodes + row * units;
  loadScaleCodes(item, row, codes);
  auto magnitude = static_cast<uint8_t>(format.isE8M0 || !format.isSigned
                                            ? 0xFF
                                            : (1 << (format.bits() - 1)) - 1);
  int nanCode = format.nanCode();
  uint8_t top = 0, hasNaN = 0;
  for (int64_t u = 0; u < units; ++u) {
    hasNaN |= (codes[u] & magnitude) == nanCode;
    top = std::max(top, codes[u]);
  }
  rowExponents[row] = hasNaN ? floatOf(kNaNBits) : 0.0f;
  if (!format.isE8M0 || hasNaN)
    return;
  top = topOfNonZero(item * operand.rows + row, codes, top);
  int least = operand.scaled.format.element.minExponent();
  int offset = 127 + std::max(0, -8 - least) - top;
  rowExponents[row] = static_cast<float>(-offset);
  for (int64_t u = 0; u < units; ++u)
    codes[u] =
        static_cast<uint8_t>(std::clamp(codes[u] + offset, kLeast, kLargest));
}

/// The largest scale code of a block that has an element other than zero; `top`
/// is the largest of all, and mostly the answer.
uint8_t Rows::topOfNonZero(int64_t row, const uint8_t *codes,
                           uint8_t top) const {
  int64_t first = std::find(codes, codes + units, top) - codes;
  auto isZero = [&](int64_t u) {
    return u * unit >= k ||
           isZeroBlock(row, u * unit / operand.scaled.blockCols);
  };
  if (!isZero(first))
    return top;
  top = 0;
  for (int64_t u = 0; u * unit < k; ++u)
    if (codes[u] > top && !isZero(u))
      top = codes[u];
  return top;
}

MX_TARGET_END

/// Rows of formats without a decoder of their own, as f32 near 1. The product
/// element · scale is rounded to 24 bits.
void Rows::expand(int64_t item) {
  const ScaledTensor &x = operand.scaled;
  portable::ElementValues elements(x.format.element);
  expanded.resize(static_cast<size_t>(operand.rows * k));
  parallelFor(operand.rows, [&](int64_t row, Workspace &workspace) {
    auto *codes = workspace.get<uint16_t, 0>(x.blocks * x.blockCols);
    auto *values = workspace.get<double, 1>(k);
    portable::loadCodes(x, item * operand.rows + row, codes, workspace);
    double scale = 0, largest = 0;
    for (int64_t col = 0; col < k; ++col) {
      if (col % x.blockCols == 0)
        scale = scaleValue(x.format.scale,
                           portable::loadScale(x, item * operand.rows + row,
                                               col / x.blockCols));
      values[col] = elements(codes[col]) * scale;
      largest = std::max(largest, std::fabs(values[col]));
    }
    int exponent = largest > 0 ? std::ilogb(largest) : 0;
    rowExponents[row] = static_cast<float>(exponent);
    for (int64_t col = 0; col < k; ++col)
      expanded[static_cast<size_t>(row * k + col)] =
          static_cast<float>(std::ldexp(values[col], -exponent));
  });
  Tensor tensor;
  tensor.data = expanded.data();
  tensor.rank = 2;
  tensor.sizes[0] = operand.rows;
  tensor.sizes[1] = tensor.strides[0] = k;
  tensor.strides[1] = 1;
  floats = Matrix(tensor);
}

int64_t Rows::stepBytes() const {
  if (kind == Kind::Floats)
    return kStep * dtypeBytes(floats.tensor.dtype);
  unsigned bits = operand.scaled.format.element.bits();
  return kStep * (bits == 4 || bits == 6 ? bits : 8) / 8;
}

const uint8_t *Rows::bytesOf(int64_t row, int64_t first) const {
  bool scattered = kind == Kind::Floats ? floats.colStride != 1 : !contiguous;
  return scattered ? nullptr : base + row * rowBytes + first * stepBytes();
}

/// Rows of an item are equally far apart.
void Rows::locate(int64_t item) {
  int64_t start, width, next;
  const Tensor &tensor =
      kind == Kind::Floats ? floats.tensor : operand.scaled.codes;
  if (kind == Kind::Floats) {
    start = operand.isScaled ? 0 : floats.itemOffset(item);
    next = floats.rowStride;
    width = dtypeBytes(tensor.dtype);
  } else {
    start = operand.scaled.codeOffset(item * operand.rows);
    next = tensor.stride(3);
    width = 1;
  }
  base = static_cast<const uint8_t *>(tensor.data) + start * width;
  rowBytes = next * width;
}

const uint8_t *Rows::codes(int64_t row, int64_t first, int64_t count,
                           uint8_t *buffer) const {
  if (contiguous && (first + count) * kStep <= k)
    return bytesOf(row, first);
  const ScaledTensor &x = operand.scaled;
  const uint8_t *start = base + row * rowBytes;
  int64_t step = stepBytes(), allBits = k * step * 8 / kStep;
  int64_t end = std::min((first + count) * step, (allBits + 7) / 8);
  int64_t width = x.codes.size(1), at = 0;
  for (int64_t i = first * step; i < end; ++i)
    buffer[at++] =
        start[i / width * x.codes.stride(2) + i % width * x.codes.stride(1)];
  if (end * 8 > allBits && at > 0) // bits of codes that are no elements
    buffer[at - 1] &= static_cast<uint8_t>((1 << allBits % 8) - 1);
  std::fill(buffer + at, buffer + count * step, uint8_t(0));
  return buffer;
}

} // namespace mx::runtime::avx512
