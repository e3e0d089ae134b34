//===- FewTileRows.cpp - A tile of rows by rows of weights ----------------===//
//
// Rows that are decoded side by side are pages apart, which the processor does
// not foresee. The weights of the next task are fetched in the order of memory,
// all along this one: a few lines at a time, or loads would wait for them.
//
//===----------------------------------------------------------------------===//

#include "FewTileRows.h"

#include "../Threads.h"
#include "../avx512/Finish.h"
#include "../avx512/MatmulBF16.h"
#include "../avx512/Pack.h"
#include "../avx512/Rows.h"
#include "../avx512/Target.h"
#include "../x86/TiledFp4.h"
#include "Tiles.h"

#include <algorithm>

namespace mx::runtime::amx {

using avx512::KOrder;
using avx512::Rows;
using x86::kTileBytes;

namespace {

constexpr int64_t kRows = 16, kStrips = 4; ///< of a tile; tiles of a task
constexpr int64_t kTaskRows = kStrips * kRows;
constexpr int64_t kGroup = 4; ///< steps that are decoded together
constexpr int64_t kStepWords = 32, kTileWords = kTileBytes / 2;
constexpr int64_t kGroupWords = kGroup * kStrips * kTileWords;

/// The few rows, [step][limb] tiles with two numbers of each row in a line.
struct PackedRows {
  const uint16_t *data;
  int64_t limbs;
};

class Product {
public:
  Product(const PackedRows &few, const Rows &many) : few(few), many(many) {}

  /// Sums [strip][16 of `many`][16] of rows [first, first + kTaskRows).
  void multiply(int64_t first, float *sums) const;

private:
  x86::PrefetchWalk walkOf(int64_t first) const;

  const PackedRows &few;
  const Rows &many;
};

PackedRows pack(const Rows &rows, int64_t steps) {
  constexpr int64_t kMostLimbs = 3;
  alignas(64) uint16_t decoded[kRows * kMostLimbs * kGroup * kStepWords];
  const int64_t limbs = rows.limbs();
  auto *data =
      scratch<uint16_t>(ScratchSlot::Operand, steps * limbs * kTileWords);
  for (int64_t first = 0; first < steps; first += kGroup) {
    const int64_t count = std::min(kGroup, steps - first);
    const int64_t limbStride = count * kStepWords;
    const int64_t rowStride = limbs * limbStride;
    rows.decode(0, kRows, first, count,
                {decoded, rowStride, kStepWords, limbStride});
    for (int64_t i = 0; i < count * limbs; ++i)
      avx512::packUnits(
          decoded + i % limbs * limbStride + i / limbs * kStepWords, rowStride,
          1,
          reinterpret_cast<uint8_t *>(data + (first * limbs + i) * kTileWords));
  }
  return {data, limbs};
}

} // namespace

/// Over what the task behind that of row `first` reads.
x86::PrefetchWalk Product::walkOf(int64_t first) const {
  x86::SliceProduct next; // a block for each call of a group
  next.blocks = kStrips + kGroup;
  next.steps = x86::ceilDiv(many.steps(), kGroup);
  const int64_t row = first + kTaskRows;
  if (row < many.rows() && many.bytesOf(row, 0)) {
    next.prefetch = many.bytesOf(row, 0);
    next.rowBytes = next.prefetch - many.bytesOf(row - 1, 0);
    next.rows = std::min(kTaskRows, many.rows() - row);
    next.lines = x86::ceilDiv(many.steps() * many.stepBytes(), 64);
  }
  return x86::PrefetchWalk(next);
}

MX_AMX_BEGIN

namespace {

/// A step of all limbs with the rows of tile `Strip`.
template <int Strip>
inline __attribute__((always_inline)) void multiplyStrip(const uint16_t *tiles,
                                                         int64_t limbs) {
  _tile_loadd(4, tiles + Strip * kTileWords, 64);
  _tile_dpbf16ps(Strip, 4, 5);
  if (limbs > 1)
    _tile_dpbf16ps(Strip, 4, 6);
  if (limbs > 2)
    _tile_dpbf16ps(Strip, 4, 7);
}

} // namespace

void Product::multiply(int64_t first, float *sums) const {
  // [step][strip] tiles
  auto *group = scratch<uint16_t>(ScratchSlot::Worker, kGroupWords);
  x86::PrefetchWalk walk = walkOf(first);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  const uint16_t *rows = few.data;
  const int64_t limbs = few.limbs;
  for (int64_t i = 0; i < many.steps(); i += kGroup) {
    const int64_t count = std::min(kGroup, many.steps() - i);
    for (int64_t strip = 0; strip < kStrips; ++strip) {
      walk.step();
      many.decode(
          first + strip * kRows, kRows, i, count,
          {group + strip * kTileWords, kStepWords, kStrips * kTileWords, 0});
    }
    for (int64_t step = 0; step < count; ++step) {
      const uint16_t *tiles = group + step * kStrips * kTileWords;
      walk.step();
      _tile_stream_loadd(5, rows, 64);
      if (limbs > 1)
        _tile_stream_loadd(6, rows + kTileWords, 64);
      if (limbs > 2)
        _tile_stream_loadd(7, rows + 2 * kTileWords, 64);
      rows += limbs * kTileWords;
      multiplyStrip<0>(tiles, limbs);
      multiplyStrip<1>(tiles, limbs);
      multiplyStrip<2>(tiles, limbs);
      multiplyStrip<3>(tiles, limbs);
    }
  }
  _tile_stored(0, sums, 64);
  _tile_stored(1, sums + 256, 64);
  _tile_stored(2, sums + 512, 64);
  _tile_stored(3, sums + 768, 64);
}

MX_TARGET_END

static bool multiplyItem(const MatmulArgs &args, int64_t item, Rows &a,
                         Rows &b) {
  a.prepare(args.itemOf(args.a, item));
  if (a.hasInfiniteFloat())
    return false;
  b.prepare(args.itemOf(args.b, item));
  const PackedRows few = pack(a, b.steps());
  avx512::Finisher finisher(args, item, a.exponents(), b.exponents());
  const Product product(few, b);
  const int64_t tasks = x86::ceilDiv(b.rows(), kTaskRows);
  parallelFor(tasks, x86::stripTasksTogether(tasks),
              [&](int64_t task, Workspace &) {
                alignas(64) float sums[kStrips * 256];
                const int64_t first = task * kTaskRows;
                configureTiles();
                product.multiply(first, sums);
                releaseTiles();
                for (int64_t strip = 0; strip < kStrips; ++strip)
                  if (first + strip * kRows < b.rows())
                    finisher.storeFloats(
                        {sums + 256 * strip, 0, first + strip * kRows, false});
              });
  return true;
}

bool multiplyFewTileRows(const MatmulArgs &args) {
  if (args.a.rows > kRows || args.b.rows < kTaskRows || !x86::isFp4(args.b) ||
      avx512::mayHoldInfinity(args.a, args.out.items))
    return false;
  constexpr KOrder kOrder = KOrder::NibblesOfWholeGroups;
  const int limbs = args.fast ? 2 : 3;
  Rows a(args.a, args.k, kOrder, limbs, ScratchSlot::RowsA);
  Rows b(args.b, args.k, kOrder, limbs, ScratchSlot::RowsB);
  for (int64_t item = 0; item < args.out.items; ++item)
    if (!multiplyItem(args, item, a, b))
      return false;
  return true;
}

} // namespace mx::runtime::amx
