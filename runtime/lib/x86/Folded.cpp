//===- Folded.cpp - Rows of MXFP4 as bytes --------------------------------===//
//
// The bands of the rows of an item, and how they become bytes on AVX2.
//
//===----------------------------------------------------------------------===//

#include "Folded.h"

#include "../Threads.h"
#include "../avx512/Target.h"
#include "StripExtremes.h"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace mx::runtime::x86 {

using namespace contract;

namespace {

constexpr int64_t kUnit = 32;   ///< columns of one entry of scaleCodes
constexpr uint8_t kZero = 0xFF; ///< a block of zeros
constexpr int kBandSteps = 4;
constexpr int64_t kPiece = 16; ///< steps that are gathered at a time
constexpr int64_t kRowsPerTask = 32;

/// The unit of the bytes: halves, shifted by three, of 2^(code - 127).
float exponentOf(int top) { return static_cast<float>(top - 127 - 4); }

} // namespace

FoldedRows::FoldedRows(const OperandArgs &operand, int64_t k, ScratchSlot slot)
    : operand(operand), k(k), units(ceilDiv(k, kGroup) * 4), slot(slot),
      codes(operand, k) {}

const uint8_t *FoldedRows::bytesOf(int64_t row, int64_t step) const {
  if (codes.isTiled())
    return codes.tile(row, step * stepBytes());
  return codes.isContiguous() ? codes.row(bandOf(row).row) + step * stepBytes()
                              : nullptr;
}

void FoldedRows::prepare(int64_t item, bool mayPack) {
  if (item == currentItem)
    return;
  currentItem = item;
  int64_t rows = operand.rows, padded = (rows + kUnit - 1) / kUnit * kUnit;
  int64_t codesOfScales = padded * units;
  bandExponents = scratch<float>(slot, 2 * padded + codesOfScales / 2 + kUnit);
  stripTops = reinterpret_cast<uint8_t *>(bandExponents + padded);
  movedShifts = stripTops + 4 * padded;
  scaleCodes = movedShifts + codesOfScales;
  codes.locate(item);
  bands.clear();
  rowCount = rows;
  spread = 0;
  std::fill(bandExponents + rows, bandExponents + padded, 0.0f);
  hasRowShifts = hasStrips = hasTops = false;
  bool areTiles = operand.scaled.isTiled && operand.scaled.blockCols == kUnit;
  if (!mayPack || !areTiles || !prepareStrips())
    prepareRows();
}

void FoldedRows::setExponent(int64_t row, const RowBands &bands) {
  bandExponents[row] = bands.isNaN ? floatOf(kNaNBits) : exponentOf(bands.top);
}

void FoldedRows::prepareRows() {
  int64_t rows = operand.rows;
  std::vector<RowBands> found(static_cast<size_t>(rows));
  parallelFor(rows, std::max(kRowsPerTask, piecesOfTask(k)),
              [&](int64_t row, Workspace &) {
                found[static_cast<size_t>(row)] =
                    prepareRow(row, scaleCodes + row * units);
              });
  hasRowShifts = true;
  bool oneEach = std::all_of(found.begin(), found.end(),
                             [](const RowBands &r) { return r.used == 1; });
  if (!oneEach)
    return listBands(found);
  for (int64_t row = 0; row < rows; ++row)
    setExponent(row, found[static_cast<size_t>(row)]);
}

/// The same from scales in tiles, without a look at each row. False if a row
/// has several bands.
bool FoldedRows::prepareStrips() {
  std::atomic<bool> oneEach{true};
  const ScaledTensor &x = operand.scaled;
  stripScales = static_cast<const uint8_t *>(x.scale.data) +
                x.scaleOffset(currentItem, 0);
  stripBytes =
      x.scaleOffset(currentItem, kTileRows) - x.scaleOffset(currentItem, 0);
  parallelFor(ceilDiv(operand.rows, kTileRows), piecesOfTask(kTileRows * units),
              [&](int64_t strip, Workspace &workspace) {
                if (!prepareStrip(strip, workspace.get<uint8_t>(units)))
                  oneEach.store(false, std::memory_order_relaxed);
              });
  hasStrips = hasTops = oneEach.load();
  return hasStrips;
}

void FoldedRows::setPacked(bool value) {
  packed = value;
  if (!packed)
    codes.untile(slot);
  if (!packed && !hasRowShifts)
    prepareRows();
  if (packed && !hasStrips)
    moveShiftsToStrips();
}

void FoldedRows::moveShiftsToStrips() {
  hasStrips = true;
  stripScales = movedShifts;
  stripBytes = groups() * kTileSize;
  // Behind the last row are others of the same memory.
  auto move = [&](int64_t strip, int64_t u) {
    int64_t left = std::min<int64_t>(4, (units - u) / 4);
    for (int64_t r = 0; r < kTileRows; r += 4) {
      const uint8_t *rows = scaleCodes + (strip * kTileRows + r) * units + u;
      uint8_t *tiles =
          movedShifts + strip * stripBytes + u / 4 * kTileSize + 4 * r;
      if (left == 4)
        transposeFours(rows, units, tiles, kTileSize);
      for (int64_t i = 0; left < 4 && i < 4 * left; ++i)
        std::memcpy(tiles + i / 4 * kTileSize + 4 * (i % 4),
                    rows + i % 4 * units + i / 4 * 4, 4);
    }
  };
  parallelFor(ceilDiv(operand.rows, kTileRows), piecesOfTask(kTileRows * units),
              [&](int64_t strip, Workspace &) {
                for (int64_t u = 0; u < units; u += 16)
                  move(strip, u);
              });
}

void FoldedRows::listBands(const std::vector<RowBands> &rows) {
  firstBands.assign(1, 0);
  exponentStorage.clear();
  for (size_t row = 0; row < rows.size(); ++row) {
    for (int band = 0; band < 64; ++band) {
      if (!(rows[row].used >> band & 1))
        continue;
      int top = rows[row].top - kBandSteps * band;
      spread = std::max(spread, kBandSteps * band);
      bands.push_back({static_cast<int32_t>(row), static_cast<uint8_t>(top),
                       rows[row].used == 1});
      exponentStorage.push_back(rows[row].isNaN ? floatOf(kNaNBits)
                                                : exponentOf(top));
    }
    firstBands.push_back(static_cast<int64_t>(bands.size()));
  }
  rowCount = static_cast<int64_t>(bands.size());
  exponentStorage.resize(exponentStorage.size() + kUnit, 0.0f);
  bandExponents = exponentStorage.data();
}

/// The scales of the columns that there are, by 32.
void FoldedRows::loadScales(int64_t row, uint8_t *target) const {
  const ScaledTensor &x = operand.scaled;
  const auto *source = static_cast<const uint8_t *>(x.scale.data) +
                       x.scaleOffset(currentItem, row);
  int64_t used = ceilDiv(k, kUnit);
  if (x.blockCols == kUnit && x.hasDenseScales())
    std::copy(source, source + used, target);
  else if (x.blockCols == kUnit && x.isTiled) // whole tiles: units fill groups
    for (int64_t u = 0; u < used; u += 4)
      std::memcpy(target + u, source + ScaledTensor::tilePlace(u), 4);
  else
    for (int64_t u = 0; u < used; ++u)
      target[u] = source[x.scalePlace(u * kUnit / x.blockCols)];
}

bool FoldedRows::isZeroUnit(int64_t row, int64_t u) const {
  alignas(16) uint8_t buffer[kUnit / 2];
  const uint8_t *bytes = codes.at(row, u * kUnit, kUnit, buffer);
  uint64_t halves[2];
  std::memcpy(halves, bytes, sizeof halves);
  return ((halves[0] | halves[1]) & 0x7777777777777777) == 0;
}

MX_AVX2_BEGIN // for the compiler's own vectors

    namespace {

  /// 16 times the shift of a block of a band, whose largest scale is `top`.
  /// Bytes all along, for vectors of them.
  inline uint8_t shiftOf(uint8_t scale, uint8_t top) {
    auto below = static_cast<uint8_t>(std::max(top, scale) - scale);
    auto shift = static_cast<uint8_t>(3 - std::min<uint8_t>(below, 3));
    return static_cast<uint8_t>(shift << 4);
  }
}

FoldedRows::RowBands FoldedRows::prepareRow(int64_t row,
                                            uint8_t *shifts) const {
  int64_t used = ceilDiv(k, kUnit);
  loadScales(row, shifts);
  std::fill(shifts + used, shifts + units, shifts[0]);
  const int64_t count = units; // bytes might alias the member
  RowBands result;
  uint8_t low = 255, top = 0;
  for (int64_t u = 0; u < count; ++u) {
    low = std::min(low, shifts[u]);
    top = std::max(top, shifts[u]);
  }
  result.isNaN = top == 0xFF;
  if (!result.isNaN && top - low >= kBandSteps) {
    top = 0;
    for (int64_t u = 0; u < count; ++u) {
      if (u >= used || isZeroUnit(row, u))
        shifts[u] = kZero;
      else
        top = std::max(top, shifts[u]);
    }
    result.used = 0;
    for (int64_t u = 0; u < used; ++u)
      if (shifts[u] != kZero)
        result.used |= uint64_t(1) << (top - shifts[u]) / kBandSteps;
    result.used |= result.used == 0; // nothing but zeros
  }
  result.top = top;
  if (result.used == 1)
    for (int64_t u = 0; u < count; ++u)
      shifts[u] = shiftOf(shifts[u], top);
  return result;
}

/// Blocks behind the last one may have any scale.
bool FoldedRows::prepareStrip(int64_t strip, uint8_t *buffer) {
  const int64_t first = strip * kTileRows;
  const uint8_t *scales = scalesOf(strip);
  for (int64_t at = 0; at < stripBytes; at += 64) // of the strip after the next
    __builtin_prefetch(scales + 2 * stripBytes + at);
  const StripExtremes extremes(scales, operand.scaled.blocks);
  uint8_t *tops = stripTops + strip * kTileSize;
  std::memset(tops, 0, kTileSize);
  for (int64_t r = 0; r < std::min(kTileRows, operand.rows - first); ++r) {
    RowBands found;
    found.top = static_cast<uint8_t>(extremes.most[r]);
    found.isNaN = found.top == 0xFF;
    if (!found.isNaN && found.top - extremes.least[r] >= kBandSteps)
      found = prepareRow(first + r, buffer);
    if (found.used != 1)
      return false;
    setExponent(first + r, found);
    std::memset(tops + 4 * r, found.top, 4);
  }
  return true;
}

namespace {

/// Shifts of the units of a band, and in `kept` the bytes that are in it.
void bandShifts(const uint8_t *scales, int64_t count, int top, uint8_t *shifts,
                uint8_t *kept) {
  for (int64_t i = 0; i < count; ++i) {
    int below = top - scales[i];
    bool inside = scales[i] != kZero && below >= 0 && below < kBandSteps;
    shifts[i] = static_cast<uint8_t>(inside ? 16 * (3 - below) : 0);
    kept[i] = inside ? 0xFF : 0;
  }
}

} // namespace

/// Bytes of 16 codes from a table of 16, as many as there are shifts.
void FoldedRows::decodeGroups(const uint8_t *bytes, const uint8_t *shifts,
                              const uint8_t *kept, int64_t groups,
                              uint16_t *out, int64_t stepStride) const {
  const __m128i halves =
      _mm_setr_epi8(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
  const __m128i low = _mm_set1_epi8(15);
  __m128i tables[4] = {halves};
  for (int i = 1; i < 4; ++i)
    tables[i] = _mm_add_epi8(tables[i - 1], tables[i - 1]);
  for (int64_t i = 0; i < groups; ++i, out += 2 * stepStride)
    for (int unit = 0; unit < 4; ++unit, bytes += 16, ++shifts) {
      __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes));
      __m128i table = tables[*shifts >> 4];
      if (kept)
        table = _mm_and_si128(
            table, _mm_set1_epi8(static_cast<char>(kept[4 * i + unit])));
      auto *even = reinterpret_cast<__m128i *>(out + 8 * unit);
      auto *odd = reinterpret_cast<__m128i *>(out + 8 * unit + stepStride);
      _mm_storeu_si128(even, _mm_shuffle_epi8(table, _mm_and_si128(v, low)));
      _mm_storeu_si128(
          odd,
          _mm_shuffle_epi8(table, _mm_and_si128(_mm_srli_epi16(v, 4), low)));
    }
}

void FoldedRows::decodeRow(int64_t row, int64_t first, int64_t count,
                           const RowTarget &target) const {
  alignas(64) uint8_t buffer[kPiece * kStep / 2];
  uint8_t shifts[2 * kPiece], kept[2 * kPiece];
  Band band = bandOf(row);
  for (int64_t piece = 0; piece < count; piece += kPiece) {
    int64_t size = std::min(kPiece, count - piece), step = first + piece;
    const uint8_t *scales = scaleCodes + band.row * units + 2 * step;
    if (!band.isWhole)
      bandShifts(scales, 2 * size, band.top, shifts, kept);
    decodeGroups(codes.at(band.row, kStep * step, kStep * size, buffer),
                 band.isWhole ? scales : shifts, band.isWhole ? nullptr : kept,
                 size / 2, target.data + piece * target.stepStride,
                 target.stepStride);
  }
}

void FoldedRows::decodeWordStrip(const WordStrip &, int64_t, uint16_t *,
                                 int64_t) const {
  __builtin_trap(); // as decodeStrip()
}

void FoldedRows::decodeStrip(const Strip &, int64_t, uint16_t *,
                             int64_t) const {
  __builtin_trap(); // setPacked() was called for an engine that does not
}

/// Rows from `row` on; what is not as it should be in memory, in `buffer`.
FoldedRows::Strip FoldedRows::stripOf(int64_t row, int64_t first, int64_t steps,
                                      uint8_t *buffer) const {
  constexpr int64_t bytes = kStep / 2, tilesOfStep = bytes / 4;
  Strip strip;
  if (row >= rowCount)
    return strip;
  strip.scales = scalesOf(row / kTileRows) + first / 2 * kTileSize;
  strip.tops = topsOf(row / kTileRows);
  strip.tiles = steps * tilesOfStep;
  if (codes.isTiled()) {
    int64_t tile = first * tilesOfStep;
    strip.codes = codes.tile(row, 4 * tile);
    strip.tiles = std::min(strip.tiles, codes.tilesOfRow() - tile);
    return strip;
  }
  bool areThere = row + kTileRows <= rowCount && kStep * (first + steps) <= k;
  if (codes.isContiguous() && areThere) {
    strip.codes = codes.row(row) + first * bytes;
    strip.rowBytes = codes.row(row + 1) - codes.row(row);
    return strip;
  }
  strip.codes = buffer;
  strip.rowBytes = steps * bytes;
  for (int64_t r = 0; r < kTileRows; ++r, buffer += strip.rowBytes) {
    const uint8_t *line = codes.at(std::min(row + r, rowCount - 1),
                                   kStep * first, kStep * steps, buffer);
    if (line != buffer)
      std::memcpy(buffer, line, static_cast<size_t>(strip.rowBytes));
  }
  return strip;
}

void FoldedRows::decodeStrips(int64_t firstRow, int64_t count, int64_t first,
                              int64_t steps, const RowTarget &target) const {
  alignas(64) uint8_t buffer[kTileRows * kMostSteps * kStep / 2];
  for (int64_t i = 0; i < count; i += kTileRows)
    decodeStrip(stripOf(firstRow + i, first, steps, buffer), steps / 2,
                target.data + i / kTileRows * kTileBytes / 2,
                target.stepStride);
  // The scales of this place in the rows that come next.
  const uint8_t *next = scalesOf(firstRow / kTileRows) + first / 2 * kTileSize;
  for (int64_t strip = 2; strip < 4; ++strip)
    for (int64_t group = 0; group < steps / 2; ++group)
      __builtin_prefetch(next + strip * stripBytes + group * kTileSize, 0, 2);
}

void FoldedRows::decodeWords(int64_t firstRow, int64_t count, int64_t first,
                             int64_t steps, const RowTarget &target) const {
  constexpr int64_t cols = kStep / 2, bytes = cols / 2, tilesOfStep = bytes / 4;
  static constexpr uint8_t kZeros[kMostSteps * bytes] = {};
  alignas(64) uint8_t buffer[kTileRows * kMostSteps * bytes];
  for (int64_t i = 0; i < count; i += kTileRows) {
    const int64_t row = firstRow + i;
    WordStrip strip = {};
    strip.scales = scalesOf(row / kTileRows) + first / 4 * kTileSize;
    strip.tops = topsOf(row / kTileRows);
    int64_t end = first + steps;
    if (codes.isTiled() && row < rowCount &&
        end * tilesOfStep <= codes.tilesOfRow()) {
      strip.tiles = codes.tile(row, first * bytes);
    } else {
      for (int64_t r = 0; r < kTileRows; ++r)
        strip.rows[r] = row + r < rowCount
                            ? codes.at(row + r, cols * first, cols * steps,
                                       buffer + r * bytes * steps)
                            : kZeros;
    }
    decodeWordStrip(strip, steps, target.data + i / kTileRows * kTileBytes / 2,
                    target.stepStride);
  }
}

void FoldedRows::decode(int64_t firstRow, int64_t count, int64_t first,
                        int64_t steps, const RowTarget &target) const {
  if (packed)
    return decodeStrips(firstRow, count, first, steps, target);
  RowTarget at = target;
  for (int64_t row = firstRow; row < firstRow + count;
       ++row, at.data += at.rowStride) {
    if (row < rowCount) {
      decodeRow(row, first, steps, at);
      continue;
    }
    for (int64_t i = 0; i < steps; ++i)
      std::memset(at.data + i * at.stepStride, 0, kStep);
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86
