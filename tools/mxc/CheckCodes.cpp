//===- CheckCodes.cpp - What arrays of codes may mean ---------------------===//

#include "CheckReadings.h"

#include "mx/Support/Pack.h"
#include "mx/Support/Quantize.h"
#include "mx/Support/Scale.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace llvm;
using namespace mxc;
using namespace mx::contract;
using mx::check::Dump;

static Expected<std::vector<uint8_t>> toBytes(const Array &array,
                                              StringRef what) {
  if (isBytes(array))
    return array.data;
  std::vector<uint8_t> bytes;
  for (int64_t i = 0, e = array.getNumElements(); i < e; ++i) {
    int64_t value = getInteger(array, i);
    if (value < 0 || value > 255)
      return createStringError("the " + what + " are " + array.getTypeName() +
                               ", and element " + Twine(i) + " is " +
                               Twine(value) + "; expected bytes");
    bytes.push_back(static_cast<uint8_t>(value));
  }
  return bytes;
}

static std::vector<CodesReading> readElementValues(const Array &array,
                                                   ArrayRef<FloatFormat> list) {
  std::vector<CodesReading> readings;
  for (const FloatFormat &format : list) {
    CodesReading reading{format, {}};
    for (int64_t i = 0, e = array.getNumElements(); i < e; ++i) {
      int64_t code = encodeExactly(format, getFloat(array, i));
      if (code < 0)
        break;
      reading.codes.push_back(static_cast<uint16_t>(code));
    }
    if (reading.codes.size() == size_t(array.getNumElements()))
      readings.push_back(std::move(reading));
  }
  return readings;
}

/// Rows of `cols` codes, each row in whole bytes.
static std::vector<uint16_t> unpackRows(ArrayRef<uint8_t> bytes, unsigned bits,
                                        int64_t cols, int64_t rowBytes) {
  std::vector<uint16_t> codes(bytes.size() / rowBytes * cols);
  for (size_t row = 0; row < bytes.size() / rowBytes; ++row)
    unpackCodes(bits, bytes.data() + row * rowBytes, cols,
                codes.data() + row * cols);
  return codes;
}

static const FloatFormat kElements[] = {kE2M1, kE2M3, kE3M2,
                                        kE4M3, kE5M2, kInt8};

static std::vector<FloatFormat> listElements(const DumpOptions &options) {
  if (options.format)
    return {options.format->element};
  return std::vector<FloatFormat>(std::begin(kElements), std::end(kElements));
}

/// The code whose value times the scales is `value` in f32, or -1.
static int64_t recoverCode(const FloatFormat &format, float value, double scale,
                           const std::optional<float> &tensorScale) {
  if (std::isnan(scale))
    return 0; // the code does not show
  double total = scale * tensorScale.value_or(1.0f);
  Grid grid(format, Rounding::NearestEven);
  double quotient = total == 0 ? 0.0 : std::fabs(value) / total;
  Real real = realOf(quotient);
  real.negative = std::signbit(value);
  if (real.significand >> 52 != 0) { // rounding takes fewer bits
    real.significand >>= 12;
    real.exponent += 12;
  }
  uint32_t code = roundSaturating(real, grid);
  double element = decode(format, code);
  float found = tensorScale ? dequantizeTwoLevel(element, scale, *tensorScale)
                            : static_cast<float>(element * scale);
  return found == value ? int64_t(code) : -1;
}

std::vector<CodesReading> mxc::recoverCodes(ArrayRef<float> dequantized,
                                            const Dump &attempt,
                                            const DumpOptions &options) {
  std::vector<CodesReading> readings;
  for (const FloatFormat &format : listElements(options)) {
    CodesReading reading{format, {}};
    for (auto [i, value] : enumerate(dequantized)) {
      double scale = scaleValue(attempt.scale,
                                attempt.scales[attempt.blockOf(int64_t(i))]);
      int64_t code = recoverCode(format, value, scale, attempt.tensorScale);
      if (code < 0)
        break;
      reading.codes.push_back(static_cast<uint16_t>(code));
    }
    if (reading.codes.size() == dequantized.size())
      readings.push_back(std::move(reading));
  }
  return readings;
}

Expected<std::vector<CodesReading>> mxc::readCodes(const Array &array,
                                                   const Dump &dump,
                                                   const DumpOptions &options) {
  std::vector<FloatFormat> list = listElements(options);
  int64_t count = static_cast<int64_t>(dump.values.size());
  std::vector<CodesReading> readings;
  if (isFloats(array)) {
    if (array.getNumElements() == count)
      readings = readElementValues(array, list);
    if (readings.empty())
      return createStringError(
          "the codes are " + array.getTypeName() + " " +
          formatShape(array.shape) +
          "; as floats they must be element values, one for each of the " +
          Twine(count) + " elements, on the grid of an element format");
    return readings;
  }
  if (!isBytes(array) && !isIntegers(array))
    return createStringError("the codes are " + array.getTypeName() +
                             "; expected bytes, or element values as floats");
  Expected<std::vector<uint8_t>> bytes = toBytes(array, "codes");
  if (!bytes)
    return bytes.takeError();
  int64_t rows = count / dump.cols;
  uint8_t all = 0;
  for (uint8_t byte : *bytes)
    all |= byte;
  for (const FloatFormat &format : list) {
    unsigned bits = format.bits();
    int64_t rowBytes = packedSize(bits, dump.cols);
    if (static_cast<int64_t>(bytes->size()) == count) {
      if (bits >= 8 || all >> bits == 0)
        readings.push_back({format, {bytes->begin(), bytes->end()}});
    } else if (static_cast<int64_t>(bytes->size()) == rows * rowBytes) {
      readings.push_back(
          {format, unpackRows(*bytes, bits, dump.cols, rowBytes)});
    }
  }
  if (readings.empty())
    return createStringError(
        "the codes are " + array.getTypeName() + " " +
        formatShape(array.shape) + "; expected " + Twine(count) +
        " bytes, one for each element, or packed rows: two 4-bit codes a "
        "byte, four 6-bit codes in three");
  return readings;
}
