//===- Multiply.cpp - Blocks in AVX2 registers ----------------------------===//
//
// The byte product takes unsigned numbers on one side: B's magnitudes, with
// their signs on A. Two products of folded MXFP4 are at most 2·96², an s16.
//
//===----------------------------------------------------------------------===//

#include "Multiply.h"

#include "../avx512/Target.h"

#include <type_traits>

namespace mx::runtime::avx2 {

using x86::ColumnPiece;
using x86::kBlockSums;
using x86::kRowsAtOnce;
using x86::kStepBytes;
using x86::kTileBytes;
using x86::Multiplier;
using x86::SliceProduct;

MX_AVX2_BEGIN

namespace {

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

/// `Rows` rows of B from `panel` on, with 16 rows of A.
template <typename Type, int Rows>
void multiplyRows(const SliceProduct &product, const uint8_t *panel,
                  const uint8_t *activations, uint8_t *sums) {
  typename Type::Vector acc[Rows][kParts];
  for (int j = 0; j < Rows; ++j)
    for (int p = 0; p < kParts; ++p)
      acc[j][p] =
          product.first ? Type::zero() : Type::load(sums + 64 * j + 32 * p);
  for (int64_t i = 0; i < product.steps; ++i) {
    for (int unit = 0; unit < 16; ++unit) {
      typename Type::Vector a[kParts];
      for (int p = 0; p < kParts; ++p)
        a[p] = Type::load(activations + 64 * unit + 32 * p);
      for (int j = 0; j < Rows; ++j) {
        typename Type::Unit b(panel + 64 * j + 4 * unit);
        for (int p = 0; p < kParts; ++p)
          acc[j][p] = Type::multiply(acc[j][p], a[p], b);
      }
    }
    panel += kStepBytes;
    activations += kStepBytes;
  }
  for (int j = 0; j < Rows; ++j)
    for (int p = 0; p < kParts; ++p)
      Type::store(sums + 64 * j + 32 * p, acc[j][p]);
}

/// 16 rows of B, with as many accumulators as the registers hold.
template <typename Type>
void multiplyTile(const SliceProduct &product, const uint8_t *panel,
                  const uint8_t *activations, uint8_t *sums) {
  if constexpr (std::is_same<Type, F32>::value) {
    multiplyRows<Type, 6>(product, panel, activations, sums);
    multiplyRows<Type, 5>(product, panel + 6 * 64, activations, sums + 6 * 64);
    multiplyRows<Type, 5>(product, panel + 11 * 64, activations,
                          sums + 11 * 64);
  } else {
    for (int64_t row = 0; row < 16; row += 4)
      multiplyRows<Type, 4>(product, panel + row * 64, activations,
                            sums + row * 64);
  }
}

template <typename Type> void multiply(const SliceProduct &product) {
  for (int64_t block = 0; block < product.blocks; ++block) {
    product.prefetchLines<3>(block);
    bool isHalf = product.lastIsHalf && block + 1 == product.blocks;
    const uint8_t *activations =
        product.activations + block * product.steps * kStepBytes;
    auto *sums = static_cast<uint8_t *>(product.sums) + 4 * kBlockSums * block;
    for (int64_t half = 0; half < (isHalf ? 1 : 2); ++half)
      for (int64_t tile = 0; 16 * tile < product.panelRows; ++tile)
        multiplyTile<Type>(product, product.panel + tile * kTileBytes,
                           activations + half * kTileBytes,
                           sums + (2 * tile + half) * kTileBytes);
  }
}

/// Eight columns at a time of one of the few with all of the others, in the two
/// halves of 16 sums.
void addRow(const ColumnPiece &piece, int64_t row, float *sums) {
  __m256 acc[kRowsAtOnce][2];
  const float *few = piece.few + row * piece.fewStride;
  sums += row * kRowsAtOnce * 16;
  for (int j = 0; j < kRowsAtOnce; ++j)
    for (int half = 0; half < 2; ++half)
      acc[j][half] = _mm256_loadu_ps(sums + 16 * j + 8 * half);
  for (int64_t i = 0; i < piece.count; i += 16)
    for (int half = 0; half < 2; ++half) {
      __m256 left = _mm256_loadu_ps(few + i + 8 * half);
      for (int j = 0; j < kRowsAtOnce; ++j)
        acc[j][half] = _mm256_fmadd_ps(
            left,
            _mm256_loadu_ps(piece.many + j * piece.manyStride + i + 8 * half),
            acc[j][half]);
    }
  for (int j = 0; j < kRowsAtOnce; ++j)
    for (int half = 0; half < 2; ++half)
      _mm256_storeu_ps(sums + 16 * j + 8 * half, acc[j][half]);
}

} // namespace

void addProducts(const ColumnPiece &piece, float *sums) {
  for (int64_t row = 0; row < piece.fewRows; ++row)
    addRow(piece, row, sums);
}

namespace {

/// Rows of 8 dwords to columns.
void transpose8(__m256 v[8]) {
  __m256 t[8];
  for (int i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_ps(v[i], v[i + 1]);
    t[i + 1] = _mm256_unpackhi_ps(v[i], v[i + 1]);
  }
  __m256 u[8];
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; ++j) {
      u[i + 2 * j] = _mm256_shuffle_ps(t[i + j], t[i + 2 + j], 0x44);
      u[i + 2 * j + 1] = _mm256_shuffle_ps(t[i + j], t[i + 2 + j], 0xEE);
    }
  for (int i = 0; i < 4; ++i) {
    v[i] = _mm256_permute2f128_ps(u[i], u[4 + i], 0x20);
    v[4 + i] = _mm256_permute2f128_ps(u[i], u[4 + i], 0x31);
  }
}

/// Multiplier::pack.
void packUnits(const uint16_t *rows, int64_t rowStride, int64_t steps,
               uint8_t *tiles) {
  for (int64_t step = 0; step < steps; ++step, rows += 32, tiles += kStepBytes)
    for (int64_t row = 0; row < 16; row += 8)
      for (int64_t unit = 0; unit < 16; unit += 8) {
        __m256 v[8];
        for (int i = 0; i < 8; ++i)
          v[i] = _mm256_loadu_ps(reinterpret_cast<const float *>(
              rows + (row + i) * rowStride + 2 * unit));
        transpose8(v);
        for (int i = 0; i < 8; ++i)
          _mm256_storeu_ps(
              reinterpret_cast<float *>(tiles + 64 * (unit + i) + 4 * row),
              v[i]);
      }
}

} // namespace

MX_TARGET_END

Multiplier f32Multiplier() { return {multiply<F32>, packUnits}; }

Multiplier s8Multiplier() { return {multiply<S8>, packUnits}; }

} // namespace mx::runtime::avx2
