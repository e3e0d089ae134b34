//===- Multiply.cpp - Blocks in AVX2 registers ----------------------------===//
//
// The byte product takes unsigned numbers on one side: B's magnitudes, with
// their signs on A. Two products of folded MXFP4 are at most 2·96², an s16.
//
//===----------------------------------------------------------------------===//

#include "Multiply.h"

#include "../avx512/Target.h"

#include <cstring>

namespace mx::runtime::avx2 {

using x86::kBlock;
using x86::kBlockSums;
using x86::kStepBytes;
using x86::kTileBytes;
using x86::Multiplier;
using x86::SliceProduct;

MX_AVX2_BEGIN

namespace {

constexpr int kRows = 4;  ///< of B, at a time
constexpr int kParts = 2; ///< registers for 16 rows of A

struct F32 {
  using Vector = __m256;
  struct Unit {
    __m256 value;
    explicit Unit(const uint8_t *b)
        : value(_mm256_broadcast_ss(reinterpret_cast<const float *>(b))) {}
  };
  static Vector load(const uint8_t *p) {
    return _mm256_loadu_ps(reinterpret_cast<const float *>(p));
  }
  static void store(uint8_t *p, Vector x) {
    _mm256_storeu_ps(reinterpret_cast<float *>(p), x);
  }
  static Vector zero() { return _mm256_setzero_ps(); }
  static Vector multiply(Vector sum, Vector a, const Unit &b) {
    return _mm256_fmadd_ps(a, b.value, sum);
  }
};

struct S8 {
  using Vector = __m256i;
  struct Unit {
    __m256i value, magnitude;
    explicit Unit(const uint8_t *b)
        : value(_mm256_set1_epi32(*reinterpret_cast<const int32_t *>(b))),
          magnitude(_mm256_abs_epi8(value)) {}
  };
  static Vector load(const uint8_t *p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p));
  }
  static void store(uint8_t *p, Vector x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(p), x);
  }
  static Vector zero() { return _mm256_setzero_si256(); }
  static Vector multiply(Vector sum, Vector a, const Unit &b) {
    __m256i pairs =
        _mm256_maddubs_epi16(b.magnitude, _mm256_sign_epi8(a, b.value));
    return _mm256_add_epi32(sum,
                            _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
};

/// kRows rows of B from `panel` on, with 16 rows of A.
template <typename Type>
void multiplyRows(const SliceProduct &product, const uint8_t *panel,
                  const uint8_t *activations, uint8_t *sums) {
  typename Type::Vector acc[kRows][kParts];
  for (int j = 0; j < kRows; ++j)
    for (int p = 0; p < kParts; ++p)
      acc[j][p] =
          product.first ? Type::zero() : Type::load(sums + 64 * j + 32 * p);
  for (int64_t i = 0; i < product.steps; ++i) {
    for (int unit = 0; unit < 16; ++unit) {
      typename Type::Vector a[kParts];
      for (int p = 0; p < kParts; ++p)
        a[p] = Type::load(activations + 64 * unit + 32 * p);
      for (int j = 0; j < kRows; ++j) {
        typename Type::Unit b(panel + 64 * j + 4 * unit);
        for (int p = 0; p < kParts; ++p)
          acc[j][p] = Type::multiply(acc[j][p], a[p], b);
      }
    }
    panel += kStepBytes;
    activations += kStepBytes;
  }
  for (int j = 0; j < kRows; ++j)
    for (int p = 0; p < kParts; ++p)
      Type::store(sums + 64 * j + 32 * p, acc[j][p]);
}

template <typename Type> void multiply(const SliceProduct &product) {
  for (int64_t block = 0; block < product.blocks; ++block) {
    bool isHalf = product.lastIsHalf && block + 1 == product.blocks;
    const uint8_t *activations =
        product.activations + block * product.steps * kStepBytes;
    auto *sums = static_cast<uint8_t *>(product.sums) + 4 * kBlockSums * block;
    for (int half = 0; half < (isHalf ? 1 : 2); ++half)
      for (int64_t row = 0; row < product.panelRows;
           row += kRows) // tiles of 16 rows
        multiplyRows<Type>(
            product, product.panel + 64 * row, activations + half * kTileBytes,
            sums + (row / 16 * 2 + half) * kTileBytes + row % 16 * 64);
  }
}

/// 16 columns at a time.
template <int Rows>
void addRows(const float *a, int64_t stride, const float *b, int64_t count,
             float *sums) {
  __m256 acc[Rows][2];
  for (int r = 0; r < Rows; ++r)
    for (int half = 0; half < 2; ++half)
      acc[r][half] = _mm256_loadu_ps(sums + 16 * r + 8 * half);
  for (int64_t i = 0; i < count; i += 16)
    for (int half = 0; half < 2; ++half) {
      __m256 right = _mm256_loadu_ps(b + i + 8 * half);
      for (int r = 0; r < Rows; ++r)
        acc[r][half] =
            _mm256_fmadd_ps(_mm256_loadu_ps(a + r * stride + i + 8 * half),
                            right, acc[r][half]);
    }
  for (int r = 0; r < Rows; ++r)
    for (int half = 0; half < 2; ++half)
      _mm256_storeu_ps(sums + 16 * r + 8 * half, acc[r][half]);
}

} // namespace

void addProducts(const float *a, int64_t stride, int64_t rows, const float *b,
                 int64_t count, float *sums) {
  for (; rows >= 4; rows -= 4, a += 4 * stride, sums += 64)
    addRows<4>(a, stride, b, count, sums);
  if (rows == 3)
    addRows<3>(a, stride, b, count, sums);
  else if (rows == 2)
    addRows<2>(a, stride, b, count, sums);
  else if (rows == 1)
    addRows<1>(a, stride, b, count, sums);
}

MX_TARGET_END

/// A dword of each row in turn.
static void pack(const uint16_t *rows, int64_t rowStride, int64_t steps,
                 uint8_t *tiles) {
  for (int64_t step = 0; step < steps; ++step, rows += 32, tiles += kStepBytes)
    for (int64_t unit = 0; unit < 16; ++unit)
      for (int64_t row = 0; row < 16; ++row)
        std::memcpy(tiles + 64 * unit + 4 * row,
                    rows + row * rowStride + 2 * unit, 4);
}

Multiplier f32Multiplier() { return {multiply<F32>, pack, 8}; }

Multiplier s8Multiplier() { return {multiply<S8>, pack, 8}; }

} // namespace mx::runtime::avx2
