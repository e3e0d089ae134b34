//===- CheckReadings.cpp - What arrays of bytes may mean ------------------===//

#include "CheckReadings.h"

#include "mx/Support/Pack.h"
#include "mx/Support/Quantize.h"
#include "mx/Support/Round.h"
#include "mx/Support/Scale.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <cstring>

using namespace llvm;
using namespace mxc;
using namespace mx::contract;
using mx::check::Dump;

static bool isBytes(const Array &array) {
  return array.itemSize == 1 && StringRef("uiVb").contains(array.kind);
}

static bool isIntegers(const Array &array) {
  return StringRef("ui").contains(array.kind) && array.itemSize > 1 &&
         !(array.kind == 'u' && array.itemSize == 2);
}

static bool isFloats(const Array &array) {
  return array.kind == 'f' ||
         (array.itemSize == 2 && (array.kind == 'V' || array.kind == 'u'));
}

static int64_t getInteger(const Array &array, int64_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, &array.data[index * array.itemSize], array.itemSize);
  return array.kind == 'i' ? SignExtend64(bits, array.itemSize * 8)
                           : static_cast<int64_t>(bits);
}

static double getFloat(const Array &array, int64_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, &array.data[index * array.itemSize], array.itemSize);
  if (array.itemSize == 8)
    return bit_cast<double>(bits);
  if (array.itemSize == 4)
    return floatOf(static_cast<uint32_t>(bits));
  auto half = static_cast<uint16_t>(bits);
  return array.kind == 'f' ? fromF16(half) : fromBF16(half);
}

Expected<std::vector<float>> mxc::toFloats(const Array &array, StringRef name) {
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
    if (std::isfinite(value) && value != values.back())
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

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// The extent of blocks of which `count` cover `extent`: all of it, a power of
/// two, or else an even share.
static int64_t inferExtent(int64_t extent, int64_t count) {
  if (count <= 0 || count > extent)
    return 0;
  int64_t share = divideCeil(extent, count);
  if (count == 1)
    return share;
  auto fits = [&](int64_t block) {
    return static_cast<int64_t>(divideCeil(extent, block)) == count;
  };
  auto power = static_cast<int64_t>(PowerOf2Ceil(share));
  return fits(power) ? power : fits(share) ? share : 0;
}

static int64_t product(ArrayRef<int64_t> shape) {
  int64_t result = 1;
  for (int64_t extent : shape)
    result *= extent;
  return result;
}

/// Blocks as the extents of the scales' last two axes say.
static bool inferFromAxes(ArrayRef<int64_t> shape, ArrayRef<int64_t> scale,
                          Dump &dump) {
  if (scale.size() != shape.size() || scale.empty())
    return false;
  size_t matrix = std::min<size_t>(shape.size(), 2);
  if (shape.drop_back(matrix) != scale.drop_back(matrix))
    return false;
  int64_t cols = inferExtent(shape.back(), scale.back()), rows = 1;
  if (matrix == 2)
    rows = inferExtent(shape[shape.size() - 2], scale[scale.size() - 2]);
  if (cols <= 0 || rows <= 0)
    return false;
  dump.blockCols = cols;
  dump.blockRows = rows;
  return true;
}

/// The default block of a kind of scale, where the 128x4 layout hides it.
static int64_t defaultBlock(const DumpOptions &options, const Dump &dump) {
  if (options.format)
    return options.format->cols(dump.cols);
  return options.tensorScale.empty() ? 32 : 16;
}

static Error checkCount(const Array &scale, const DumpOptions &options,
                        const Dump &dump) {
  int64_t expected = dump.numBlocks();
  if (options.tiledScales)
    expected = alignTo(dump.items * dump.scaleRows(), 128) *
               alignTo(dump.scaleCols(), 4);
  if (scale.getNumElements() == expected)
    return Error::success();
  return createStringError(
      "the scales are " + formatShape(scale.shape) + ", " +
      Twine(scale.getNumElements()) + " of them; expected " + Twine(expected) +
      " for blocks of [" + Twine(dump.blockRows) + ", " +
      Twine(dump.blockCols) + "]" +
      (options.tiledScales     ? " in the 128x4 layout"
       : options.block.empty() ? "; give the block with --block=B or "
                                 "--block=R,C, and --scale-layout=128x4 for "
                                 "swizzled scales"
                               : ""));
}

Error mxc::inferBlocks(const Array &source, const Array &scale,
                       const DumpOptions &options, Dump &dump) {
  ArrayRef<int64_t> shape = source.shape;
  if (shape.empty())
    return createStringError("the source tensor has no axis");
  dump.cols = shape.back();
  dump.rows = shape.size() > 1 ? shape[shape.size() - 2] : 1;
  dump.items = product(shape.drop_back(std::min<size_t>(shape.size(), 2)));
  ArrayRef<int64_t> scaleShape = scale.shape;
  while (scaleShape.size() > shape.size() && scaleShape.back() == 1)
    scaleShape = scaleShape.drop_back();
  int64_t rows = dump.items * dump.rows, count = scale.getNumElements();
  dump.blockRows = 1;
  if (!options.block.empty()) {
    // A larger block is all of the axis.
    dump.blockCols = std::min(options.block.back(), dump.cols);
    dump.blockRows = options.block.size() > 1
                         ? std::min(options.block.front(), dump.rows)
                         : 1;
  } else if (options.tiledScales) {
    dump.blockCols = defaultBlock(options, dump);
  } else if (inferFromAxes(shape, scaleShape, dump)) {
    // Found.
  } else if (count == 1 && dump.items == 1) {
    dump.blockRows = dump.rows;
    dump.blockCols = dump.cols;
  } else {
    dump.blockCols =
        count % rows == 0 ? inferExtent(dump.cols, count / rows) : 0;
  }
  if (dump.blockCols <= 0)
    return createStringError("the scales, " + formatShape(scale.shape) +
                             ", are no blocks of the source, " +
                             formatShape(source.shape) +
                             "; give the block with --block=B or --block=R,C");
  if (dump.blockRows == 1)
    dump.rows = rows, dump.items = 1;
  return checkCount(scale, options, dump);
}

//===----------------------------------------------------------------------===//
// Codes
//===----------------------------------------------------------------------===//

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

/// The code of an element's value, or -1 where the format has none.
static int64_t encodeExactly(const FloatFormat &format, double value) {
  if (!std::isfinite(value))
    return -1;
  Grid grid(format, Rounding::NearestEven);
  uint32_t code = roundSaturating(realOf(value), grid);
  return decode(format, code) == value ? int64_t(code) : -1;
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

//===----------------------------------------------------------------------===//
// Scales
//===----------------------------------------------------------------------===//

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
