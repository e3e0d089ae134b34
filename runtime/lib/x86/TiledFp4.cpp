//===- TiledFp4.cpp - Prepacked rows of MXFP4 -----------------------------===//
//
// The power of two of each row, for 16 of them at a time.
//
//===----------------------------------------------------------------------===//

#include "TiledFp4.h"

#include "../Threads.h"
#include "../avx512/Target.h"

#include <cstring>

namespace mx::runtime::x86 {

namespace {

constexpr int kNear = 4; ///< steps between scales of a row
constexpr int64_t kStripsPerTask = 4;
constexpr int32_t kBothWords = 0x00010001;

} // namespace

bool isTiledFp4(const OperandArgs &operand) {
  return operand.isScaled && operand.scaled.isTiled && isFp4(operand) &&
         operand.scaled.blockCols == 32;
}

TiledFp4::TiledFp4(const OperandArgs &operand, int64_t k)
    : operand(operand), blocks(ceilDiv(k, 32)), packed(operand, k),
      rowExponents(static_cast<size_t>(ceilDiv(operand.rows, kBlock) * kBlock),
                   0.0f),
      rowDistances(static_cast<size_t>(strips() * kStripRows),
                   kFp4Top * kBothWords) {}

void TiledFp4::locate(int64_t item) {
  const ScaledTensor &x = operand.scaled;
  packed.locate(item);
  codes =
      static_cast<const uint8_t *>(x.codes.data) + x.codeOffset(item * x.rows);
  scales = static_cast<const uint8_t *>(x.scale.data) + x.scaleOffset(item, 0);
}

void TiledFp4::scanAll() {
  int64_t all = strips();
  parallelFor(ceilDiv(all, kStripsPerTask), [&](int64_t task, Workspace &) {
    int64_t end = std::min((task + 1) * kStripsPerTask, all);
    for (int64_t strip = task * kStripsPerTask; strip < end; ++strip)
      scanStrip(strip);
  });
}

/// The largest scale of a block that has an element other than zero.
int TiledFp4::topOfNonZero(int64_t row) const {
  const uint8_t *start = scalesOf(row / kStripRows, 0) + row % kStripRows * 4;
  int top = 0;
  for (int64_t block = 0; block < blocks; ++block) {
    int scale = start[ScaledTensor::tilePlace(block)];
    if (scale > top && !packed.isZeroBlock(row, block))
      top = scale;
  }
  return top;
}

float TiledFp4::element(int64_t strip, int64_t row, int64_t col) const {
  constexpr float kMagnitudes[8] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
  int64_t group = col / kGroup, block = col % kGroup / 32;
  uint8_t byte = codesOf(
      strip, group)[col % kGroup / 8 * kTileSize + 4 * row + col % 8 / 2];
  int code = byte >> col % 2 * 4 & 15;
  int move = kFp4Top - (distances(strip)[row] & 0xFFFF);
  int scale = std::clamp(scalesOf(strip, group)[4 * row + block] + move,
                         kLeastScale, kLargestScale);
  float value = kMagnitudes[code & 7] *
                contract::floatOf(static_cast<uint32_t>(scale) << 23);
  return code & 8 ? -value : value;
}

MX_AVX2_BEGIN // for the compiler's own vectors

    void TiledFp4::scanStrip(int64_t strip) {
  uint8_t low[kTileSize], top[kTileSize] = {};
  std::memset(low, 0xFF, sizeof low);
  for (int64_t group = 0; group < groups(); ++group) {
    const uint8_t *source = scalesOf(strip, group);
    int64_t count = blocksOf(group);
    for (int64_t i = 0; count == 4 && i < kTileSize; ++i) {
      low[i] = std::min(low[i], source[i]);
      top[i] = std::max(top[i], source[i]);
    }
    for (int64_t i = 0; count < 4 && i < kTileSize; ++i)
      if (i % 4 < count) {
        low[i] = std::min(low[i], source[i]);
        top[i] = std::max(top[i], source[i]);
      }
  }
  int64_t first = strip * kStripRows;
  int64_t count = std::min(kStripRows, operand.rows - first);
  for (int64_t r = 0; r < count; ++r) {
    auto at = static_cast<size_t>(first + r);
    int most = *std::max_element(top + 4 * r, top + 4 * r + 4);
    int least = *std::min_element(low + 4 * r, low + 4 * r + 4);
    if (most == 0xFF) {
      rowExponents[at] = contract::floatOf(contract::kNaNBits);
      continue;
    }
    int move = 127 - (most - least > kNear ? topOfNonZero(first + r) : most);
    rowExponents[at] = static_cast<float>(-move);
    rowDistances[at] = (kFp4Top - move) * kBothWords;
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86
