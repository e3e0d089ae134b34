//===- OperandRows.cpp - Rows of an operand near 1 ------------------------===//
//
// Which decoder an operand takes, and the power of two of each row.
//
//===----------------------------------------------------------------------===//

#include "OperandRows.h"

#include "../avx512/Target.h"
#include "../portable/Rows.h"

#include <cmath>
#include <cstring>

namespace mx::runtime::x86 {

using namespace contract;

namespace {

constexpr int64_t kRowsPerTask = 32;
constexpr int64_t kLanes = 16;
/// Rows are near 1 whose largest element is 2^±20 at most: what is 2^-100 of it
/// is a number of f32 then.
constexpr int kNearExponent = 20;

int64_t roundUp(int64_t value, int64_t multiple) {
  return ceilDiv(value, multiple) * multiple;
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

int bitsOfSignificand(const FloatFormat &format) {
  return format.isE8M0 ? 0 : format.mantissaBits + 1;
}

/// Where `byte` is for the first time; it is there.
int64_t firstOf(const uint8_t *bytes, int64_t count, uint8_t byte) {
  const void *at = std::memchr(bytes, byte, static_cast<size_t>(count));
  return static_cast<const uint8_t *>(at) - bytes;
}

bool fillsUnits(const ScaledTensor &x, int64_t unit) {
  return x.blocks <= 1 || x.blockCols % unit == 0;
}

} // namespace

bool isFp4(const OperandArgs &operand) {
  return operand.isScaled && operand.scaled.format.element == kE2M1 &&
         operand.scaled.format.scale.isE8M0 && fillsUnits(operand.scaled, 32);
}

HalfPlacement::HalfPlacement(const FloatFormat &format)
    : shift(10 - format.mantissaBits),
      magnitude(static_cast<short>((1 << (format.bits() - 1)) - 1)),
      signShift(16 - static_cast<int>(format.bits())),
      nanMagnitude(format.kind == FloatKind::FN
                       ? static_cast<short>(format.nanCode())
                       : short(-1)) {}

OperandRows::OperandRows(const OperandArgs &operand, int64_t k, int64_t step,
                         bool asFp4, ScratchSlot slot, bool defers)
    : operand(operand), k(k), step(step), unit(32), codes(operand, k),
      slot(slot) {
  if (!operand.isScaled) {
    floats = operand.plain;
  } else if (asFp4 && isFp4(operand)) {
    kind = Kind::Fp4;
  } else if (isTableElement(operand.scaled.format.element) &&
             isTableScale(operand.scaled.format.scale) &&
             fillsUnits(operand.scaled, 16)) {
    kind = Kind::Bytes;
    unit = fillsUnits(operand.scaled, 32) ? 32 : 16;
  }
  int64_t rows = roundUp(operand.rows, kBlock);
  units = roundUp(k, kGroup) / unit;
  int64_t lanes = defers ? kLanes * rows : 0;
  rowExponents =
      scratch<float>(slot, 2 * rows + lanes + rows * units / 4 + kBlock);
  rowFactors = rowExponents + rows;
  if (defers)
    largest = reinterpret_cast<uint32_t *>(rowFactors + rows);
  scaleCodes = reinterpret_cast<uint8_t *>(rowFactors + rows + lanes);
  std::fill(rowExponents, rowExponents + rows, 0.0f);
}

int significandBits(const OperandArgs &operand) {
  if (!operand.isScaled)
    return bitsOfSignificand(floatFormat(operand.plain.tensor.dtype));
  const ScaledFormat &format = operand.scaled.format;
  return bitsOfSignificand(format.element) + bitsOfSignificand(format.scale);
}

void OperandRows::prepare(int64_t item) {
  if (item == currentItem)
    return;
  currentItem = item;
  if (kind == Kind::Bytes)
    prepareFactors();
  if (kind == Kind::Floats && operand.isScaled)
    expand(item);
  if (kind == Kind::Floats) {
    int64_t width = dtypeBytes(floats.tensor.dtype);
    floatBase = static_cast<const uint8_t *>(floats.tensor.data) +
                (operand.isScaled ? 0 : floats.itemOffset(item)) * width;
    floatRowBytes = floats.rowStride * width;
  } else {
    codes.locate(item);
    codes.untile(slot);
  }
  int64_t rows = operand.rows;
  if (largest) {
    std::fill(rowExponents, rowExponents + rows, 0.0f);
    std::fill(rowFactors, rowFactors + rows, 1.0f);
    std::memset(largest, 0, size_t(kLanes * rows) * sizeof(uint32_t));
    return;
  }
  // Four scales take about as long as 16 elements.
  int64_t together =
      piecesOfTask(kRowsPerTask * (hasFewScales() && units == 4 ? 16 : k));
  parallelFor(ceilDiv(rows, kRowsPerTask), together,
              [&](int64_t task, Workspace &) {
                int64_t first = task * kRowsPerTask,
                        end = std::min(first + kRowsPerTask, rows);
                if (kind == Kind::Floats) {
                  for (int64_t row = first; row < end; ++row)
                    setFloatRow(row, largestOfRow(row));
                  return;
                }
                if (hasFewScales())
                  return setFewScales(item, first, end);
                if (operand.scaled.format.scale.isE8M0)
                  return setScales(item, first, end);
                for (int64_t row = first; row < end; ++row)
                  copyScales(item, row);
              });
}

int OperandRows::biasDifference(const FloatFormat &element) {
  return element.isInteger ? -6 : 15 - element.bias();
}

void OperandRows::prepareFactors() {
  const ScaledFormat &format = operand.scaled.format;
  const int difference = biasDifference(format.element);
  if (format.scale
          .isE8M0) { // without a call for each: it shows in small products
    for (int code = 0; code < 255; ++code) {
      auto bits = static_cast<uint64_t>(1023 - 127 + code + difference) << 52;
      double power;
      std::memcpy(&power, &bits, sizeof power);
      factors[code] = static_cast<float>(power);
    }
    factors[255] = floatOf(kNaNBits);
    return;
  }
  for (uint32_t code = 0; code < 256; ++code)
    factors[code] = static_cast<float>(
        std::ldexp(contract::decode(format.scale, code), difference));
}

MX_AVX2_BEGIN // for the compiler's own vectors

    /// Codes of a row's scales, one per unit.
    void OperandRows::loadScaleCodes(int64_t item, int64_t row,
                                     uint8_t *target) const {
  const ScaledTensor &x = operand.scaled;
  const auto *source =
      static_cast<const uint8_t *>(x.scale.data) + x.scaleOffset(item, row);
  int64_t used = ceilDiv(k, unit);
  int64_t each = x.blocks > 1 ? x.blockCols / unit : used; // units of a block
  if (each == 1 && x.hasDenseScales())
    std::copy(source, source + used, target);
  else
    for (int64_t block = 0; block * each < used; ++block)
      std::fill(target + block * each,
                target + std::min((block + 1) * each, used),
                source[x.scalePlace(block)]);
  std::fill(target + used, target + units, target[0]);
}

/// The scales of a row as they are, of another format than E8M0.
void OperandRows::copyScales(int64_t item, int64_t row) {
  const FloatFormat &format = operand.scaled.format.scale;
  uint8_t *found = scaleCodes + row * units;
  loadScaleCodes(item, row, found);
  auto magnitude = static_cast<uint8_t>(
      format.isSigned ? (1 << (format.bits() - 1)) - 1 : 0xFF);
  int nanCode = format.nanCode();
  const int64_t count = units; // bytes might alias the member
  uint8_t hasNaN = 0;
  for (int64_t u = 0; u < count; ++u)
    hasNaN |= (found[u] & magnitude) == nanCode;
  rowExponents[row] = hasNaN ? floatOf(kNaNBits) : 0.0f;
}

/// Whether rows have the E8M0 scales of all their units, or a single one, next
/// to each other.
bool OperandRows::hasUnitScales() const {
  const ScaledTensor &x = operand.scaled;
  return x.format.scale.isE8M0 && x.hasDenseScales() && x.blockRows == 1 &&
         (x.blocks <= 1 || x.blockCols == unit);
}

OperandRows::UnitScales OperandRows::unitScales(int64_t item,
                                                int64_t row) const {
  const ScaledTensor &x = operand.scaled;
  const int64_t start = x.scaleOffset(item, row);
  return {static_cast<const uint8_t *>(x.scale.data) + start,
          x.scaleOffset(item, row + 1) - start,
          x.blocks <= 1 ? 1 : ceilDiv(k, unit)};
}

/// E8M0 scales of rows [first, end). Where those of a row are far apart, a
/// block that has the largest one comes near while the other rows are scanned.
void OperandRows::setScales(int64_t item, int64_t first, int64_t end) {
  ByteRange ranges[kRowsPerTask];
  UnitScales scales = {scaleCodes + first * units, units, ceilDiv(k, unit)};
  if (hasUnitScales())
    scales = unitScales(item, first);
  else
    for (int64_t row = first; row < end; ++row)
      loadScaleCodes(item, row, scaleCodes + row * units);
  for (int64_t i = 0; i < end - first; ++i) {
    const uint8_t *source = scales.at(i);
    const ByteRange range = ranges[i] = rangeOf(source, scales.count);
    if (range.top - range.low > kNearScales && codes.isContiguous())
      __builtin_prefetch(
          codes.row(first + i) +
          codes.bytesOf(unit * firstOf(source, scales.count, range.top)));
  }
  for (int64_t i = 0; i < end - first; ++i)
    moveScales(first + i, scales.at(i), scales.count, ranges[i]);
}

/// E8M0 scales, moved so that the largest one of a block that is not zero comes
/// to 127, or as far above as brings the block's least element to 2^-8: what is
/// far below is then below η of mx_runtime.h. Near scales may be those of
/// blocks of zeros: products of the others' elements are at least 2^-24.
void OperandRows::moveScales(int64_t row, const uint8_t *source, int64_t count,
                             ByteRange range) {
  constexpr ByteRange kLimits = {2, 200}; // no near ones are beyond
  constexpr int kNaN = 255;
  uint8_t *found = scaleCodes + row * units;
  if (range.top == kNaN) {
    rowExponents[row] = floatOf(kNaNBits);
    moveBytes(source, count, 0, {0, kNaN}, found);
  } else {
    int top = range.top - range.low > kNearScales
                  ? topOfNonZero(row, source, count, range.top)
                  : range.top;
    int offset = offsetOf(top);
    rowExponents[row] = static_cast<float>(-offset);
    moveBytes(source, count, offset, kLimits, found);
  }
  std::fill(found + count, found + units, found[0]);
}

/// From scale codes to those near 127.
int OperandRows::offsetOf(int top) const {
  int least = operand.scaled.format.element.minExponent();
  return 127 + std::max(0, -8 - least) - top;
}

/// Of a row's scale codes, the largest one of a block that has an element other
/// than zero; `top` is the largest of all, and mostly the answer.
uint8_t OperandRows::topOfNonZero(int64_t row, const uint8_t *scales,
                                  int64_t count, uint8_t top) const {
  auto isZero = [&](int64_t u) {
    return codes.isZeroBlock(row, u * unit / operand.scaled.blockCols);
  };
  if (!isZero(firstOf(scales, count, top)))
    return top;
  top = 0;
  for (int64_t u = 0; u < count; ++u)
    if (scales[u] > top && !isZero(u))
      top = scales[u];
  return top;
}

namespace {

/// The largest of the magnitudes' bits, as unsigned numbers.
template <typename T>
T largestBits(const T *values, int64_t count, int64_t stride, T magnitude) {
  T largest = 0;
  if (stride == 1)
    for (int64_t i = 0; i < count; ++i)
      largest = std::max(largest, static_cast<T>(values[i] & magnitude));
  else
    for (int64_t i = 0; i < count; ++i)
      largest =
          std::max(largest, static_cast<T>(values[i * stride] & magnitude));
  return largest;
}

} // namespace

/// Bits of the largest magnitude of a row.
uint32_t OperandRows::largestOfRow(int64_t row) const {
  const uint8_t *start = floatBase + row * floatRowBytes;
  int dtype = floats.tensor.dtype;
  if (dtype == MX_F32)
    return largestBits<uint32_t>(reinterpret_cast<const uint32_t *>(start), k,
                                 floats.colStride, 0x7FFFFFFF);
  uint16_t half = largestBits<uint16_t>(
      reinterpret_cast<const uint16_t *>(start), k, floats.colStride, 0x7FFF);
  return bitsOf(loadFloat(&half, dtype, 0));
}

/// A row times a power of two that brings its largest element, of these bits,
/// to [1, 4).
void OperandRows::setFloatRow(int64_t row, uint32_t bits) const {
  if (bits == 0x7F800000)
    sawInfinity.store(true, std::memory_order_relaxed);
  int field = std::clamp(static_cast<int>(bits >> 23), 1, 253);
  float before = operand.isScaled ? rowExponents[row] : 0.0f;
  rowFactors[row] = floatOf(static_cast<uint32_t>(254 - field) << 23);
  rowExponents[row] =
      bits > 0x7F800000 ? floatOf(kNaNBits) : before + float(field - 127);
}

MX_TARGET_END

/// Of a row whose largest magnitude has these bits.
static bool isNear(uint32_t bits) {
  int exponent = static_cast<int>(bits >> 23) - 127;
  return bits == 0 || std::abs(exponent) <= kNearExponent;
}

bool OperandRows::settle(int64_t first, int64_t count) const {
  if (!largest)
    return true;
  bool areNear = true;
  for (int64_t row = first; row < first + count; ++row) {
    const uint32_t *lanes = largest + kLanes * row;
    uint32_t bits = *std::max_element(lanes, lanes + kLanes);
    if (isNear(bits) || rowFactors[row] != 1)
      continue;
    setFloatRow(row, bits);
    areNear = false;
  }
  return areNear;
}

void OperandRows::settleAll() const {
  if (!largest)
    return;
  largest = nullptr;
  parallelFor(operand.rows, piecesOfTask(k), [&](int64_t row, Workspace &) {
    uint32_t bits = largestOfRow(row);
    if (!isNear(bits)) // as settle() does it
      setFloatRow(row, bits);
  });
}

/// Rows of formats without a decoder of their own, as f32 near 1. The product
/// element · scale is rounded to 24 bits.
void OperandRows::expand(int64_t item) {
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

int64_t OperandRows::stepBytes() const {
  return kind == Kind::Floats ? step * dtypeBytes(floats.tensor.dtype)
                              : codes.bytesOf(step);
}

const uint8_t *OperandRows::bytesOf(int64_t row, int64_t first) const {
  if (kind == Kind::Floats)
    return floats.colStride == 1
               ? floatBase + row * floatRowBytes + first * stepBytes()
               : nullptr;
  return codes.isContiguous() ? codes.row(row) + first * stepBytes() : nullptr;
}

} // namespace mx::runtime::x86
