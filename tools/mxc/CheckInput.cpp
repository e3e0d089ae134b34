//===- CheckInput.cpp - Arrays of a dump, interpreted ---------------------===//
//
// Arrays of bytes do not say which format they are in. Every reading that fits
// the shapes and the codes is tried, and the one that is nearest to the source
// is taken: a wrong one is far away.
//
//===----------------------------------------------------------------------===//

#include "CheckInput.h"

#include "CheckReadings.h"
#include "mx/Support/Quantize.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace llvm;
using namespace mxc;
using namespace mx::contract;
using mx::check::Dump;

namespace {
/// A role in a dump and the names that libraries give it, ours first.
struct Role {
  StringRef what, option;
  std::vector<StringRef> names;
};
} // namespace

static const Role kSource{
    "source tensor",
    "source",
    {"x", "source", "input", "values", "tensor", "data_hp", "weight"}};
static const Role kCodes{"codes",
                         "codes",
                         {"codes", "qdata", "q", "elements", "data_lp", "data",
                          "weight_packed", "blocks"}};
static const Role kScale{"scales",
                         "scale",
                         {"scale", "scales", "scale_e8m0", "block_scale",
                          "shared_exp", "weight_scale"}};
static const Role kTensorScale{"tensor scale",
                               "tensor-scale",
                               {"tensor_scale", "per_tensor_scale",
                                "global_scale", "scale_2", "s_dec",
                                "weight_global_scale", "weight_scale_2"}};

static const Role kDequantized{
    "dequantised values", "codes", {"dequantized", "dequantised", "dq"}};

static std::string listNames(const Arrays &arrays) {
  std::vector<std::string> names;
  for (const auto &[name, array] : arrays)
    names.push_back("'" + name + "' " + array.getTypeName() + " " +
                    formatShape(array.shape));
  return join(names, ", ");
}

/// The name of the array in a role, or "" where an optional one is absent.
static Expected<std::string> findRole(const Arrays &arrays, const Role &role,
                                      const std::string &asked, bool optional) {
  if (!asked.empty()) {
    if (arrays.count(asked))
      return asked;
    return createStringError("there is no array '" + asked + "'; found " +
                             listNames(arrays));
  }
  for (StringRef name : role.names)
    if (arrays.count(name.str()))
      return name.str();
  // `NAME_codes`, as `mxc run` writes them.
  std::vector<std::string> suffixed;
  for (const auto &entry : arrays)
    for (StringRef name : ArrayRef(role.names).take_front(1))
      if (StringRef(entry.first).ends_with(("_" + name).str()) &&
          !StringRef(entry.first).ends_with("tensor_scale"))
        suffixed.push_back(entry.first);
  if (suffixed.size() == 1)
    return suffixed.front();
  if (optional)
    return std::string();
  return createStringError(
      Twine(suffixed.empty() ? "no array" : "several arrays") + " for the " +
      role.what + ": expected one named " + join(role.names, ", ") + ", or --" +
      role.option + "=NAME; found " + listNames(arrays));
}

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

namespace {
/// The arrays of a dump by role.
struct Roles {
  const Array *source = nullptr, *codes = nullptr, *dequantized = nullptr,
              *scale = nullptr, *tensorScale = nullptr;
};
} // namespace

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
                           Dump &dump) {
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
  double least = INFINITY;
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

/// Fills `roles`; `source` becomes the name of the source array.
static Error findRoles(const Arrays &arrays, const DumpOptions &options,
                       Roles &roles, std::string &source) {
  auto find = [&](const Role &role, const std::string &asked, bool optional,
                  const Array *&array) -> Error {
    Expected<std::string> found = findRole(arrays, role, asked, optional);
    if (!found)
      return found.takeError();
    if (!found->empty())
      array = &arrays.at(*found);
    if (&role == &kSource)
      source = *found;
    return Error::success();
  };
  if (Error error = find(kSource, options.source, false, roles.source))
    return error;
  if (Error error = find(kDequantized, "", true, roles.dequantized))
    return error;
  bool isOptional = roles.dequantized != nullptr;
  if (Error error = find(kCodes, options.codes, isOptional, roles.codes))
    return error;
  if (Error error = find(kScale, options.scale, false, roles.scale))
    return error;
  return find(kTensorScale, options.tensorScale, true, roles.tensorScale);
}

Expected<NamedDump> mxc::readDump(const Arrays &arrays,
                                  const DumpOptions &options) {
  NamedDump named;
  Roles roles;
  if (Error error = findRoles(arrays, options, roles, named.source))
    return std::move(error);
  Expected<std::vector<float>> values = toFloats(*roles.source, named.source);
  if (!values)
    return values.takeError();
  if (values->empty())
    return createStringError("array '" + named.source + "' has no elements");
  named.shape = roles.source->shape;
  Dump &dump = named.dump;
  dump.values = std::move(*values);
  if (Error error = inferBlocks(*roles.source, *roles.scale, options, dump))
    return std::move(error);
  if (Error error = chooseReading(roles, options, dump))
    return std::move(error);
  if (dump.blockCols == 1 && dump.blockRows > 1)
    storeTransposed(named);
  return named;
}
