//===- Spec.cpp - Attribute records to contract types ---------------------===//
//
// Everything that can be wrong with a record or the shape of a scaled tensor
// is found here, before a kernel runs.
//
//===----------------------------------------------------------------------===//

#include "Spec.h"

#include "Error.h"
#include "mx/Support/Pack.h"
#include "mx/Support/Philox.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace mx::runtime {

using namespace contract;

// mx_abi.h is C and repeats the values of lib/Support.
static_assert(MX_KIND_IEEE == int(FloatKind::IEEE) &&
              MX_KIND_FN == int(FloatKind::FN) &&
              MX_KIND_FINITE == int(FloatKind::Finite));
static_assert(MX_ROUND_NEAREST_EVEN == int(Rounding::NearestEven) &&
              MX_ROUND_NEAREST_AWAY == int(Rounding::NearestAway) &&
              MX_ROUND_TOWARD_ZERO == int(Rounding::TowardZero) &&
              MX_ROUND_STOCHASTIC == int(Rounding::Stochastic));
static_assert(MX_RULE_FLOOR == int(ScaleRule::Floor) &&
              MX_RULE_CEIL == int(ScaleRule::Ceil) &&
              MX_RULE_RCEIL == int(ScaleRule::RCeil) &&
              MX_RULE_EVEN == int(ScaleRule::Even) &&
              MX_RULE_AMAX == int(ScaleRule::Amax) &&
              MX_RULE_FOUR_OVER_SIX == int(ScaleRule::FourOverSix) &&
              MX_RULE_QUEST == int(ScaleRule::Quest) &&
              MX_RULE_MS_EDEN == int(ScaleRule::MSEden) &&
              MX_RULE_HEADROOM == int(ScaleRule::Headroom));
static_assert(MX_SIGNS_NONE == int(SignKind::None) &&
              MX_SIGNS_FIXED == int(SignKind::Fixed) &&
              MX_SIGNS_SEED == int(SignKind::Seed));
static_assert(MX_BLOCK_FULL == kFull && sizeof(mx_quantize_spec) == 34 * 8 &&
              sizeof(mx_matmul_spec) == 16 * 8 &&
              sizeof(mx_relayout_spec) == 4 * 8);

static long long ll(int64_t value) { return static_cast<long long>(value); }

int checkVersion(int64_t version) {
  if (version >= 1 && version <= MX_ABI_VERSION)
    return MX_OK;
  return fail(MX_ERROR_VERSION,
              "expected a record of version 1 to %d, found %lld; rebuild with "
              "the compiler that belongs to this runtime",
              MX_ABI_VERSION, ll(version));
}

mx_matmul_spec readRecord(const mx_matmul_spec &spec) {
  mx_matmul_spec result{};
  std::memcpy(&result, &spec,
              spec.version < 2 ? offsetof(mx_matmul_spec, a_layout)
                               : sizeof spec);
  return result;
}

int readFormat(const char *name, int64_t packed, FloatFormat &result) {
  result.exponentBits = static_cast<uint8_t>(packed & 0xFF);
  result.mantissaBits = static_cast<uint8_t>(packed >> 8 & 0xFF);
  result.kind = static_cast<FloatKind>(packed >> 16 & 0xF);
  result.isSigned = packed >> 20 & 1;
  result.isInteger = packed >> 21 & 1;
  result.isE8M0 = packed >> 22 & 1;
  if (packed < 0 || packed >> 23 != 0 || (packed >> 16 & 0xF) > 2 ||
      result.exponentBits + result.mantissaBits > 31 || !result.isValid())
    return fail(MX_ERROR_ARGUMENT, "'%s' is not a known format: 0x%llx", name,
                ll(packed));
  return MX_OK;
}

int readScaledFormat(int64_t element, int64_t scale, int64_t blockRows,
                     int64_t blockCols, int64_t hasTensorScale,
                     ScaledFormat &result) {
  MX_TRY(readFormat("element", element, result.element));
  MX_TRY(readFormat("scale", scale, result.scale));
  if ((blockRows < 1 && blockRows != MX_BLOCK_FULL) ||
      (blockCols < 1 && blockCols != MX_BLOCK_FULL))
    return fail(MX_ERROR_ARGUMENT,
                "expected block extents of at least 1 or MX_BLOCK_FULL, found "
                "[%lld, %lld]",
                ll(blockRows), ll(blockCols));
  MX_TRY(checkExtent("block", std::max(blockRows, blockCols)));
  if (result.element.bits() > 16 || result.element.isE8M0)
    return fail(MX_ERROR_ARGUMENT,
                "'element' must be int8 or a float of at most 16 bits");
  if (result.scale != kF32 &&
      (result.scale.bits() > 8 || result.scale.nanCode() < 0))
    return fail(MX_ERROR_ARGUMENT, "'scale' must be f32, or of at most 8 bits "
                                   "and have a NaN");
  result.blockRows = blockRows;
  result.blockCols = blockCols;
  result.hasTensorScale = hasTensorScale != 0;
  return MX_OK;
}

int readRounding(const mx_quantize_spec &spec, uint64_t seed,
                 QuantizeSpec &result) {
  if (spec.rounding < 0 || spec.rounding > MX_ROUND_STOCHASTIC)
    return fail(MX_ERROR_ARGUMENT, "unknown rounding %lld", ll(spec.rounding));
  result.rounding = static_cast<Rounding>(spec.rounding);
  int64_t bits = spec.random_bits == 0 ? 16 : spec.random_bits;
  if (bits != 8 && bits != 16 && bits != 24)
    return fail(MX_ERROR_ARGUMENT,
                "expected random_bits of 8, 16 or 24, found %lld", ll(bits));
  if (spec.stream < 0 || spec.stream > int64_t(0xFFFFFFFF))
    return fail(MX_ERROR_ARGUMENT, "stream %lld does not fit 32 bits",
                ll(spec.stream));
  result.randomBits = static_cast<unsigned>(bits);
  result.stream = static_cast<uint32_t>(spec.stream);
  result.seed = seed;
  return MX_OK;
}

int readSigns(const mx_quantize_spec &spec, uint64_t seed, SignBits &result) {
  result = SignBits{};
  if (!isHadamardSize(spec.hadamard_size))
    return fail(MX_ERROR_ARGUMENT,
                "expected a Hadamard size that is a power of two in [2, 1024], "
                "found %lld",
                ll(spec.hadamard_size));
  if (spec.signs == MX_SIGNS_FIXED) {
    for (size_t i = 0; i < result.size(); ++i)
      result[i] = static_cast<uint64_t>(spec.sign_words[i]);
  } else if (spec.signs == MX_SIGNS_SEED) {
    if (spec.sign_stream < 0 || spec.sign_stream > int64_t(0xFFFFFFFF))
      return fail(MX_ERROR_ARGUMENT, "sign_stream %lld does not fit 32 bits",
                  ll(spec.sign_stream));
    result = seededSigns(seed, static_cast<uint32_t>(spec.sign_stream),
                         spec.hadamard_size);
  } else if (spec.signs != MX_SIGNS_NONE) {
    return fail(MX_ERROR_ARGUMENT, "unknown kind of signs %lld",
                ll(spec.signs));
  }
  return MX_OK;
}

int readOrigin(const mx_origin *origin, const int64_t *sizes, int rank,
               QuantizeSpec &result) {
  RowMap &map = result.rowMap;
  map.rank = static_cast<unsigned>(rank > 1 ? rank - 1 : 0);
  bool given = origin && origin->count > 0;
  if (given && origin->count != 2 * rank - 1)
    return fail(MX_ERROR_ARGUMENT,
                "expected 'origin' to hold %d indices and %d extents, found "
                "%lld numbers",
                rank, rank - 1, ll(origin->count));
  int64_t lastRow = 0, weight = 1;
  for (int axis = rank - 1; axis-- > 0;) {
    map.sizes[axis] = sizes[axis];
    map.origins[axis] = given ? origin->values[axis] : 0;
    map.extents[axis] = given ? origin->values[rank + axis] : sizes[axis];
    MX_TRY(checkExtent("origin", map.origins[axis]));
    MX_TRY(checkExtent("origin", map.extents[axis]));
    if (map.origins[axis] < 0 ||
        map.origins[axis] + sizes[axis] > map.extents[axis])
      return fail(MX_ERROR_ARGUMENT,
                  "axis %d of the tile, [%lld, %lld), is outside of the global "
                  "extent %lld",
                  axis, ll(map.origins[axis]),
                  ll(map.origins[axis] + sizes[axis]), ll(map.extents[axis]));
    int64_t last = std::max<int64_t>(map.origins[axis] + sizes[axis] - 1, 0);
    int64_t term = 0;
    if (__builtin_mul_overflow(last, weight, &term) ||
        __builtin_add_overflow(lastRow, term, &lastRow) ||
        __builtin_mul_overflow(weight, std::max<int64_t>(map.extents[axis], 1),
                               &weight))
      return fail(MX_ERROR_ARGUMENT, "the global extents overflow");
  }
  result.colOrigin = given && rank > 0 ? origin->values[rank - 1] : 0;
  MX_TRY(checkExtent("origin", result.colOrigin));
  if (result.colOrigin < 0)
    return fail(MX_ERROR_ARGUMENT, "the tile starts at the column %lld",
                ll(result.colOrigin));
  int64_t cols = rank > 0 ? sizes[rank - 1] : 1;
  if (drawsBits(result.rule, result.rounding) &&
      !rowsFitCounter(lastRow,
                      result.colOrigin + std::max<int64_t>(cols - 1, 0),
                      result.randomBits))
    return fail(MX_ERROR_ARGUMENT,
                "row %lld or column %lld does not fit the 32-bit counters of "
                "stochastic rounding",
                ll(lastRow), ll(result.colOrigin + cols));
  return MX_OK;
}

static int checkSize(const char *name, const char *what, int64_t expected,
                     int64_t found) {
  if (expected == found)
    return MX_OK;
  return fail(MX_ERROR_ARGUMENT, "expected '%s' to have %lld %s, found %lld",
              name, ll(expected), what, ll(found));
}

static void setExtents(const ScaledFormat &format, int64_t rows, int64_t cols,
                       ScaledTensor &result) {
  result.format = format;
  result.rows = rows;
  result.cols = cols;
  result.blockRows = format.rows(rows);
  result.blockCols = format.cols(cols);
  result.scaleRows = format.numBlockRows(rows);
  result.blocks = format.numBlocks(cols);
  result.hasTensorScale = format.hasTensorScale;
}

int readScaledTensor(const char *name, const ScaledFormat &format,
                     const mx_tensor *codes, const mx_tensor *scale,
                     int64_t rows, int64_t cols, ScaledTensor &result) {
  MX_TRY(readTensor(name, codes, result.codes));
  MX_TRY(readTensor("scale", scale, result.scale));
  const Tensor &c = result.codes, &s = result.scale;
  if (c.dtype != MX_I8 || s.dtype != (format.scale == kF32 ? MX_F32 : MX_I8))
    return fail(MX_ERROR_ARGUMENT,
                "expected codes of i8 and scales of %s, found %s and %s",
                format.scale == kF32 ? "f32" : "i8", dtypeName(c.dtype),
                dtypeName(s.dtype));
  if (c.rank < 2 || s.rank != c.rank - 1)
    return fail(MX_ERROR_ARGUMENT,
                "expected '%s' of rank 2 or more with scales of one less, "
                "found ranks %d and %d",
                name, c.rank, s.rank);
  setExtents(format, rows, cols, result);
  result.items = c.rank > 3 ? c.elements(c.rank - 3) : 1;
  MX_TRY(checkSize(name, "bytes per block", format.bytesPerBlock(cols),
                   c.size(1)));
  MX_TRY(checkSize(name, "blocks per row", result.blocks, c.size(2)));
  MX_TRY(checkSize("scale", "blocks per row", result.blocks, s.size(1)));
  if (c.rank > 2) {
    MX_TRY(checkSize(name, "rows", rows, c.size(3)));
    MX_TRY(checkSize("scale", "rows of blocks", result.scaleRows, s.size(2)));
  }
  for (int axis = 0; axis + 3 < c.rank; ++axis)
    MX_TRY(checkSize("scale", "batch items along an axis", c.sizes[axis],
                     s.sizes[axis]));
  return MX_OK;
}

int readTiledTensor(const char *name, const ScaledFormat &format,
                    const mx_tensor *codes, const mx_tensor *scale,
                    int64_t rows, int64_t cols, ScaledTensor &result) {
  MX_TRY(readTensor(name, codes, result.codes));
  MX_TRY(readTensor("scale", scale, result.scale));
  const Tensor &c = result.codes, &s = result.scale;
  if (c.dtype != MX_I8 || s.dtype != MX_I8 || c.rank < 3 || s.rank != c.rank ||
      !c.isContiguous() || !s.isContiguous())
    return fail(MX_ERROR_ARGUMENT,
                "expected the tiles of '%s' and of its scales to be contiguous "
                "i8 of one rank, 3 or more, found %s of rank %d and %s of %d",
                name, dtypeName(c.dtype), c.rank, dtypeName(s.dtype), s.rank);
  setExtents(format, rows, cols, result);
  result.items = c.elements(c.rank - 3);
  result.isTiled = true;
  int64_t strips = (rows + kTileRows - 1) / kTileRows;
  int64_t bytes = result.blocks * format.bytesPerBlock(cols);
  MX_TRY(checkSize(name, "bytes per tile", kTileSize, c.size(1)));
  MX_TRY(checkSize(name, "tiles along k", bytes / 4, c.size(2)));
  MX_TRY(checkSize(name, "tiles of 16 rows", strips, c.size(3)));
  MX_TRY(checkSize("scale", "bytes per tile", kTileSize, s.size(1)));
  MX_TRY(
      checkSize("scale", "tiles along k", (result.blocks + 3) / 4, s.size(2)));
  for (int axis = 0; axis + 2 < c.rank; ++axis)
    MX_TRY(checkSize("scale", "tiles or items along an axis", c.sizes[axis],
                     s.sizes[axis]));
  return MX_OK;
}

int readScalar(const char *name, const mx_tensor *source, float *&result) {
  Tensor tensor;
  MX_TRY(readTensor(name, source, tensor));
  if (tensor.dtype != MX_F32 || tensor.elements() != 1)
    return fail(MX_ERROR_ARGUMENT, "expected '%s' to be one f32", name);
  result = static_cast<float *>(tensor.data);
  return MX_OK;
}

} // namespace mx::runtime
