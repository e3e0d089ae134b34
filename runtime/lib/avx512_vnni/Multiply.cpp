//===- Multiply.cpp - Blocks in AVX-512 registers -------------------------===//
//
// VNNI multiplies unsigned bytes with signed ones: A's are packed with 128
// added to them, which takes 128 times the sum of B's bytes off each result.
//
//===----------------------------------------------------------------------===//

#include "Multiply.h"

#include "../avx512/Pack.h"
#include "../avx512/Target.h"

namespace mx::runtime::avx512_vnni {

using x86::ColumnPiece;
using x86::kBlock;
using x86::kBlockSums;
using x86::kRowsAtOnce;
using x86::kStepBytes;
using x86::kTileBytes;
using x86::Multiplier;
using x86::SliceProduct;

MX_AVX512_BEGIN

namespace {

constexpr int kSums =
    16; ///< in registers: sums that wait for none of the others

struct F32 {
  using Vector = __m512;
  static Vector load(const void *p) { return _mm512_loadu_ps(p); }
  static void store(void *p, Vector x) { _mm512_storeu_ps(p, x); }
  static Vector multiply(Vector sum, Vector a, const uint8_t *b) {
    return _mm512_fmadd_ps(
        a, _mm512_set1_ps(*reinterpret_cast<const float *>(b)), sum);
  }
  static Vector start(int32_t) { return _mm512_setzero_ps(); }
  static Vector resume(Vector sum, int32_t) { return sum; }
};

struct BF16 : F32 {
  /// By its name: the functions of this file may not use it anywhere else.
  static Vector multiply(Vector sum, Vector a, const uint8_t *b) {
    asm("vdpbf16ps %2%{1to16%}, %1, %0"
        : "+v"(sum)
        : "v"(a), "m"(*reinterpret_cast<const int32_t *>(b)));
    return sum;
  }
};

struct S8 {
  using Vector = __m512i;
  static Vector load(const void *p) { return _mm512_loadu_si512(p); }
  static void store(void *p, Vector x) { _mm512_storeu_si512(p, x); }
  static Vector multiply(Vector sum, Vector a, const uint8_t *b) {
    return _mm512_dpbusd_epi32(
        sum, a, _mm512_set1_epi32(*reinterpret_cast<const int32_t *>(b)));
  }
  static Vector start(int32_t offset) { return _mm512_set1_epi32(offset); }
  static Vector resume(Vector sum, int32_t offset) {
    return _mm512_add_epi32(sum, start(offset));
  }
};

/// What the raised bytes of A add to the sums of each row of the panel, less.
void findOffsets(const SliceProduct &product, int32_t *offsets) {
  const __m512i raise = _mm512_set1_epi8(char(0x80));
  for (int64_t row = 0; row < kBlock; ++row) {
    __m512i sum = _mm512_setzero_si512();
    for (int64_t i = 0; i < product.steps; ++i)
      sum = _mm512_dpbusd_epi32(
          sum, raise,
          _mm512_loadu_si512(product.panel + i * kStepBytes + 64 * row));
    offsets[row] = -_mm512_reduce_add_epi32(sum);
  }
}

/// kSums / Halves rows of B from `panel` on, with Halves · 16 rows of A.
template <typename Type, int Halves>
void multiplyRows(const SliceProduct &product, const uint8_t *panel,
                  const uint8_t *activations, uint8_t *sums,
                  const int32_t *offsets) {
  constexpr int kRows = kSums / Halves;
  typename Type::Vector acc[kRows][Halves];
  for (int j = 0; j < kRows; ++j)
    for (int h = 0; h < Halves; ++h)
      acc[j][h] = product.first
                      ? Type::start(offsets[j])
                      : Type::resume(Type::load(sums + h * kTileBytes + 64 * j),
                                     offsets[j]);
  for (int64_t i = 0; i < product.steps; ++i) {
    for (int unit = 0; unit < 16; ++unit) {
      typename Type::Vector a[Halves];
      for (int h = 0; h < Halves; ++h)
        a[h] = Type::load(activations + h * kTileBytes + 64 * unit);
      for (int j = 0; j < kRows; ++j)
        for (int h = 0; h < Halves; ++h)
          acc[j][h] =
              Type::multiply(acc[j][h], a[h], panel + 64 * j + 4 * unit);
    }
    panel += kStepBytes;
    activations += kStepBytes;
  }
  for (int j = 0; j < kRows; ++j)
    for (int h = 0; h < Halves; ++h)
      Type::store(sums + h * kTileBytes + 64 * j, acc[j][h]);
}

template <typename Type> void multiply(const SliceProduct &product) {
  int32_t offsets[kBlock] = {};
  if (std::is_same<Type, S8>::value)
    findOffsets(product, offsets);
  for (int64_t block = 0; block < product.blocks; ++block) {
    product.prefetchLines<3>(block);
    bool isHalf = product.lastIsHalf && block + 1 == product.blocks;
    auto *run = isHalf ? multiplyRows<Type, 1> : multiplyRows<Type, 2>;
    auto *sums = static_cast<uint8_t *>(product.sums) + 4 * kBlockSums * block;
    int64_t rows = kSums / (isHalf ? 1 : 2);
    for (int64_t row = 0; row < product.panelRows;
         row += rows) // of tiles of 16
      run(product, product.panel + 64 * row,
          product.activations + block * product.steps * kStepBytes,
          sums + row / 16 * 2 * kTileBytes + row % 16 * 64, offsets + row);
  }
}

/// `Rows` of the few with all of the others.
template <int Rows>
void addRows(const ColumnPiece &piece, int64_t first, float *sums) {
  __m512 acc[Rows][kRowsAtOnce];
  const float *few = piece.few + first * piece.fewStride;
  sums += first * kRowsAtOnce * 16;
  for (int r = 0; r < Rows; ++r)
    for (int j = 0; j < kRowsAtOnce; ++j)
      acc[r][j] = _mm512_loadu_ps(sums + 16 * (r * kRowsAtOnce + j));
  for (int64_t i = 0; i < piece.count; i += 16) {
    __m512 many[kRowsAtOnce];
    for (int j = 0; j < kRowsAtOnce; ++j)
      many[j] = _mm512_loadu_ps(piece.many + j * piece.manyStride + i);
    for (int r = 0; r < Rows; ++r) {
      __m512 left = _mm512_loadu_ps(few + r * piece.fewStride + i);
      for (int j = 0; j < kRowsAtOnce; ++j)
        acc[r][j] = _mm512_fmadd_ps(left, many[j], acc[r][j]);
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int j = 0; j < kRowsAtOnce; ++j)
      _mm512_storeu_ps(sums + 16 * (r * kRowsAtOnce + j), acc[r][j]);
}

} // namespace

void addProducts(const ColumnPiece &piece, float *sums) {
  int64_t row = 0;
  for (; row + 4 <= piece.fewRows; row += 4)
    addRows<4>(piece, row, sums);
  if (piece.fewRows - row >= 2) {
    addRows<2>(piece, row, sums);
    row += 2;
  }
  if (row < piece.fewRows)
    addRows<1>(piece, row, sums);
}

MX_TARGET_END

Multiplier f32Multiplier() { return {multiply<F32>, avx512::packUnits, 16}; }

Multiplier bf16Multiplier() { return {multiply<BF16>, avx512::packUnits, 16}; }

Multiplier s8Multiplier() {
  return {multiply<S8>, avx512::packRaisedBytes, 16};
}

} // namespace mx::runtime::avx512_vnni
