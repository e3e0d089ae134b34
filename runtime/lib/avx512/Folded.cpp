//===- Folded.cpp - Rows of MXFP4 as bytes --------------------------------===//
//
// One byte permutation looks up element and shift together: its index is the
// code with the shift above it, in a table of 64.
//
//===----------------------------------------------------------------------===//

#include "Folded.h"

#include "../Threads.h"
#include "Target.h"

#include <algorithm>
#include <cstring>

namespace mx::runtime::avx512 {

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

bool FoldedRows::takes(const OperandArgs &operand) {
  return Rows::prefersNibbles(operand);
}

FoldedRows::FoldedRows(const OperandArgs &operand, int64_t k, ScratchSlot slot)
    : operand(operand), k(k), units((k + kGroup - 1) / kGroup * 4), slot(slot) {
  const ScaledTensor &x = operand.scaled;
  int64_t width = x.codes.size(1);
  contiguous = (width == 1 || x.codes.stride(1) == 1) &&
               (x.blocks <= 1 || x.codes.stride(2) == width);
  rowBytes = x.codes.stride(3);
}

void FoldedRows::prepare(int64_t item) {
  if (item == currentItem)
    return;
  currentItem = item;
  int64_t rows = operand.rows, padded = (rows + kUnit - 1) / kUnit * kUnit;
  bandExponents = scratch<float>(slot, padded + rows * units / 4 + kUnit);
  scaleCodes = reinterpret_cast<uint8_t *>(bandExponents + padded);
  base = static_cast<const uint8_t *>(operand.scaled.codes.data) +
         operand.scaled.codeOffset(item * rows);
  bands.clear();
  rowCount = rows;
  spread = 0;
  std::vector<RowBands> found(static_cast<size_t>(rows));
  parallelFor((rows + kRowsPerTask - 1) / kRowsPerTask,
              [&](int64_t task, Workspace &) {
                int64_t end = std::min((task + 1) * kRowsPerTask, rows);
                for (int64_t row = task * kRowsPerTask; row < end; ++row)
                  found[static_cast<size_t>(row)] = prepareRow(row);
              });
  bool oneEach = std::all_of(found.begin(), found.end(),
                             [](const RowBands &r) { return r.used == 1; });
  if (!oneEach)
    return listBands(found);
  for (int64_t row = 0; row < padded; ++row)
    bandExponents[row] = row >= rows ? 0
                         : found[static_cast<size_t>(row)].isNaN
                             ? floatOf(kNaNBits)
                             : exponentOf(found[static_cast<size_t>(row)].top);
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

bool FoldedRows::isZeroUnit(int64_t row, int64_t u) const {
  alignas(64) uint8_t buffer[kPiece * kFoldedStep / 2];
  // The two steps of this unit's group, as bytes: 16 of them are the unit.
  const uint8_t *bytes = nullptr;
  if (contiguous && (u / 4 + 1) * kGroup <= k) {
    bytes = base + row * rowBytes + u * 16;
  } else {
    const ScaledTensor &x = operand.scaled;
    int64_t width = x.codes.size(1), end = std::min((u + 1) * 16, (k + 1) / 2);
    std::fill(buffer, buffer + 16, uint8_t(0));
    for (int64_t i = u * 16; i < end; ++i)
      buffer[i - u * 16] = base[row * rowBytes + i / width * x.codes.stride(2) +
                                i % width * x.codes.stride(1)];
    if (k % 2 != 0 && end * 2 > k && end > u * 16)
      buffer[end - 1 - u * 16] &= 15;
    bytes = buffer;
  }
  uint8_t any = 0;
  for (int i = 0; i < 16; ++i)
    any |= bytes[i] & 0x77;
  return any == 0;
}

MX_AVX512_BEGIN // for the compiler's own vectors

    FoldedRows::RowBands FoldedRows::prepareRow(int64_t row) {
  const ScaledTensor &x = operand.scaled;
  const auto *source = static_cast<const uint8_t *>(x.scale.data) +
                       x.scaleOffset(currentItem, row);
  int64_t used = (k + kUnit - 1) / kUnit, stride = x.scale.stride(1);
  uint8_t *codes = scaleCodes + row * units;
  if (x.blockCols == kUnit && stride == 1)
    std::copy(source, source + used, codes);
  else
    for (int64_t u = 0; u < used; ++u)
      codes[u] = source[u * kUnit / x.blockCols * stride];
  std::fill(codes + used, codes + units, codes[0]);
  RowBands result;
  uint8_t low = 255, top = 0;
  for (int64_t u = 0; u < units; ++u) {
    low = std::min(low, codes[u]);
    top = std::max(top, codes[u]);
  }
  result.isNaN = top == 0xFF;
  if (!result.isNaN && top - low >= kBandSteps) {
    top = 0;
    for (int64_t u = 0; u < units; ++u) {
      if (u >= used || isZeroUnit(row, u))
        codes[u] = kZero;
      else
        top = std::max(top, codes[u]);
    }
    result.used = 0;
    for (int64_t u = 0; u < used; ++u)
      if (codes[u] != kZero)
        result.used |= uint64_t(1) << (top - codes[u]) / kBandSteps;
    result.used |= result.used == 0; // nothing but zeros
  }
  result.top = top;
  if (result.used == 1)
    for (int64_t u = 0; u < units; ++u)
      codes[u] =
          static_cast<uint8_t>(16 * std::clamp(3 - (top - codes[u]), 0, 3));
  return result;
}

namespace {

/// 2·E2M1 << shift by code and shift.
__m512i foldTable() {
  alignas(64) int8_t table[64];
  constexpr int halves[8] = {0, 1, 2, 3, 4, 6, 8, 12};
  for (int i = 0; i < 64; ++i) {
    int value = halves[i & 7] << (i >> 4);
    table[i] = static_cast<int8_t>(i & 8 ? -value : value);
  }
  return _mm512_load_si512(table);
}

/// Byte q of a dword in every byte of 128-bit lane q.
__m512i spreadToLanes(const uint8_t *bytes) {
  int32_t four;
  std::memcpy(&four, bytes, 4);
  return _mm512_shuffle_epi8(
      _mm512_set1_epi32(four),
      _mm512_mullo_epi32(
          _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3),
          _mm512_set1_epi32(0x01010101)));
}

} // namespace

/// Shifts of four units of a band, and in `mask` the bytes that are in it.
static void bandShifts(const uint8_t *codes, int top, uint8_t *shifts,
                       __mmask64 &mask) {
  mask = 0;
  for (int i = 0; i < 4; ++i) {
    int below = top - codes[i];
    bool inside = codes[i] != kZero && below >= 0 && below < kBandSteps;
    shifts[i] = static_cast<uint8_t>(inside ? 16 * (3 - below) : 0);
    mask |= inside ? __mmask64(0xFFFF) << 16 * i : 0;
  }
}

void FoldedRows::decodeRow(int64_t row, int64_t first, int64_t count,
                           const Rows::Target &target) const {
  const __m512i table = foldTable(), low = _mm512_set1_epi8(15);
  alignas(64) uint8_t buffer[kPiece * kFoldedStep / 2];
  Band band{static_cast<int32_t>(row), 0, true};
  if (!bands.empty())
    band = bands[static_cast<size_t>(row)];
  uint16_t *out = target.data;
  for (int64_t piece = 0; piece < count; piece += kPiece) {
    int64_t size = std::min(kPiece, count - piece);
    const uint8_t *bytes = codes(row, first + piece, size, buffer);
    const uint8_t *scales = scaleCodes + band.row * units + 2 * (first + piece);
    for (int64_t i = 0; i < size; i += 2, bytes += 64, scales += 4) {
      __mmask64 mask = ~__mmask64(0);
      uint8_t shifts[4];
      if (!band.isWhole)
        bandShifts(scales, band.top, shifts, mask);
      __m512i shift = spreadToLanes(band.isWhole ? scales : shifts);
      __m512i v = _mm512_loadu_si512(bytes);
      __m512i even = _mm512_ternarylogic_epi32(v, low, shift, 0xEA);
      __m512i odd =
          _mm512_ternarylogic_epi32(_mm512_srli_epi16(v, 4), low, shift, 0xEA);
      _mm512_storeu_si512(out,
                          _mm512_maskz_permutexvar_epi8(mask, even, table));
      _mm512_storeu_si512(out + target.stepStride,
                          _mm512_maskz_permutexvar_epi8(mask, odd, table));
      out += 2 * target.stepStride;
    }
  }
}

void FoldedRows::decode(int64_t firstRow, int64_t count, int64_t first,
                        int64_t steps, const Rows::Target &target) const {
  Rows::Target at = target;
  for (int64_t row = firstRow; row < firstRow + count;
       ++row, at.data += at.rowStride) {
    if (row < rowCount) {
      decodeRow(row, first, steps, at);
      continue;
    }
    for (int64_t i = 0; i < steps; ++i)
      _mm512_storeu_si512(at.data + i * at.stepStride, _mm512_setzero_si512());
  }
}

MX_TARGET_END

const uint8_t *FoldedRows::codes(int64_t row, int64_t first, int64_t count,
                                 uint8_t *buffer) const {
  if (contiguous && (first + count) * kFoldedStep <= k)
    return bytesOf(row, first);
  const ScaledTensor &x = operand.scaled;
  int64_t step = stepBytes(), at = 0, width = x.codes.size(1);
  int64_t end = std::min((first + count) * step, (k + 1) / 2);
  for (int64_t i = first * step; i < end; ++i)
    buffer[at++] = rowBase(
        row)[i / width * x.codes.stride(2) + i % width * x.codes.stride(1)];
  if (end * 2 > k && at > 0) // the last nibble is no element
    buffer[at - 1] &= 15;
  std::fill(buffer + at, buffer + count * step, uint8_t(0));
  return buffer;
}

} // namespace mx::runtime::avx512
