//===- CheckInput.cpp - Arrays of a dump, interpreted ---------------------===//
//
// Arrays of bytes do not say which format they are in. Every reading that fits
// the shapes and the codes is tried, and the one that is nearest to the source
// is taken: a wrong one is far away.
//
//===----------------------------------------------------------------------===//

#include "CheckInput.h"

#include "CheckReadings.h"
#include "CheckRoles.h"
#include "mx/Support/Quantize.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace llvm;
using namespace mxc;
using namespace mx::contract;
using mx::check::Dump;

std::vector<int64_t> NamedDump::indicesOf(int64_t element) const {
  std::vector<int64_t> indices(shape.size());
  std::vector<int64_t> stored = shape;
  if (transposed)
    std::swap(stored[stored.size() - 2], stored.back());
  for (size_t axis = stored.size(); axis-- > 0;) {
    indices[axis] = element % stored[axis];
    element /= stored[axis];
  }
  if (transposed)
    std::swap(indices[indices.size() - 2], indices.back());
  return indices;
}

std::string mxc::nameOf(const FloatFormat &format) {
  if (format.isInteger)
    return "i8";
  for (auto [known, name] :
       {std::pair(kE8M0, "f8E8M0FNU"), std::pair(kE4M3, "f8E4M3FN"),
        std::pair(kF32, "f32"),
        std::pair(kUE5M3, "!mx.float<5, 3, fn, unsigned>"),
        std::pair(kE2M1, "f4E2M1FN"), std::pair(kE2M3, "f6E2M3FN"),
        std::pair(kE3M2, "f6E3M2FN"), std::pair(kE5M2, "f8E5M2")})
    if (format == known)
      return name;
  return ("!mx.float<" + Twine(format.exponentBits) + ", " +
          Twine(format.mantissaBits) + ">")
      .str();
}

/// Rows become columns of every matrix.
template <typename T>
static std::vector<T> transpose(const std::vector<T> &values, int64_t items,
                                int64_t rows, int64_t cols) {
  std::vector<T> result(values.size());
  for (int64_t item = 0; item < items; ++item)
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t col = 0; col < cols; ++col)
        result[(item * cols + col) * rows + row] =
            values[(item * rows + row) * cols + col];
  return result;
}

/// [B, 1] becomes its transpose's [B].
static void storeTransposed(NamedDump &named) {
  Dump &dump = named.dump;
  dump.scales =
      transpose(dump.scales, dump.items, dump.scaleRows(), dump.scaleCols());
  dump.values = transpose(dump.values, dump.items, dump.rows, dump.cols);
  dump.codes = transpose(dump.codes, dump.items, dump.rows, dump.cols);
  std::swap(dump.rows, dump.cols);
  std::swap(dump.blockRows, dump.blockCols);
  named.transposed = true;
}

/// The numbers that the tensor scale may be: as stored, and its reciprocal.
static Expected<std::vector<std::optional<float>>>
listTensorScales(const Array *array) {
  if (!array)
    return std::vector<std::optional<float>>{std::nullopt};
  Expected<float> stored = readTensorScale(*array);
  if (!stored)
    return stored.takeError();
  return std::vector<std::optional<float>>{*stored, 1.0f / *stored};
}

static float findAmax(ArrayRef<float> values) {
  MatrixView view;
  view.data = values.data();
  view.rows = 1;
  view.cols = static_cast<int64_t>(values.size());
  return finiteAmax(view);
}

/// Tries every reading of codes, scales and tensor scale.
static Error chooseReading(const Roles &roles, const DumpOptions &options,
                           Dump &dump, double &least) {
  std::vector<CodesReading> codes;
  std::vector<float> dequantized;
  if (roles.codes) {
    auto readings = readCodes(*roles.codes, dump, options);
    if (!readings)
      return readings.takeError();
    codes = std::move(*readings);
  } else {
    auto values = toFloats(*roles.dequantized, "dequantized");
    if (!values)
      return values.takeError();
    if (values->size() != dump.values.size())
      return createStringError("the dequantised values are as many as the "
                               "source has elements: expected " +
                               Twine(dump.values.size()) + ", found " +
                               Twine(values->size()));
    dequantized = std::move(*values);
  }
  auto scales = readScales(*roles.scale, dump, options);
  if (!scales)
    return scales.takeError();
  auto tensorScales = listTensorScales(roles.tensorScale);
  if (!tensorScales)
    return tensorScales.takeError();
  std::optional<Dump> best;
  float amax = findAmax(dump.values);
  Dump attempt = std::move(dump);
  for (ScaleReading &scale : *scales)
    for (auto [i, tensorScale] : enumerate(*tensorScales)) {
      if (tensorScale && scale.format.isE8M0)
        continue;
      attempt.scale = scale.format;
      attempt.scales = scale.scales;
      attempt.tensorScale = tensorScale;
      attempt.tensorDivisor = i == 1 ? tensorScales->front() : std::nullopt;
      if (!roles.codes)
        codes = recoverCodes(dequantized, attempt, options);
      for (CodesReading &reading : codes) {
        attempt.element = reading.format;
        attempt.codes = reading.codes;
        double error = findDistance(attempt, amax);
        // An equal one is no better: likely readings come first.
        if (!best || error < least) {
          least = error;
          best = attempt;
        }
      }
    }
  if (!best && !roles.codes)
    return createStringError("the dequantised values are no codes of a known "
                             "format times the scales");
  if (!best)
    return createStringError("a tensor scale goes with FP block scales, but "
                             "the scales are powers of two");
  dump = std::move(*best);
  return Error::success();
}

/// Reads a dump of `source`; `distance` becomes that of the reading.
static Expected<NamedDump> readOriented(const Roles &roles, const Array &source,
                                        const DumpOptions &options,
                                        double &distance) {
  NamedDump named;
  named.source = roles.sourceName;
  named.shape = source.shape;
  Expected<std::vector<float>> values =
      toFloats(source, named.source, &named.rounded);
  if (!values)
    return values.takeError();
  if (values->empty())
    return createStringError("array '" + named.source + "' has no elements");
  Dump &dump = named.dump;
  dump.values = std::move(*values);
  if (Error error = inferBlocks(source, *roles.scale, options, dump))
    return std::move(error);
  if (Error error = chooseReading(roles, options, dump, distance))
    return std::move(error);
  if (dump.blockCols == 1 && dump.blockRows > 1)
    storeTransposed(named);
  return named;
}

/// Whether the rows of the codes may be the columns of the source.
static bool mayBeTransposed(const Roles &roles) {
  const Array *codes = roles.codes ? roles.codes : roles.dequantized;
  ArrayRef<int64_t> source = roles.source->shape, found = codes->shape;
  return source.size() >= 2 && found.size() == source.size() &&
         found[found.size() - 2] == source.back() &&
         found.back() <= source[source.size() - 2];
}

static Array transpose(const Array &array) {
  Array result = array;
  int64_t rows = array.shape[array.shape.size() - 2], cols = array.shape.back();
  std::swap(result.shape[array.shape.size() - 2], result.shape.back());
  size_t size = array.itemSize;
  for (int64_t i = 0, e = array.getNumElements(); i < e; ++i) {
    int64_t item = i / (rows * cols), row = i / cols % rows, col = i % cols;
    std::copy_n(&array.data[i * size], size,
                &result.data[((item * cols + col) * rows + row) * size]);
  }
  return result;
}

Expected<NamedDump> mxc::readDump(const Arrays &arrays,
                                  const DumpOptions &options) {
  Expected<Roles> roles = findRoles(arrays, options);
  if (!roles)
    return roles.takeError();
  double distance = INFINITY, otherDistance = INFINITY;
  Expected<NamedDump> named =
      readOriented(*roles, *roles->source, options, distance);
  if (!mayBeTransposed(*roles))
    return named;
  Expected<NamedDump> other =
      readOriented(*roles, transpose(*roles->source), options, otherDistance);
  if (!other || (named && distance <= otherDistance)) {
    consumeError(other.takeError());
    return named;
  }
  consumeError(named.takeError());
  other->shape = roles->source->shape;
  other->transposed = !other->transposed;
  return other;
}
