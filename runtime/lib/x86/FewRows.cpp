//===- FewRows.cpp - Products with a side of a few rows -------------------===//
//
// 16 rows of the long side make a tile of results. A piece of a row is decoded
// to the first-level cache and used while it is there.
//
//===----------------------------------------------------------------------===//

#include "FewRows.h"

#include "../Threads.h"

#include <algorithm>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kPieceSteps = 64; ///< 4 KiB of f32

class FewRows {
public:
  FewRows(const FloatRows &few, const FloatRows &many, AddProducts addProducts)
      : few(few), many(many), addProducts(addProducts),
        stride(few.steps() * FloatRows::kStep) {
    left = scratch<float>(ScratchSlot::Operand, few.rows() * stride);
    few.decode(0, few.rows(), 0, few.steps(),
               {reinterpret_cast<uint16_t *>(left), 2 * stride, 32, 0});
  }

  /// Sums of each of the few rows with row r of the others.
  void multiplyRow(int64_t r, float *sums) const {
    alignas(64) float piece[kPieceSteps * FloatRows::kStep];
    alignas(64) float lanes[kFewRows * 16] = {};
    for (int64_t step = 0; step < many.steps(); step += kPieceSteps) {
      int64_t count = std::min(kPieceSteps, many.steps() - step);
      many.decode(r, 1, step, count,
                  {reinterpret_cast<uint16_t *>(piece), 0, 32, 0});
      addProducts(left + step * FloatRows::kStep, stride, few.rows(), piece,
                  count * FloatRows::kStep, lanes);
    }
    for (int64_t i = 0; i < few.rows(); ++i) {
      float *own = lanes + 16 * i;
      for (int half = 8; half > 0; half /= 2)
        for (int lane = 0; lane < half; ++lane)
          own[lane] += own[lane + half];
      sums[i] = own[0];
    }
  }

private:
  const FloatRows &few, &many;
  AddProducts addProducts;
  int64_t stride;
  float *left;
};

} // namespace

void multiplyFewRows(const FloatRows &few, const FloatRows &many, bool fewIsA,
                     AddProducts addProducts, const FinishTile &finish) {
  FewRows product(few, many, addProducts);
  parallelFor(ceilDiv(many.rows(), 16), [&](int64_t task, Workspace &) {
    alignas(64) float tile[256] = {};
    int64_t first = 16 * task,
            count = std::min<int64_t>(16, many.rows() - first);
    for (int64_t j = 0; j < count; ++j) {
      float sums[kFewRows];
      product.multiplyRow(first + j, sums);
      for (int64_t i = 0; i < few.rows(); ++i)
        tile[fewIsA ? 16 * j + i : 16 * i + j] = sums[i];
    }
    finish(reinterpret_cast<const uint8_t *>(tile), fewIsA ? 0 : first,
           fewIsA ? first : 0);
  });
}

} // namespace mx::runtime::x86
