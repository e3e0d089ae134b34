//===- TiledFp4.cpp - Prepacked rows of MXFP4 -----------------------------===//
//
// The power of two of each row, for 16 of them at a time.
//
//===----------------------------------------------------------------------===//

#include "TiledFp4.h"

#include "../Threads.h"
#include "../avx512/Target.h"
#include "StripExtremes.h"

#include <cstring>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kStripsPerTask = 4;
constexpr int32_t kBothWords = 0x00010001;

} // namespace

bool isTiledFp4(const OperandArgs &operand) {
  return operand.isScaled && operand.scaled.isTiled && isFp4(operand) &&
         operand.scaled.blockCols == 32;
}

int64_t stripTasksTogether(int64_t tasks) {
  return std::max<int64_t>(1, tasks / (4 * threadCount()));
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

MX_AVX2_BEGIN

void TiledFp4::loadColumn(int64_t strip, int64_t col,
                          float values[kStripRows]) const {
  const __m256 magnitudes = _mm256_setr_ps(0, 0.5f, 1, 1.5f, 2, 3, 4, 6);
  const int64_t group = col / kGroup, block = col % kGroup / 32;
  const uint8_t *source = codesOf(strip, group) + col % kGroup / 8 * kTileSize;
  const auto place = static_cast<int>(4 * (col % 8));
  auto load = [](const void *eight) {
    return _mm256_loadu_si256(static_cast<const __m256i *>(eight));
  };
  auto shifted = [](__m256i dwords, int bits) {
    return _mm256_srl_epi32(dwords, _mm_cvtsi32_si128(bits));
  };
  for (int64_t row = 0; row < kStripRows; row += 8) {
    __m256i moves =
        _mm256_sub_epi32(_mm256_set1_epi32(kFp4Top),
                         _mm256_and_si256(load(distances(strip) + row),
                                          _mm256_set1_epi32(0xFFFF)));
    __m256i scales = _mm256_and_si256(
        shifted(load(scalesOf(strip, group) + 4 * row), int(8 * block)),
        _mm256_set1_epi32(0xFF));
    scales = _mm256_add_epi32(scales, moves);
    scales = _mm256_max_epi32(scales, _mm256_set1_epi32(kLeastScale));
    scales = _mm256_min_epi32(scales, _mm256_set1_epi32(kLargestScale));
    __m256i codes = shifted(load(source + 4 * row), place);
    __m256i signs =
        _mm256_slli_epi32(_mm256_and_si256(codes, _mm256_set1_epi32(8)), 28);
    __m256 value =
        _mm256_mul_ps(_mm256_permutevar8x32_ps(magnitudes, codes),
                      _mm256_castsi256_ps(_mm256_slli_epi32(scales, 23)));
    _mm256_storeu_ps(values + row,
                     _mm256_xor_ps(value, _mm256_castsi256_ps(signs)));
  }
}

void TiledFp4::scanStrip(int64_t strip) {
  const StripExtremes extremes(scalesOf(strip, 0), blocks);
  int64_t first = strip * kStripRows;
  int64_t count = std::min(kStripRows, operand.rows - first);
  for (int64_t r = 0; r < count; ++r) {
    auto at = static_cast<size_t>(first + r);
    int most = extremes.most[r], least = extremes.least[r];
    if (most == 0xFF) {
      rowExponents[at] = contract::floatOf(contract::kNaNBits);
      continue;
    }
    int move =
        127 - (most - least > kNearScales ? topOfNonZero(first + r) : most);
    rowExponents[at] = static_cast<float>(-move);
    rowDistances[at] = (kFp4Top - move) * kBothWords;
  }
}

MX_TARGET_END

} // namespace mx::runtime::x86
