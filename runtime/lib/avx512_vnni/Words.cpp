//===- Words.cpp - Blocks of 16-bit integers ------------------------------===//
//
// Lanes are rows of B. Sums over a slice are s32 in registers, which f32 sums
// in memory get in the units of each row of A, and then those of its missing
// pairs.
//
//===----------------------------------------------------------------------===//

#include "Words.h"

#include "../avx512/Target.h"
#include "../x86/WordRows.h"

#include <algorithm>

namespace mx::runtime::avx512_vnni {

using x86::kBlock;
using x86::kBlockSums;
using x86::kStepBytes;
using x86::kTileBytes;
using x86::MissingBatch;
using x86::MissingPair;
using x86::SliceProduct;
using x86::WordRows;

MX_AVX512_BEGIN

namespace {

constexpr int kSums = 16; ///< in registers
constexpr int64_t kTileSums = kTileBytes / 4;

/// kSums / Halves rows of A from `activations` on, with Halves · 16 rows of B.
/// Brings those from `next` on to the first-level cache: they are in pieces, in
/// which the processor sees no stream.
template <int Halves>
void multiplyWords(const SliceProduct &product, const uint8_t *activations,
                   const uint8_t *next, const float *units, float *sums) {
  constexpr int kRows = kSums / Halves;
  const uint8_t *panel = product.panel;
  __m512i acc[kRows][Halves];
  for (int j = 0; j < kRows; ++j)
    for (int h = 0; h < Halves; ++h)
      acc[j][h] = _mm512_setzero_si512();
  for (int64_t i = 0; i < product.steps; ++i) {
    for (int j = 0; j < kRows; ++j)
      __builtin_prefetch(next + 64 * j, 0, 3);
    for (int unit = 0; unit < 16; ++unit) {
      __m512i b[Halves];
      for (int h = 0; h < Halves; ++h)
        b[h] = _mm512_loadu_si512(panel + h * kTileBytes + 64 * unit);
      for (int j = 0; j < kRows; ++j) {
        __m512i a = _mm512_set1_epi32(*reinterpret_cast<const int32_t *>(
            activations + 64 * j + 4 * unit));
        for (int h = 0; h < Halves; ++h)
          acc[j][h] = _mm512_dpwssd_epi32(acc[j][h], a, b[h]);
      }
    }
    panel += kStepBytes;
    activations += kStepBytes;
    next += kStepBytes;
  }
  for (int j = 0; j < kRows; ++j, sums += 16) {
    __m512 unit = _mm512_set1_ps(units[j]);
    for (int h = 0; h < Halves; ++h) {
      float *line = sums + h * 2 * kTileSums;
      __m512 before =
          product.first ? _mm512_setzero_ps() : _mm512_loadu_ps(line);
      _mm512_storeu_ps(
          line, _mm512_fmadd_ps(_mm512_cvtepi32_ps(acc[j][h]), unit, before));
    }
  }
}

/// Where the line of a row of a block is, among its tiles.
int64_t placeOf(int64_t row) { return row / 16 * kTileSums + row % 16 * 16; }

/// A batch's pairs with the 32 rows of B.
void addBatch(const MissingBatch &batch, const MissingPair *pairs,
              const uint8_t *panel, float *sums) {
  constexpr int kParts = MissingBatch::kParts;
  __m512i acc[kParts][2];
  for (int j = 0; j < kParts; ++j)
    acc[j][0] = acc[j][1] = _mm512_setzero_si512();
  for (int32_t i = 0; i < batch.rounds; ++i, pairs += kParts)
    for (int j = 0; j < kParts; ++j) {
      __m512i words = _mm512_set1_epi32(pairs[j].words);
      const uint8_t *line = panel + pairs[j].line;
      for (int h = 0; h < 2; ++h)
        acc[j][h] = _mm512_dpwssd_epi32(
            acc[j][h], words, _mm512_loadu_si512(line + h * kTileBytes));
    }
  for (int j = 0; j < kParts; ++j)
    for (int h = 0; h < 2; ++h) {
      float *line = sums + placeOf(batch.rows[j]) + h * 2 * kTileSums;
      _mm512_storeu_ps(line, _mm512_fmadd_ps(_mm512_cvtepi32_ps(acc[j][h]),
                                             _mm512_set1_ps(batch.units[j]),
                                             _mm512_loadu_ps(line)));
    }
}

void addMissing(const SliceProduct &product, const WordRows &a, int64_t block,
                float *sums) {
  WordRows::Missing missing =
      a.missingOf(product.slice, product.firstRow / kBlock + block);
  for (const MissingBatch *batch = missing.first; batch != missing.end; ++batch)
    addBatch(*batch, missing.pairs + batch->first, product.panel, sums);
}

void multiply(const SliceProduct &product) {
  const auto &a = static_cast<const WordRows &>(*product.source);
  bool isHalf = product.panelRows <= kBlock / 2;
  auto *run = isHalf ? multiplyWords<1> : multiplyWords<2>;
  const int64_t rowsAtOnce = kSums / (isHalf ? 1 : 2);
  auto rowsFrom = [&](int64_t row) {
    return product.activations + row / kBlock * product.steps * kStepBytes +
           row % kBlock / 16 * kTileBytes + row % 16 * 64;
  };
  for (int64_t block = 0; block < product.blocks; ++block) {
    product.prefetchLines<3>(block);
    int64_t first = block * kBlock;
    int64_t rows = std::min(kBlock, a.rows() - product.firstRow - first);
    const float *units = a.unitsOf(product.slice) + product.firstRow + first;
    float *sums = static_cast<float *>(product.sums) + kBlockSums * block;
    for (int64_t row = 0; row < rows; row += rowsAtOnce)
      run(product, rowsFrom(first + row), rowsFrom(first + row + rowsAtOnce),
          units + row, sums + placeOf(row));
    addMissing(product, a, block, sums);
  }
}

} // namespace

MX_TARGET_END

x86::Multiplier wordMultiplier() {
  return {multiply, nullptr, WordRows::kSliceSteps, 16, 8};
}

} // namespace mx::runtime::avx512_vnni
