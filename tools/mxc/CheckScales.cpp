//===- CheckScales.cpp - What arrays of scales may mean -------------------===//

#include "CheckReadings.h"

#include "mx/Support/Scale.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace llvm;
using namespace mxc;
using namespace mx::contract;
using mx::check::Dump;

/// From the 128x4 layout (tiles of 32 x 4 x 4 scales) to rows.
static std::vector<uint32_t> untile(const std::vector<uint32_t> &tiled,
                                    int64_t rows, int64_t cols) {
  std::vector<uint32_t> scales;
  int64_t tiles = divideCeil(cols, 4);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < cols; ++col) {
      int64_t tile = row / 128 * tiles + col / 4, inner = row % 128;
      scales.push_back(
          tiled[tile * 512 + inner % 32 * 16 + inner / 32 * 4 + col % 4]);
    }
  return scales;
}

/// Bytes, and exponents where the numbers are signed.
static std::vector<ScaleReading> readByteScales(const Array &array) {
  std::vector<ScaleReading> readings;
  std::vector<uint32_t> bytes, exponents;
  bool areBytes = true, areExponents = array.kind == 'i';
  for (int64_t i = 0, e = array.getNumElements(); i < e; ++i) {
    int64_t value = getInteger(array, i);
    if (array.itemSize > 1)
      areBytes &= value >= 0 && value <= 255;
    areExponents &= value >= -127 && value <= 127;
    bytes.push_back(static_cast<uint8_t>(value));
    exponents.push_back(static_cast<uint32_t>(value + 127) & 0xFF);
  }
  if (areBytes)
    for (const FloatFormat &format : {kE8M0, kE4M3, kUE5M3})
      readings.push_back({format, bytes});
  if (areExponents)
    readings.push_back({kE8M0, exponents});
  return readings;
}

static std::vector<ScaleReading> readFloatScales(const Array &array) {
  ScaleReading powers{kE8M0, {}}, small{kE4M3, {}}, wide{kF32, {}},
      exponents{kE8M0, {}};
  bool arePowers = true, areSmall = true, areExponents = true;
  for (int64_t i = 0, e = array.getNumElements(); i < e; ++i) {
    double value = getFloat(array, i);
    int exponent = 0;
    bool isPower = std::frexp(value, &exponent) == 0.5 && exponent > -127 &&
                   exponent <= 128;
    arePowers &= isPower || std::isnan(value);
    powers.scales.push_back(std::isnan(value) ? 0xFF : exponent + 126);
    int64_t code = encodeExactly(kE4M3, value);
    areSmall &= (code >= 0 && code < 0x80) || std::isnan(value);
    small.scales.push_back(code < 0 ? 0x7F : static_cast<uint32_t>(code));
    wide.scales.push_back(bitsOf(static_cast<float>(value)));
    areExponents &= value == std::nearbyint(value) && std::fabs(value) <= 127;
    exponents.scales.push_back(areExponents ? static_cast<uint32_t>(value + 127)
                                            : 0);
  }
  std::vector<ScaleReading> readings;
  if (arePowers)
    readings.push_back(std::move(powers));
  if (areSmall)
    readings.push_back(std::move(small));
  if (areExponents)
    readings.push_back(std::move(exponents));
  readings.push_back(std::move(wide));
  return readings;
}

Expected<std::vector<ScaleReading>>
mxc::readScales(const Array &array, const Dump &dump,
                const DumpOptions &options) {
  std::vector<ScaleReading> readings;
  if (isFloats(array))
    readings = readFloatScales(array);
  else if (isBytes(array) || isIntegers(array))
    readings = readByteScales(array);
  if (options.format)
    erase_if(readings, [&](const ScaleReading &reading) {
      return reading.format != options.format->scale;
    });
  if (readings.empty())
    return createStringError(
        "the scales are " + array.getTypeName() + " and no " +
        (options.format ? nameOf(options.format->scale) : "scales") +
        "; expected bytes (E8M0 or E4M3), exponents, or floats");
  if (options.tiledScales)
    for (ScaleReading &reading : readings)
      reading.scales = untile(reading.scales, dump.items * dump.scaleRows(),
                              dump.scaleCols());
  return readings;
}
