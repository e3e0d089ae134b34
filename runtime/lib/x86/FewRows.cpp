//===- FewRows.cpp - Products with a side of a few rows -------------------===//
//
// 16 rows of the long side make a tile of results. Pieces of all rows are short
// enough to be in the first-level cache when they are used again.
//
//===----------------------------------------------------------------------===//

#include "FewRows.h"

#include "../Threads.h"
#include "../avx512/Target.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kTile = 16;
constexpr int64_t kDecodedCols = 512; ///< of a row, 2 KiB
constexpr int64_t kCols = 10240;      ///< of all few rows, 40 KiB

/// Floats between rows, which keep equal columns out of each other's cache
/// sets.
constexpr int64_t kSkew = 144;

MX_AVX2_BEGIN

constexpr int64_t kAddedAtOnce = 8;

/// The sums of 16 lanes each, times `power`: lanes 8 apart are added, then
/// those 4, 2 and 1 apart.
void addLanes(const float *const own[kAddedAtOnce], float power, float *sums) {
  __m256 v[8], w[4];
  for (int i = 0; i < 8; ++i)
    v[i] = _mm256_add_ps(_mm256_loadu_ps(own[i]), _mm256_loadu_ps(own[i] + 8));
  for (int i = 0; i < 4; ++i) // sums i and i + 4 in the halves
    w[i] = _mm256_add_ps(_mm256_permute2f128_ps(v[i], v[i + 4], 0x20),
                         _mm256_permute2f128_ps(v[i], v[i + 4], 0x31));
  for (int i = 0; i < 2; ++i) { // sums i and i + 2 in the pairs of a half
    __m256d a = _mm256_castps_pd(w[i]), b = _mm256_castps_pd(w[i + 2]);
    w[i] = _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(a, b)),
                         _mm256_castpd_ps(_mm256_unpackhi_pd(a, b)));
  }
  // Lanes 0 and 2 of a half, then 1 and 3: sums 0, 2, 1, 3.
  __m256 all = _mm256_add_ps(_mm256_shuffle_ps(w[0], w[1], 0x88),
                             _mm256_shuffle_ps(w[0], w[1], 0xDD));
  all = _mm256_permute_ps(all, 0xD8);
  _mm256_storeu_ps(sums, _mm256_mul_ps(all, _mm256_set1_ps(power)));
}

MX_TARGET_END

class FewRows {
public:
  FewRows(const FloatRows &few, const FloatRows &many, AddProducts addProducts)
      : few(few), many(many), addProducts(addProducts),
        cols(few.steps() * FloatRows::kStep),
        stride(ceilDiv(cols, kGroup) * kGroup + kSkew),
        power(std::ldexp(1.0f, many.sumExponent())) {
    left = scratch<float>(ScratchSlot::Operand, few.rows() * stride);
    std::fill(left, left + few.rows() * stride, 0.0f);
    few.decode(0, few.rows(), 0, few.steps(),
               {reinterpret_cast<uint16_t *>(left), 2 * stride, 32, 0});
    if (!many.multipliesRows())
      return;
    int64_t order[kGroup];
    for (int64_t i = 0; i < kGroup; ++i)
      order[i] = many.columnAt(i);
    for (int64_t i = 0; i < few.rows(); ++i)
      for (int64_t col = 0; col < cols; col += kGroup)
        permuteGroup(left + i * stride + col, order);
  }

  /// The sums of `count` rows from `first` on with row i of the few at
  /// sums[i · rowStride + j · colStride].
  void multiply(int64_t first, int64_t count, float *sums, int64_t rowStride,
                int64_t colStride) const {
    alignas(64) float lanes[kTile * kFewRows * 16];
    addLanesOf(first, count, lanes);
    if (!many.settle(first, count))
      addLanesOf(first, count, lanes);
    for (int64_t i = 0; i < few.rows(); ++i)
      for (int64_t j = 0; j < count; j += kAddedAtOnce) {
        const float *own[kAddedAtOnce];
        for (int64_t l = 0; l < kAddedAtOnce; ++l)
          own[l] = lanes + lanesOf(i, j + l);
        alignas(32) float added[kAddedAtOnce];
        addLanes(own, power, added);
        for (int64_t l = 0; l < kAddedAtOnce; ++l)
          sums[i * rowStride + (j + l) * colStride] = added[l];
      }
  }

private:
  /// Sums of row i of the few and row j of a tile; kRowsAtOnce lie together.
  int64_t lanesOf(int64_t i, int64_t j) const {
    if (many.multipliesRows())
      return 16 * (j * few.rows() + i);
    return 16 *
           ((j / kRowsAtOnce * few.rows() + i) * kRowsAtOnce + j % kRowsAtOnce);
  }

  static void permuteGroup(float *group, const int64_t *order) {
    float natural[kGroup];
    std::copy(group, group + kGroup, natural);
    for (int64_t i = 0; i < kGroup; ++i)
      group[i] = natural[order[i]];
  }

  /// The sums of lanes, from zero.
  void addLanesOf(int64_t first, int64_t count, float *lanes) const {
    std::fill(lanes, lanes + kTile * few.rows() * 16, 0.0f);
    if (many.multipliesRows())
      multiplyWhole(first, count, lanes);
    else
      multiplyDecoded(first, count, lanes);
  }

  void multiplyWhole(int64_t first, int64_t count, float *lanes) const {
    int64_t size =
        std::clamp<int64_t>(kCols / few.rows() / 512 * 512, 512, kMostCols);
    for (int64_t col = 0; col < cols; col += size)
      many.multiplyRows(first, count, col, std::min(col + size, cols),
                        {left, stride, few.rows()}, lanes);
  }

  void multiplyDecoded(int64_t first, int64_t count, float *lanes) const {
    alignas(64) float piece[kRowsAtOnce * kDecodedCols];
    for (int64_t col = 0; col < cols; col += kDecodedCols) {
      int64_t size = std::min(kDecodedCols, cols - col);
      for (int64_t j = 0; j < count; j += kRowsAtOnce) {
        many.decode(
            first + j, kRowsAtOnce, col / FloatRows::kStep,
            size / FloatRows::kStep,
            {reinterpret_cast<uint16_t *>(piece), 2 * kDecodedCols, 32, 0});
        addProducts({left + col, piece, stride, kDecodedCols, few.rows(), size},
                    lanes + lanesOf(0, j));
      }
    }
  }

  const FloatRows &few, &many;
  AddProducts addProducts;
  int64_t cols, stride;
  float power; ///< of the sums
  float *left;
};

} // namespace

void multiplyFewRows(const FloatRows &few, const FloatRows &many, bool fewIsA,
                     AddProducts addProducts, const FinishTile &finish) {
  FewRows product(few, many, addProducts);
  parallelFor(ceilDiv(many.rows(), kTile), [&](int64_t task, Workspace &) {
    alignas(64) float tile[kTile * kTile] = {};
    int64_t first = kTile * task;
    int64_t count = std::min(kTile, many.rows() - first);
    product.multiply(first, count, tile, fewIsA ? 1 : kTile,
                     fewIsA ? kTile : 1);
    finish({tile, fewIsA ? 0 : first, fewIsA ? first : 0});
  });
}

} // namespace mx::runtime::x86
