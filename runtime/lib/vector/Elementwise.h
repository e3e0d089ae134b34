//===- Elementwise.h - amax, hadamard, cast on sixteen lanes ----*- C++ -*-===//
//
// The operations without block scales that read floats. Rows are contiguous;
// an amax may also lie across, as a maximum has no order.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_ELEMENTWISE_H
#define MX_RUNTIME_LIB_VECTOR_ELEMENTWISE_H

#include "Codecs.h"
#include "Decode.h"
#include "HadamardRows.h"
#include "Philox.h"
#include "Tile.h"
#include "Widen.h"

#include <atomic>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Elements of a row that are worked on at a time: a multiple of every group.
inline constexpr int64_t kStretch = 1024;

inline bool isAlong(const Matrix &x) { return x.cols <= 1 || x.colStride == 1; }

/// Row `row` from column `col` on.
inline char *startOf(const Matrix &x, int64_t row, int64_t col) {
  return static_cast<char *>(x.tensor.data) +
         (x.rowOffset(row) + col * x.colStride) * dtypeBytes(x.tensor.dtype);
}

/// body(row, col, count, workspace) for all stretches of all rows.
template <typename Body>
void forEachStretch(int64_t rows, int64_t cols, Body body) {
  int64_t perRow = (cols + kStretch - 1) / kStretch, count = rows * perRow;
  int64_t perTask = std::clamp<int64_t>(count / (4 * threadCount()), 1, 64);
  parallelFor(
      (count + perTask - 1) / perTask, [&](int64_t task, Workspace &workspace) {
        int64_t end = std::min(count, (task + 1) * perTask);
        for (int64_t i = task * perTask; i < end; ++i) {
          int64_t col = i % perRow * kStretch;
          body(i / perRow, col, std::min(kStretch, cols - col), workspace);
        }
      });
}

/// The largest finite magnitude of `count` vectors, `stride` floats apart.
inline uint32_t largestFinite(const float *values, int64_t count,
                              int64_t stride = 16) {
  I largest = setI(0);
  for (int64_t i = 0; i < count; ++i) {
    I m = magnitude(loadI(values + i * stride));
    largest = maxU(largest, keep(aboveU(setI(0x7F800000), m), m));
  }
  alignas(64) uint32_t lanes[16];
  store(lanes, largest);
  return *std::max_element(lanes, lanes + 16);
}

inline void raise(std::atomic<uint32_t> &result, uint32_t found) {
  for (uint32_t seen = result; found > seen;)
    if (result.compare_exchange_weak(seen, found))
      break;
}

/// Of a transformed matrix that lies across.
inline void findAmaxAcross(const AmaxArgs &args,
                           std::atomic<uint32_t> &result) {
  constexpr int64_t panel = 256; // rows at a time
  const Matrix &x = args.x;
  const HadamardTable table(args.hadamardSize, args.signs);
  int64_t length = std::max<int64_t>(table.size, 16);
  int64_t groups = (args.cols + length - 1) / length;
  int64_t panels = (x.rows + panel - 1) / panel;
  parallelFor(x.items * panels * groups, [&](int64_t i, Workspace &workspace) {
    int64_t item = i / groups / panels, row = i / groups % panels * panel;
    int64_t count = std::min(panel, x.rows - row);
    Tile tile(x, length, panel / 16, table, workspace);
    tile.loadElements(item * x.rows + row, count, i % groups * length, 0,
                      length);
    for (int64_t t = 0; 16 * t < count; ++t) {
      tile.select(t);
      raise(result, largestFinite(tile.row(0), length, tile.rowStride()));
    }
  });
}

inline bool findAmax(const AmaxArgs &args) {
  Matrix x = args.x;
  int64_t cols = args.cols;
  if (args.hadamardSize == 0 && !isAlong(x) && x.rowStride == 1) {
    x = x.transposed();
    cols = x.cols;
  }
  std::atomic<uint32_t> result{0};
  if (!isAlong(x)) {
    if (!Tile::accepts(x))
      return false;
    findAmaxAcross(args, result);
    *args.result = contract::floatOf(result);
    return true;
  }
  const HadamardTable table(args.hadamardSize, args.signs);
  forEachStretch(
      x.items * x.rows, cols,
      [&](int64_t row, int64_t col, int64_t count, Workspace &workspace) {
        float *values = workspace.get<float>(kStretch);
        int64_t length = (count + 15) / 16 * 16;
        int64_t held = std::clamp<int64_t>(x.cols - col, 0, count);
        widenRow(x.tensor.dtype, startOf(x, row, col), held, values, length);
        if (table.size > 0)
          transformRow(values, values, length, table);
        raise(result, largestFinite(values, length / 16));
      });
  *args.result = contract::floatOf(result);
  return true;
}

/// Past the caches where `to` is the start of a line and `streams`.
inline void storeCanonical(float *to, const float *values, int64_t count,
                           bool streams) {
  int64_t whole = count / 16 * 16;
  if (streams && reinterpret_cast<uintptr_t>(to) % 64 == 0)
    for (int64_t i = 0; i < whole; i += 16)
      stream(to + i, floats(canonical(loadF(values + i))));
  else
    for (int64_t i = 0; i < whole; i += 16)
      store(to + i, canonical(loadF(values + i)));
  for (int64_t i = whole; i < count; ++i)
    to[i] = contract::canonicalNaN(values[i]);
}

inline bool transform(const HadamardArgs &args) {
  const Matrix &x = args.x, &out = args.out;
  if (!isAlong(x) || !isAlong(out))
    return false;
  const HadamardTable table(args.size, args.signs);
  const bool streams = x.items * x.rows * x.cols >= kStreamedFloats;
  forEachStretch(
      x.items * x.rows, x.cols,
      [&](int64_t row, int64_t col, int64_t count, Workspace &workspace) {
        float *values = workspace.get<float>(kStretch);
        int64_t length = (count + 15) / 16 * 16;
        const char *from = startOf(x, row, col);
        auto *source = reinterpret_cast<const float *>(from);
        if (x.tensor.dtype != MX_F32 || length != count) {
          widenRow(x.tensor.dtype, from, count, values, length);
          source = values;
        }
        transformRow(source, values, length, table);
        storeCanonical(reinterpret_cast<float *>(startOf(out, row, col)),
                       values, count, streams);
      });
  return true;
}

/// What contract::castTo needs.
struct CastTable {
  contract::FloatFormat format;
  GridLanes grid;
  QuickGrid quick;
  float limit; ///< an overflow, like all that is more
  uint32_t overflow, nan;
  bool isSigned;

  explicit CastTable(const CastArgs &args)
      : format(args.format), grid(gridOf(args), 1, 0), quick(gridOf(args), 0),
        limit(float(std::ldexp(1.0, format.emax() + 2))),
        isSigned(format.isSigned) {
    bool hasInf = format.kind == contract::FloatKind::IEEE &&
                  !format.isInteger && format != contract::kE5M2;
    overflow = format.maxCode() + (hasInf ? 1 : 0);
    nan = format.nanCode() >= 0 ? uint32_t(format.nanCode()) : format.maxCode();
  }

  static contract::Grid gridOf(const CastArgs &args) {
    contract::Grid grid(args.format, args.spec.rounding, args.spec.randomBits);
    if (args.format.isE8M0) { // contract::castToE8M0: no subnormals
      grid.mantissaBits = 0;
      grid.minExponent = -4096;
    }
    return grid;
  }
};

/// Whether nearest-even takes one addition: see QuickGrid.
inline bool isQuickCast(const CastArgs &args) {
  const contract::FloatFormat &format = args.format;
  return args.spec.rounding == contract::Rounding::NearestEven &&
         !format.isInteger && !format.isE8M0 && format.exponentBits < 8 &&
         format.emax() <= 90 && format.minExponent() >= -90;
}

template <contract::Rounding Mode, bool IsQuick>
MX_INLINE I castLanes(I v, I random, const CastTable &table) {
  const I infinity = setI(0x7F800000), zero = setI(0);
  I m = magnitude(v), code;
  if (IsQuick) {
    F rounded;
    code = table.quick.nearestCode(min(floats(m), setF(table.limit)), rounded);
  } else {
    code = roundLanes<Mode>(v, zero, random, table.grid);
  }
  M isInf = equal(m, infinity), notNumber = aboveU(m, infinity);
  M negative = isNegative(v);
  if (table.format.isE8M0) {
    code = sub(code, setI(4097)); // the exponent
    code = add(minS(maxS(code, setI(uint32_t(-127))), setI(127)), setI(127));
    code = select(isInf, setI(0xFE), code);
    return select(either(negative, either(notNumber, equal(m, zero))),
                  setI(0xFF), code);
  }
  M overflows = either(isInf, aboveU(code, table.grid.maxCode));
  code = select(overflows, setI(table.overflow), code);
  code = table.isSigned ? withSign(code, v, table.grid)
                        : select(negative, zero, code);
  return select(notNumber, setI(table.nan), code);
}

/// `count` elements from `values` on; the target has `bytes` per element.
template <contract::Rounding Mode, unsigned RandomBits, bool IsQuick = false>
void castRow(const CastTable &table, const float *values, const uint8_t *drawn,
             int64_t count, int64_t bytes, char *to) {
  for (int64_t i = 0; i < count; i += 16) {
    I random = Mode == contract::Rounding::Stochastic
                   ? drawnInOrder<RandomBits>(drawn, i)
                   : setI(0);
    I code = castLanes<Mode, IsQuick>(loadI(values + i), random, table);
    alignas(64) char rest[64];
    bool isWhole = i + 16 <= count;
    char *target = isWhole ? to + i * bytes : rest;
    if (bytes == 1)
      storeBytes(target, code);
    else
      storeWords(target, code);
    if (!isWhole)
      std::memcpy(to + i * bytes, rest, size_t((count - i) * bytes));
  }
}

using CastRow = void (*)(const CastTable &, const float *, const uint8_t *,
                         int64_t, int64_t, char *);

/// bf16 is the upper half of an f32.
inline void castRowToBF16(const CastTable &, const float *values,
                          const uint8_t *, int64_t count, int64_t bytes,
                          char *to) {
  for (int64_t i = 0; i < count; i += 16)
    storeSomeAs<MX_BF16>(to + i * bytes, loadF(values + i), count - i);
}

inline CastRow chooseCast(const CastArgs &args) {
  using contract::Rounding;
  const contract::QuantizeSpec &spec = args.spec;
  switch (spec.rounding) {
  case Rounding::NearestEven:
    if (args.format == contract::kBF16)
      return castRowToBF16;
    if (isQuickCast(args))
      return castRow<Rounding::NearestEven, 16, true>;
    return castRow<Rounding::NearestEven, 16>;
  case Rounding::NearestAway:
    return castRow<Rounding::NearestAway, 16>;
  case Rounding::TowardZero:
    return castRow<Rounding::TowardZero, 16>;
  case Rounding::Stochastic:
    break;
  }
  return spec.randomBits == 8    ? castRow<Rounding::Stochastic, 8>
         : spec.randomBits == 16 ? castRow<Rounding::Stochastic, 16>
                                 : castRow<Rounding::Stochastic, 24>;
}

inline bool castRows(const CastArgs &args) {
  const Matrix &x = args.x, &out = args.out;
  const contract::QuantizeSpec &spec = args.spec;
  if (!isAlong(x) || !isAlong(out) || spec.colOrigin % 16 != 0)
    return false;
  const CastTable table(args);
  CastRow run = chooseCast(args);
  const bool draws = spec.rounding == contract::Rounding::Stochastic;
  const int shift = spec.randomBits == 8 ? 4 : spec.randomBits == 16 ? 3 : 2;
  const int64_t bytes = dtypeBytes(out.tensor.dtype);
  forEachStretch(
      x.items * x.rows, x.cols,
      [&](int64_t row, int64_t col, int64_t count, Workspace &workspace) {
        float *values = workspace.get<float, 0>(kStretch);
        uint8_t *drawn = workspace.get<uint8_t, 1>(5 * kStretch);
        int64_t length = (count + 15) / 16 * 16;
        widenRow(x.tensor.dtype, startOf(x, row, col), count, values, length);
        if (draws)
          drawRow(uint32_t((spec.colOrigin + col) >> shift),
                  (length + (1 << shift) - 1) >> shift,
                  uint32_t(spec.rowMap(row)), spec.stream, spec.seed, drawn,
                  [](auto) {});
        run(table, values, drawn, count, bytes, startOf(out, row, col));
      });
  return true;
}

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_ELEMENTWISE_H
