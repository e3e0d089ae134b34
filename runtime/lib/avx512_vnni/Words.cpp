//===- Words.cpp - Blocks of 16-bit integers ------------------------------===//
//
// Sums over a slice are s32 in registers, which f32 sums in memory get in the
// units of each row of A. Missing pairs meet the transposed panel, lanes being
// rows of B; their sums wait behind the others and are transposed at the end.
//
//===----------------------------------------------------------------------===//

#include "Words.h"

#include "../avx512/Pack.h"
#include "../avx512/Transpose.h"
#include "../x86/WordRows.h"

#include <algorithm>

namespace mx::runtime::avx512_vnni {

using x86::kBlock;
using x86::kBlockSums;
using x86::kMostSteps;
using x86::kStepBytes;
using x86::kTileBytes;
using x86::MissingPair;
using x86::MissingPart;
using x86::SliceProduct;
using x86::WordRows;

MX_AVX512_BEGIN

namespace {

constexpr int kSums = 16; ///< in registers
constexpr int64_t kTileSums = kTileBytes / 4;

/// kSums / Halves rows of B from `panel` on, with Halves · 16 rows of A.
template <int Halves>
void multiplyWords(const SliceProduct &product, const uint8_t *panel,
                   const uint8_t *activations, const float *units,
                   float *sums) {
  constexpr int kRows = kSums / Halves;
  __m512i acc[kRows][Halves];
  for (int j = 0; j < kRows; ++j)
    for (int h = 0; h < Halves; ++h)
      acc[j][h] = _mm512_setzero_si512();
  for (int64_t i = 0; i < product.steps; ++i) {
    for (int unit = 0; unit < 16; ++unit) {
      __m512i a[Halves];
      for (int h = 0; h < Halves; ++h)
        a[h] = _mm512_loadu_si512(activations + h * kTileBytes + 64 * unit);
      for (int j = 0; j < kRows; ++j) {
        __m512i b = _mm512_set1_epi32(
            *reinterpret_cast<const int32_t *>(panel + 64 * j + 4 * unit));
        for (int h = 0; h < Halves; ++h)
          acc[j][h] = _mm512_dpwssd_epi32(acc[j][h], a[h], b);
      }
    }
    panel += kStepBytes;
    activations += kStepBytes;
  }
  for (int h = 0; h < Halves; ++h, sums += kTileSums) {
    __m512 unit = _mm512_loadu_ps(units + 16 * h);
    for (int j = 0; j < kRows; ++j) {
      __m512 before =
          product.first ? _mm512_setzero_ps() : _mm512_loadu_ps(sums + 16 * j);
      _mm512_storeu_ps(
          sums + 16 * j,
          _mm512_fmadd_ps(_mm512_cvtepi32_ps(acc[j][h]), unit, before));
    }
  }
}

/// Pairs of columns as lines of the panel's 32 rows.
void transposePanel(const SliceProduct &product, uint8_t *lines) {
  for (int64_t step = 0; step < product.steps; ++step)
    for (int half = 0; half < 2; ++half) {
      const uint8_t *rows =
          product.panel + step * kStepBytes + half * kTileBytes;
      __m512i v[16];
      avx512::loadTransposed(rows, 64, v);
      for (int i = 0; i < 16; ++i)
        _mm512_storeu_si512(lines + step * kStepBytes + 128 * i + 64 * half,
                            v[i]);
    }
}

/// A part's pairs with the 32 rows of B.
void addPart(const MissingPart &part, const MissingPair *pairs,
             const uint8_t *lines, float *sums) {
  __m512i low = _mm512_setzero_si512(), high = low;
  for (int32_t i = part.first; i < part.end; ++i) {
    __m512i words = _mm512_set1_epi32(pairs[i].words);
    const uint8_t *line = lines + int64_t(pairs[i].pair) * 128;
    low = _mm512_dpwssd_epi32(low, words, _mm512_loadu_si512(line));
    high = _mm512_dpwssd_epi32(high, words, _mm512_loadu_si512(line + 64));
  }
  __m512 unit = _mm512_set1_ps(part.unit);
  _mm512_storeu_ps(sums, _mm512_fmadd_ps(_mm512_cvtepi32_ps(low), unit,
                                         _mm512_loadu_ps(sums)));
  _mm512_storeu_ps(sums + 16, _mm512_fmadd_ps(_mm512_cvtepi32_ps(high), unit,
                                              _mm512_loadu_ps(sums + 16)));
}

/// Sums [32 of A][32 of B] to those of a block.
void addTransposed(const float *missing, float *sums) {
  for (int tile = 0; tile < 4; ++tile, sums += kTileSums) {
    __m512i v[16];
    avx512::loadTransposed(missing + tile % 2 * 16 * kBlock + tile / 2 * 16,
                           4 * kBlock, v);
    for (int i = 0; i < 16; ++i)
      _mm512_storeu_ps(sums + 16 * i,
                       _mm512_add_ps(_mm512_loadu_ps(sums + 16 * i),
                                     _mm512_castsi512_ps(v[i])));
  }
}

void addMissing(const SliceProduct &product, const WordRows &a) {
  auto *sums = static_cast<float *>(product.sums);
  float *more = sums + product.blocks * kBlockSums;
  if (product.first)
    std::fill(more, more + product.blocks * kBlockSums, 0.0f);
  int64_t first = product.firstRow / kBlock;
  WordRows::Missing missing =
      a.missingOf(product.slice, first, first + product.blocks);
  alignas(64) uint8_t lines[kMostSteps * kStepBytes];
  if (missing.first != missing.end)
    transposePanel(product, lines);
  for (const MissingPart *part = missing.first; part != missing.end; ++part)
    addPart(*part, missing.pairs, lines,
            more + (part->row - product.firstRow) * kBlock);
  for (int64_t block = 0; product.last && block < product.blocks; ++block)
    addTransposed(more + block * kBlockSums, sums + block * kBlockSums);
}

void multiply(const SliceProduct &product) {
  const auto &a = static_cast<const WordRows &>(*product.source);
  const float *units = a.unitsOf(product.slice) + product.firstRow;
  for (int64_t block = 0; block < product.blocks; ++block) {
    product.prefetchLines<3>(block);
    bool isHalf = product.lastIsHalf && block + 1 == product.blocks;
    auto *run = isHalf ? multiplyWords<1> : multiplyWords<2>;
    float *sums = static_cast<float *>(product.sums) + kBlockSums * block;
    int64_t rows = kSums / (isHalf ? 1 : 2);
    for (int64_t row = 0; row < product.panelRows; row += rows)
      run(product, product.panel + 64 * row,
          product.activations + block * product.steps * kStepBytes,
          units + block * kBlock,
          sums + row / 16 * 2 * kTileSums + row % 16 * 16);
  }
  addMissing(product, a);
}

} // namespace

MX_TARGET_END

x86::Multiplier wordMultiplier() {
  x86::Multiplier result = {multiply, avx512::packUnits, kMostSteps, 16, 8};
  result.keepsSides = true;
  result.moreSums = 1;
  return result;
}

} // namespace mx::runtime::avx512_vnni
