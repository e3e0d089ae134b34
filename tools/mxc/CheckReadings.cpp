//===- CheckReadings.cpp - Numbers of arrays as they are stored -----------===//

#include "CheckReadings.h"

#include "mx/Support/Round.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <cstring>

using namespace llvm;
using namespace mxc;
using namespace mx::contract;

bool mxc::isBytes(const Array &array) {
  return array.itemSize == 1 && StringRef("uiVb").contains(array.kind);
}

bool mxc::isIntegers(const Array &array) {
  return StringRef("ui").contains(array.kind) && array.itemSize > 1 &&
         !(array.kind == 'u' && array.itemSize == 2);
}

bool mxc::isFloats(const Array &array) {
  return array.kind == 'f' ||
         (array.itemSize == 2 && (array.kind == 'V' || array.kind == 'u'));
}

int64_t mxc::getInteger(const Array &array, int64_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, &array.data[index * array.itemSize], array.itemSize);
  return array.kind == 'i' ? SignExtend64(bits, array.itemSize * 8)
                           : static_cast<int64_t>(bits);
}

double mxc::getFloat(const Array &array, int64_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, &array.data[index * array.itemSize], array.itemSize);
  if (array.itemSize == 8)
    return bit_cast<double>(bits);
  if (array.itemSize == 4)
    return floatOf(static_cast<uint32_t>(bits));
  auto half = static_cast<uint16_t>(bits);
  return array.kind == 'f' ? fromF16(half) : fromBF16(half);
}

Expected<std::vector<float>> mxc::toFloats(const Array &array, StringRef name,
                                           bool *rounded) {
  if (!isFloats(array) || array.itemSize == 1)
    return createStringError(
        "array '" + name +
        "': expected element type <f4, <f2, <f8, or <u2 or "
        "|V2 for bf16, found " +
        array.getTypeName());
  std::vector<float> values;
  values.reserve(array.getNumElements());
  for (int64_t i = 0, e = array.getNumElements(); i < e; ++i) {
    double value = getFloat(array, i);
    values.push_back(static_cast<float>(value));
    if (!std::isfinite(value) || value == values.back())
      continue;
    if (rounded && std::isfinite(values.back()))
      *rounded = true;
    else
      return createStringError("array '" + name + "': element " + Twine(i) +
                               " is no number of f32; quantised tensors are "
                               "of f32, bf16 or f16");
  }
  return values;
}

Expected<float> mxc::readTensorScale(const Array &array) {
  if (array.getNumElements() != 1 || !isFloats(array))
    return createStringError("the tensor scale is " + array.getTypeName() +
                             " " + formatShape(array.shape) +
                             "; expected one number of <f4");
  return static_cast<float>(getFloat(array, 0));
}

int64_t mxc::encodeExactly(const FloatFormat &format, double value) {
  if (!std::isfinite(value))
    return -1;
  Grid grid(format, Rounding::NearestEven);
  uint32_t code = roundSaturating(realOf(value), grid);
  return decode(format, code) == value ? int64_t(code) : -1;
}
