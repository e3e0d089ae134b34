//===- Blocks.cpp - Blocks of bytes with scales ---------------------------===//
//
// Lanes are rows of B, whose bytes are raised by 128 for VNNI. The s32 sums of
// a block of 32 columns become f32 in registers.
//
//===----------------------------------------------------------------------===//

#include "Blocks.h"

#include "../avx512/Target.h"
#include "../x86/ByteBlocks.h"

#include <algorithm>

namespace mx::runtime::avx512_vnni {

using x86::ByteBlocks;
using x86::kBlock;
using x86::kBlockSums;
using x86::kStepBytes;
using x86::kTileBytes;
using x86::SliceProduct;

MX_AVX512_BEGIN

namespace {

constexpr int kRows = ByteBlocks::kTogether;
constexpr int kHalves = 2;        ///< tiles of B
constexpr int64_t kRowBytes = 64; ///< of a step
constexpr int64_t kTileSums = kTileBytes / 4;
constexpr int kBlocksOfGroup = 4, kUnitsOfHalf = 4; ///< even or odd columns
constexpr int64_t kAhead = 2; ///< groups of A that are on their way

/// By its name: LLVM takes a copy of the sums where loops are unrolled.
inline __attribute__((always_inline)) void addBytes(__m512i &acc, __m512i a,
                                                    __m512i b) {
  asm("vpdpbusd %2, %1, %0" : "+v"(acc) : "v"(b), "v"(a));
}

/// A panel's bytes, once: it is decoded anew for each SliceProduct.
void raise(const SliceProduct &product) {
  const __m512i sign = _mm512_set1_epi8(static_cast<char>(0x80));
  for (int64_t i = 0; i < product.steps * kStepBytes; i += 64)
    _mm512_storeu_si512(
        product.panel + i,
        _mm512_xor_si512(sign, _mm512_loadu_si512(product.panel + i)));
}

/// Adds the products of the even or odd columns of a block.
inline __attribute__((always_inline)) void
addHalf(const uint8_t *panel, const uint8_t *rows,
        __m512i acc[kRows][kHalves]) {
#pragma clang loop unroll(full)
  for (int unit = 0; unit < kUnitsOfHalf; ++unit) {
    __m512i b[kHalves];
    for (int h = 0; h < kHalves; ++h)
      b[h] = _mm512_loadu_si512(panel + h * kTileBytes + 64 * unit);
    for (int r = 0; r < kRows; ++r) {
      __m512i a = _mm512_set1_epi32(
          *reinterpret_cast<const int32_t *>(rows + r * kRowBytes + 4 * unit));
      for (int h = 0; h < kHalves; ++h)
        addBytes(acc[r][h], a, b[h]);
    }
  }
}

/// kRows rows of A over a slice, with 32 rows of B.
void multiplyRows(const SliceProduct &product, const uint8_t *rows,
                  const int32_t *starts, const float *factors, float *sums) {
  const auto before = static_cast<__mmask16>(product.first ? 0 : 0xFFFF);
  const uint8_t *panel = product.panel;
  __m512 total[kRows][kHalves];
  for (int r = 0; r < kRows; ++r)
    for (int h = 0; h < kHalves; ++h)
      total[r][h] =
          _mm512_maskz_loadu_ps(before, sums + 16 * r + h * 2 * kTileSums);
  for (int64_t i = 0; i < product.steps; i += 2) {
    for (int line = 0; line < 2 * kRows; ++line)
      __builtin_prefetch(rows + (2 * kAhead * kRows + line) * kRowBytes, 0, 3);
    for (int block = 0; block < kBlocksOfGroup; ++block) {
      __m512i acc[kRows][kHalves];
      for (int r = 0; r < kRows; ++r)
        for (int h = 0; h < kHalves; ++h)
          acc[r][h] = _mm512_set1_epi32(starts[r]);
      const int64_t place = kUnitsOfHalf * block;
      addHalf(panel + 64 * place, rows + 4 * place, acc);
      addHalf(panel + kStepBytes + 64 * place,
              rows + kRows * kRowBytes + 4 * place, acc);
      for (int r = 0; r < kRows; ++r)
        for (int h = 0; h < kHalves; ++h)
          total[r][h] =
              _mm512_fmadd_ps(_mm512_cvtepi32_ps(acc[r][h]),
                              _mm512_set1_ps(factors[r]), total[r][h]);
      starts += kRows;
      factors += kRows;
    }
    panel += 2 * kStepBytes;
    rows += 2 * kRows * kRowBytes;
  }
  for (int r = 0; r < kRows; ++r)
    for (int h = 0; h < kHalves; ++h)
      _mm512_storeu_ps(sums + 16 * r + h * 2 * kTileSums, total[r][h]);
}

void multiply(const SliceProduct &product) {
  const auto &a = static_cast<const ByteBlocks &>(*product.source);
  const int64_t firstBlock = product.slice * x86::kMostSteps *
                             (ByteBlocks::kStep / ByteBlocks::kBlockCols);
  raise(product);
  for (int64_t block = 0; block < product.blocks; ++block) {
    product.prefetchLines<2>(block);
    const int64_t first = block * kBlock;
    const int64_t rows = std::min(kBlock, a.rows() - product.firstRow - first);
    float *sums = static_cast<float *>(product.sums) + kBlockSums * block;
    for (int64_t row = 0; row < rows; row += kRows)
      multiplyRows(product,
                   product.activations +
                       (first + row) * product.steps * kRowBytes,
                   a.startsOf(product.firstRow + first + row, firstBlock),
                   a.factorsOf(product.firstRow + first + row, firstBlock),
                   sums + 16 * row);
  }
}

} // namespace

MX_TARGET_END

x86::Multiplier blockMultiplier() {
  x86::Multiplier multiplier = {multiply, nullptr, x86::kMostSteps, 16, 16};
  multiplier.streamRows = kRows;
  return multiplier;
}

} // namespace mx::runtime::avx512_vnni
