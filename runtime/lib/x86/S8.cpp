//===- S8.cpp - MXFP4 products in integers --------------------------------===//
//
// Rows of one band each: the s32 sum is the result but for a power of two.
// Others: the sums of all pairs of bands, then per result their sum in s64,
// each at its place. Both are rounded once, so that the bits are contract 25's.
//
//===----------------------------------------------------------------------===//

#include "S8.h"

#include "../Threads.h"
#include "RoundOnce.h"

#include <cmath>
#include <cstring>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kLongestSum = 233000; ///< 96² times this is below 2^31
constexpr int kWidestSpread = 30;       ///< of both sides: sums stay below 2^62
constexpr int64_t kSumsAtOnce = 16 << 20;
/// Of A, that pay for B's rows being packed where they are not in tiles.
constexpr int64_t kRowsToPack = 256;

/// Some bands of a FoldedRows.
class BandRange final : public RowSource {
public:
  BandRange(const FoldedRows &source, int64_t first, int64_t count)
      : source(source), first(first), count(count) {}

  int64_t rows() const override { return count; }
  int64_t steps() const override { return source.steps(); }
  int64_t stepBytes() const override { return source.stepBytes(); }
  const uint8_t *bytesOf(int64_t row, int64_t step) const override {
    return source.bytesOf(first + row, step);
  }
  void decode(int64_t row, int64_t rowCount, int64_t step, int64_t steps,
              const RowTarget &target) const override {
    source.decode(first + row, std::min(rowCount, count - row), step, steps,
                  target);
    for (int64_t i = std::max<int64_t>(count - row, 0); i < rowCount; ++i)
      for (int64_t s = 0; s < steps; ++s)
        std::memset(target.data + i * target.rowStride + s * target.stepStride,
                    0, 64);
  }

private:
  const FoldedRows &source;
  int64_t first, count;
};

/// Sums of bands, [band of B][band of A], with the bands of A from `firstBand`.
struct BandSums {
  const FoldedRows &a, &b;
  const int32_t *sums;
  int64_t firstBand, stride;

  float operator()(int64_t m, int64_t n) const {
    int64_t endA = a.firstBand(m + 1) - 1, endB = b.firstBand(n + 1) - 1;
    float base = a.exponents()[endA] + b.exponents()[endB];
    if (std::isnan(base))
      return base;
    int64_t sum = 0;
    for (int64_t i = b.firstBand(n); i <= endB; ++i)
      for (int64_t j = a.firstBand(m); j <= endA; ++j) {
        float place = b.exponents()[i] + a.exponents()[j] - base;
        sum += int64_t(sums[i * stride + j - firstBand]) *
               (int64_t(1) << static_cast<int>(place));
      }
    return roundOnce(sum, static_cast<int>(base));
  }
};

/// Rows [m0, m1) of A, whose bands' sums are in `sums`.
void finishBands(const MatmulArgs &args, int64_t item, const BandSums &sums,
                 int64_t m0, int64_t m1, const S8Engine &engine) {
  std::vector<float> zeros(static_cast<size_t>(
      std::max(args.a.rows, args.b.rows) + kBlock)); // exponents are in already
  auto finisher = engine.finisher(args, item, zeros.data(), zeros.data());
  int64_t across = ceilDiv(args.b.rows, 16);
  parallelFor(ceilDiv(m1 - m0, 16) * across, [&](int64_t i, Workspace &) {
    int64_t m = m0 + i / across * 16, n = i % across * 16;
    alignas(64) float tile[256] = {};
    for (int64_t y = n; y < std::min(n + 16, args.b.rows); ++y)
      for (int64_t x = m; x < std::min(m + 16, m1); ++x)
        tile[(y - n) * 16 + x - m] = sums(x, y);
    finisher->storeFloats({tile, m, n}, std::min<int64_t>(16, m1 - m));
  });
}

/// `rows` of A by `cols` of B of a tile to sums[n][m], lines `stride` apart.
void keepTile(const SumTile &tile, int64_t rows, int64_t cols, int64_t stride,
              int32_t *sums) {
  const auto *from = static_cast<const int32_t *>(tile.sums);
  int32_t *to = sums + tile.n * stride + tile.m;
  for (int64_t n = 0; n < cols; ++n, to += stride)
    for (int64_t m = 0; m < rows; ++m)
      to[m] = from[tile.isByRow ? 16 * m + n : 16 * n + m];
}

void multiplyBands(const MatmulArgs &args, int64_t item, const FoldedRows &a,
                   const FoldedRows &b, const S8Engine &engine) {
  int64_t perBand = std::max<int64_t>(b.rows(), 1);
  BandRange right(b, 0, b.rows());
  std::unique_ptr<int32_t[]> buffer;
  int64_t held = 0;
  for (int64_t m = 0; m < args.a.rows;) {
    int64_t end = m + 1, first = a.firstBand(m);
    while (end < args.a.rows &&
           (a.firstBand(end + 1) - first) * perBand <= kSumsAtOnce)
      ++end;
    int64_t count = a.firstBand(end) - first;
    if (count * perBand > held) {
      held = count * perBand;
      buffer.reset(new int32_t[static_cast<size_t>(held)]);
    }
    int32_t *sums = buffer.get();
    multiplyTiles(BandRange(a, first, count), right, engine.multiplier,
                  [&](const SumTile &tile) {
                    keepTile(tile, std::min<int64_t>(16, count - tile.m),
                             std::min<int64_t>(16, b.rows() - tile.n), count,
                             sums);
                  });
    finishBands(args, item, {a, b, sums, first, count}, m, end, engine);
    m = end;
  }
}

void multiplyItem(const MatmulArgs &args, int64_t item, FoldedRows &a,
                  FoldedRows &b, const S8Engine &engine) {
  bool bands = !a.isOneBandEach() || !b.isOneBandEach();
  a.setPacked(false);
  b.setPacked(
      !bands && engine.multiplier.takesPacked &&
      (b.isTiled() || (a.rows() >= kRowsToPack && a.rows() < 4 * b.rows())));
  if (bands)
    return multiplyBands(args, item, a, b, engine);
  auto finisher = engine.finisher(args, item, a.exponents(), b.exponents());
  multiplyTiles(
      a, b, engine.multiplier,
      [&](const SumTile &tile) { finisher->storeIntegers(tile); },
      finisher->plainIntegers());
}

bool fits(const MatmulArgs &args, const FoldedRows &a, const FoldedRows &b,
          double mostExtraWork) {
  double work = double(a.rows()) * double(b.rows()) /
                (double(args.a.rows) * double(args.b.rows));
  return a.largestSpread() + b.largestSpread() <= kWidestSpread &&
         work <= mostExtraWork;
}

} // namespace

bool multiplyS8(const MatmulArgs &args, const S8Engine &engine,
                double mostExtraWork) {
  if (!isFp4(args.a) || !isFp4(args.b) || args.k == 0 || args.k > kLongestSum ||
      args.out.tensor.elements() == 0)
    return false;
  auto a = engine.rows(args.a, args.k, ScratchSlot::RowsA);
  auto b = engine.rows(args.b, args.k, ScratchSlot::RowsB);
  for (bool write : {false, true}) // every item must fit before one is written
    for (int64_t item = 0; item < args.out.items; ++item) {
      a->prepare(args.itemOf(args.a, item));
      b->prepare(args.itemOf(args.b, item), engine.multiplier.takesPacked);
      if (write)
        multiplyItem(args, item, *a, *b, engine);
      else if (!fits(args, *a, *b, mostExtraWork))
        return false;
    }
  return true;
}

} // namespace mx::runtime::x86
