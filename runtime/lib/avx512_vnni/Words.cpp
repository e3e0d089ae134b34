//===- Words.cpp - Blocks of 16-bit integers ------------------------------===//
//
// Lanes are rows of B. Sums over a slice are s32 in registers, which f32 sums
// in memory get in the units of each row of A, with those of its missing pairs.
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

constexpr int kSums = 16;     ///< in registers
constexpr int64_t kAhead = 2; ///< steps of A that are on their way
constexpr int kParts = MissingBatch::kParts;
constexpr int64_t kTileSums = kTileBytes / 4;
constexpr int64_t kRowBytes = 64; ///< of a step
/// During whose products what is brought to the first-level cache stays there.
constexpr int64_t kFewBlocks = 4;

/// The products of `Count` parts of a batch, from part `from` on, with B's
/// rows.
template <int Halves, int Count>
inline __attribute__((always_inline)) void
addPairs(const MissingBatch &batch, const MissingPair *pairs, int from,
         const uint8_t *panel, __m512i acc[Count][Halves]) {
  for (int j = 0; j < Count; ++j)
    for (int h = 0; h < Halves; ++h)
      acc[j][h] = _mm512_setzero_si512();
  for (int32_t i = 0; i < batch.rounds; ++i, pairs += kParts)
    for (int j = 0; j < Count; ++j) {
      __m512i words = _mm512_set1_epi32(pairs[from + j].words);
      const uint8_t *line = panel + pairs[from + j].line;
      for (int h = 0; h < Halves; ++h)
        acc[j][h] = _mm512_dpwssd_epi32(
            acc[j][h], words, _mm512_loadu_si512(line + h * kTileBytes));
    }
}

inline __attribute__((always_inline)) __m512 timesUnit(__m512i sums, float unit,
                                                       __m512 before) {
  return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), _mm512_set1_ps(unit),
                         before);
}

/// Where the line of a row of a block is, among its tiles.
int64_t placeOf(int64_t row) {
  static_assert(kTileSums == 16 * 16);
  return 16 * row;
}

/// Writes the sums of the rows of a batch, with what they miss.
template <int Halves>
inline __attribute__((always_inline)) void
storeSums(const SliceProduct &product, const MissingBatch &batch,
          const MissingPair *pairs, const float *units,
          const __m512i acc[kParts][Halves], float *sums) {
  constexpr int kAtOnce = kParts / Halves;
  const auto before = static_cast<__mmask16>(product.first ? 0 : 0xFFFF);
#pragma clang loop unroll(full)
  for (int from = 0; from < kParts; from += kAtOnce) {
    __m512i rest[kAtOnce][Halves];
    addPairs<Halves, kAtOnce>(batch, pairs, from, product.panel, rest);
    for (int j = 0; j < kAtOnce; ++j)
      for (int h = 0; h < Halves; ++h) {
        float *line = sums + placeOf(batch.rows[from + j]) + h * 2 * kTileSums;
        __m512 sum = _mm512_maskz_loadu_ps(before, line);
        sum = timesUnit(acc[from + j][h], units[from + j], sum);
        _mm512_storeu_ps(line,
                         timesUnit(rest[j][h], batch.units[from + j], sum));
      }
  }
}

/// Adds products of two words. Assembly: LLVM takes two instructions instead
/// where loops are unrolled.
inline __attribute__((always_inline)) void addWords(__m512i &acc, __m512i a,
                                                    __m512i b) {
  asm("vpdpwssd %2, %1, %0" : "+v"(acc) : "v"(a), "v"(b));
}

/// The same with two words in memory for all lanes.
inline __attribute__((always_inline)) void
addWordsOf(__m512i &acc, const int32_t *a, __m512i b) {
  asm("vpdpwssd %2%{1to16%}, %1, %0" : "+v"(acc) : "v"(b), "m"(*a));
}

/// A step of kSums / Halves rows of A, kParts of which are `stream` bytes
/// behind those before.
template <int Halves>
inline __attribute__((always_inline)) void
addStep(const uint8_t *panel, const uint8_t *activations, int64_t stream,
        __m512i acc[kSums / Halves][Halves]) {
#pragma clang loop unroll_count(4)
  for (int unit = 0; unit < 16; ++unit) {
    __m512i b[Halves];
    for (int h = 0; h < Halves; ++h)
      b[h] = _mm512_loadu_si512(panel + h * kTileBytes + 64 * unit);
    for (int j = 0; j < kSums / Halves; ++j) {
      const uint8_t *row =
          activations + j / kParts * stream + j % kParts * kRowBytes;
      auto *a = reinterpret_cast<const int32_t *>(row) + unit;
      if (Halves == 1) {
        addWordsOf(acc[j][0], a, b[0]);
        continue;
      }
      __m512i both = _mm512_set1_epi32(*a);
      for (int h = 0; h < Halves; ++h)
        addWords(acc[j][h], both, b[h]);
    }
  }
}

/// kSums / Halves rows of A from `activations` on, with Halves · 16 rows of B.
/// Steps of A and the lines of sums come to the first-level cache just before
/// they are needed, as the panel fills most of it.
template <int Halves>
void multiplyWords(const SliceProduct &product, const uint8_t *activations,
                   const float *units, const MissingBatch *batch,
                   const MissingPair *pairs, float *sums) {
  constexpr int kRows = kSums / Halves;
  const int64_t stream = product.steps * kParts * kRowBytes;
  const uint8_t *panel = product.panel;
  __m512i acc[kRows][Halves];
  for (int j = 0; j < kRows; ++j)
    for (int h = 0; h < Halves; ++h)
      acc[j][h] = _mm512_setzero_si512();
  for (int64_t i = 0; i < product.steps; ++i) {
    // Behind the last step are the next rows.
    const uint8_t *ahead = activations + kAhead * kParts * kRowBytes;
    for (int j = 0; j < kRows; ++j)
      __builtin_prefetch(ahead + j / kParts * stream + j % kParts * kRowBytes,
                         0, 3);
    __builtin_prefetch(sums + placeOf(batch->rows[i % kParts]) +
                           i / kParts * 2 * kTileSums,
                       1, 3);
    addStep<Halves>(panel, activations, stream, acc);
    panel += kStepBytes;
    activations += kParts * kRowBytes;
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < kRows; j += kParts, ++batch, units += kParts)
    storeSums<Halves>(product, *batch, pairs + batch->first, units, acc + j,
                      sums);
}

/// Parts beside the longest of each row.
void addBatch(const MissingBatch &batch, const MissingPair *pairs,
              const uint8_t *panel, float *sums) {
  __m512i acc[kParts][2];
  addPairs<2, kParts>(batch, pairs, 0, panel, acc);
  for (int j = 0; j < kParts; ++j)
    for (int h = 0; h < 2; ++h) {
      float *line = sums + placeOf(batch.rows[j]) + h * 2 * kTileSums;
      _mm512_storeu_ps(
          line, timesUnit(acc[j][h], batch.units[j], _mm512_loadu_ps(line)));
    }
}

void multiply(const SliceProduct &product) {
  const auto &a = static_cast<const WordRows &>(*product.source);
  bool isHalf = product.panelRows <= kBlock / 2;
  auto *run = isHalf ? multiplyWords<1> : multiplyWords<2>;
  const int64_t rowsAtOnce = kSums / (isHalf ? 1 : 2);
  for (int64_t block = 0; block < product.blocks; ++block) {
    if (product.blocks <= kFewBlocks)
      product.prefetchLines<3>(block);
    else
      product.prefetchLines<2>(block);
    int64_t first = block * kBlock;
    int64_t rows = std::min(kBlock, a.rows() - product.firstRow - first);
    const float *units = a.unitsOf(product.slice) + product.firstRow + first;
    float *sums = static_cast<float *>(product.sums) + kBlockSums * block;
    WordRows::Missing missing =
        a.missingOf(product.slice, product.firstRow / kBlock + block);
    for (int64_t row = 0; row < rows; row += rowsAtOnce)
      run(product,
          product.activations + (first + row) * product.steps * kRowBytes,
          units + row, missing.first + row / kParts, missing.pairs, sums);
    for (const MissingBatch *batch = missing.first + kBlock / kParts;
         batch != missing.end; ++batch)
      addBatch(*batch, missing.pairs + batch->first, product.panel, sums);
  }
}

} // namespace

MX_TARGET_END

x86::Multiplier wordMultiplier() {
  x86::Multiplier multiplier = {multiply, nullptr, WordRows::kSliceSteps, 16,
                                16};
  multiplier.streamRows = kParts;
  return multiplier;
}

} // namespace mx::runtime::avx512_vnni
