//===- PackedCodes.cpp - Bytes of packed codes ----------------------------===//
//
// Rows of an item are equally far apart, blocks and bytes need not be. In tiles
// four bytes of a row are together.
//
//===----------------------------------------------------------------------===//

#include "OperandRows.h"

#include "../Threads.h"

#include <algorithm>
#include <cstring>
#include <emmintrin.h>

namespace mx::runtime::x86 {

PackedCodes::PackedCodes(const OperandArgs &operand, int64_t k)
    : x(operand.scaled), k(k) {
  if (!operand.isScaled)
    return;
  unsigned bits = x.format.element.bits();
  if (bits == 4 || bits == 6)
    codeBits = bits;
  width = x.format.bytesPerBlock(x.cols);
  tiled = x.isTiled;
  contiguous = isDense();
}

bool PackedCodes::isDense() const {
  return !x.isTiled && (width == 1 || x.codes.stride(1) == 1) &&
         (x.blocks <= 1 || x.codes.stride(2) == width);
}

void PackedCodes::locate(int64_t item) {
  base =
      static_cast<const uint8_t *>(x.codes.data) + x.codeOffset(item * x.rows);
  tiled = x.isTiled;
  rowBytes = tiled ? 0 : x.codes.stride(3);
  contiguous = isDense();
}

void transposeFours(const uint8_t *rows, int64_t rowBytes, uint8_t *cols,
                    int64_t colBytes) {
  __m128i v[4];
  for (int64_t i = 0; i < 4; ++i)
    v[i] =
        _mm_loadu_si128(reinterpret_cast<const __m128i *>(rows + i * rowBytes));
  __m128i low01 = _mm_unpacklo_epi32(v[0], v[1]);
  __m128i low23 = _mm_unpacklo_epi32(v[2], v[3]);
  __m128i high01 = _mm_unpackhi_epi32(v[0], v[1]);
  __m128i high23 = _mm_unpackhi_epi32(v[2], v[3]);
  const __m128i lines[4] = {
      _mm_unpacklo_epi64(low01, low23), _mm_unpackhi_epi64(low01, low23),
      _mm_unpacklo_epi64(high01, high23), _mm_unpackhi_epi64(high01, high23)};
  for (int64_t i = 0; i < 4; ++i)
    _mm_storeu_si128(reinterpret_cast<__m128i *>(cols + i * colBytes),
                     lines[i]);
}

/// 4 tiles as 16 bytes of each of their 16 rows.
static void untileFour(const uint8_t *tiles, uint8_t *rows, int64_t rowBytes) {
  for (int64_t r = 0; r < kTileRows; r += 4)
    transposeFours(tiles + 4 * r, kTileSize, rows + r * rowBytes, rowBytes);
}

void PackedCodes::untile(ScratchSlot slot) {
  if (!tiled)
    return;
  int64_t strips = ceilDiv(x.rows, kTileRows), tiles = x.codes.size(2);
  rowBytes = 4 * tiles;
  slot = slot == ScratchSlot::RowsA ? ScratchSlot::CodesA : ScratchSlot::CodesB;
  auto *lines = scratch<uint8_t>(slot, strips * kTileRows * rowBytes);
  parallelFor(strips, [&](int64_t strip, Workspace &) {
    const uint8_t *from = base + strip * tiles * kTileSize;
    uint8_t *to = lines + strip * kTileRows * rowBytes;
    int64_t t = 0;
    for (; t + 4 <= tiles; t += 4)
      untileFour(from + t * kTileSize, to + 4 * t, rowBytes);
    for (; t < tiles; ++t)
      for (int64_t r = 0; r < kTileRows; ++r)
        std::memcpy(to + r * rowBytes + 4 * t, from + t * kTileSize + 4 * r, 4);
  });
  base = lines;
  tiled = false;
  contiguous = true;
}

const uint8_t *PackedCodes::row(int64_t r) const {
  return tiled ? tile(r, 0) + r % kTileRows * 4 : base + r * rowBytes;
}

const uint8_t *PackedCodes::tile(int64_t r, int64_t byte) const {
  return base + (r / kTileRows * x.codes.size(2) + byte / 4) * kTileSize;
}

const uint8_t *PackedCodes::at(int64_t r, int64_t first, int64_t cols,
                               uint8_t *buffer) const {
  if (contiguous && first + cols <= k)
    return row(r) + bytesOf(first);
  int64_t allBits = k * codeBits;
  int64_t begin = bytesOf(first);
  int64_t end = std::min(bytesOf(first + cols), (allBits + 7) / 8);
  int64_t at = std::max<int64_t>(end - begin, 0);
  if (contiguous) {
    std::copy(row(r) + begin, row(r) + begin + at, buffer);
  } else if (tiled) { // begin is a multiple of 4, and so is a row's size
    const uint8_t *source = row(r) + ScaledTensor::tilePlace(begin);
    for (int64_t i = 0; i < at; i += 4, source += kTileSize)
      std::memcpy(buffer + i, source, 4);
  } else {
    int64_t block = begin / width, byte = begin % width;
    for (int64_t i = 0; i < at; ++i) {
      buffer[i] = row(r)[block * x.codes.stride(2) + byte * x.codes.stride(1)];
      if (++byte == width)
        byte = 0, ++block;
    }
  }
  if (end * 8 > allBits && at > 0) // bits of codes that are no elements
    buffer[at - 1] &= static_cast<uint8_t>((1 << allBits % 8) - 1);
  std::fill(buffer + at, buffer + bytesOf(cols), uint8_t(0));
  return buffer;
}

bool PackedCodes::isZeroBlock(int64_t r, int64_t block) const {
  const uint8_t *start = row(r);
  const contract::FloatFormat &element = x.format.element;
  // The bits of magnitudes among those of packed codes repeat after 3 bytes.
  uint32_t magnitude =
      element.isInteger ? 0xFF : (1u << (element.bits() - 1)) - 1;
  uint32_t mask = magnitude * (codeBits == 4   ? 0x111111
                               : codeBits == 6 ? 0x041041
                                               : 0x010101);
  int64_t count = std::min(x.blockCols, k - block * x.blockCols);
  int64_t used = count * codeBits;
  for (int64_t i = 0; 8 * i < used; ++i) {
    uint32_t kept = mask >> i % 3 * 8 & 0xFF;
    if (8 * (i + 1) > used)
      kept &= (1u << (used - 8 * i)) - 1;
    if (start[placeOf(block, i)] & kept)
      return false;
  }
  return true;
}

} // namespace mx::runtime::x86
