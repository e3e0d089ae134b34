//===- FewTileRows.cpp - Tiles of rows by rows of weights -----------------===//
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

constexpr int64_t kRows = 16; ///< of a tile
constexpr int64_t kMostTiles = 2, kMostRows = kMostTiles * kRows;
constexpr int64_t kLeastWeights = 64; ///< rows of them
/// Of rows that a thread packs alone and keeps: 6 MiB, at most.
constexpr int64_t kMostColumns = 1 << 15;
/// Tiles of a task: strips of 16 rows of weights by tiles of the others.
constexpr int64_t kSums = 4;
constexpr int64_t kStepsOfGroup = 4; ///< that are decoded together
constexpr int64_t kStepWords = 32, kTileWords = kTileBytes / 2;
constexpr int64_t kGroupWords = kStepsOfGroup * kSums * kTileWords;

/// The few rows, [step][limb][tile], with two numbers of each row in a line.
struct PackedRows {
  const uint16_t *data;
  int64_t tiles, limbs;

  int64_t strips() const { return kSums / tiles; } ///< of a task
  int64_t wordsOfStep() const { return limbs * tiles * kTileWords; }
};

class Product {
public:
  Product(const PackedRows &few, const Rows &many) : few(few), many(many) {}

  int64_t rowsOfTask() const { return few.strips() * kRows; }
  /// Sums [strip][tile][16 of `many`][16] of the task from row `first` on.
  void multiply(int64_t first, float *sums) const;

private:
  x86::PrefetchWalk walkOf(int64_t first) const;

  const PackedRows &few;
  const Rows &many;
};

PackedRows pack(const Rows &rows, int64_t steps) {
  constexpr int64_t kMostLimbs = 3;
  alignas(64)
      uint16_t decoded[kMostRows * kMostLimbs * kStepsOfGroup * kStepWords];
  const int64_t limbs = rows.limbs(), tiles = x86::ceilDiv(rows.rows(), kRows);
  PackedRows packed = {nullptr, tiles, limbs};
  auto *data =
      scratch<uint16_t>(ScratchSlot::Operand, steps * packed.wordsOfStep());
  packed.data = data;
  for (int64_t first = 0; first < steps; first += kStepsOfGroup) {
    const int64_t count = std::min(kStepsOfGroup, steps - first);
    const int64_t limbStride = count * kStepWords;
    const int64_t rowStride = limbs * limbStride;
    rows.decode(0, tiles * kRows, first, count,
                {decoded, rowStride, kStepWords, limbStride});
    for (int64_t i = 0; i < count * limbs * tiles; ++i, data += kTileWords) {
      const uint16_t *tile = decoded + i % tiles * kRows * rowStride;
      avx512::packUnits(tile + i / tiles % limbs * limbStride +
                            i / (tiles * limbs) * kStepWords,
                        rowStride, 1, reinterpret_cast<uint8_t *>(data));
    }
  }
  return packed;
}

} // namespace

/// Over what the task behind that of row `first` reads.
x86::PrefetchWalk Product::walkOf(int64_t first) const {
  x86::SliceProduct next; // a block for each call of a group
  next.blocks = few.strips() + kStepsOfGroup;
  next.steps = x86::ceilDiv(many.steps(), kStepsOfGroup);
  const int64_t row = first + rowsOfTask();
  if (row < many.rows() && many.bytesOf(row, 0)) {
    next.prefetch = many.bytesOf(row, 0);
    next.rowBytes = next.prefetch - many.bytesOf(row - 1, 0);
    next.rows = std::min(rowsOfTask(), many.rows() - row);
    next.lines = x86::ceilDiv(many.steps() * many.stepBytes(), 64);
  }
  return x86::PrefetchWalk(next);
}

MX_AMX_BEGIN

namespace {

/// Tile `Strip` of the weights by a tile of rows, which has limbs in tiles 5 to
/// 7.
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

/// A step of four strips by a tile of rows.
inline __attribute__((always_inline)) void
multiplyTile(const uint16_t *tiles, const uint16_t *rows, int64_t limbs) {
  _tile_stream_loadd(5, rows, 64);
  if (limbs > 1)
    _tile_stream_loadd(6, rows + kTileWords, 64);
  if (limbs > 2)
    _tile_stream_loadd(7, rows + 2 * kTileWords, 64);
  multiplyStrip<0>(tiles, limbs);
  multiplyStrip<1>(tiles, limbs);
  multiplyStrip<2>(tiles, limbs);
  multiplyStrip<3>(tiles, limbs);
}

/// A step of two strips by two tiles of rows.
inline __attribute__((always_inline)) void
multiplyTwoTiles(const uint16_t *tiles, const uint16_t *rows, int64_t limbs) {
  _tile_loadd(4, tiles, 64);
  _tile_loadd(5, tiles + kTileWords, 64);
  for (int64_t limb = 0; limb < limbs; ++limb, rows += 2 * kTileWords) {
    _tile_stream_loadd(6, rows, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(2, 5, 6);
    _tile_stream_loadd(7, rows + kTileWords, 64);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(3, 5, 7);
  }
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
  const PackedRows own = few; // in registers: loads wait for decode()'s stores
  const uint16_t *rows = own.data;
  const int64_t strips = own.strips();
  for (int64_t i = 0; i < many.steps(); i += kStepsOfGroup) {
    const int64_t count = std::min(kStepsOfGroup, many.steps() - i);
    for (int64_t strip = 0; strip < strips; ++strip) {
      walk.step();
      many.decode(
          first + strip * kRows, kRows, i, count,
          {group + strip * kTileWords, kStepWords, strips * kTileWords, 0});
    }
    const uint16_t *tiles = group;
    for (int64_t step = 0; step < count; ++step) {
      walk.step();
      if (own.tiles == 1)
        multiplyTile(tiles, rows, own.limbs);
      else
        multiplyTwoTiles(tiles, rows, own.limbs);
      tiles += strips * kTileWords;
      rows += own.wordsOfStep();
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
  const int64_t tasks = x86::ceilDiv(b.rows(), product.rowsOfTask());
  parallelFor(tasks, x86::stripTasksTogether(tasks),
              [&](int64_t task, Workspace &) {
                alignas(64) float sums[kSums * 256];
                const int64_t first = task * product.rowsOfTask();
                configureTiles();
                product.multiply(first, sums);
                releaseTiles();
                for (int64_t i = 0; i < kSums; ++i) {
                  const int64_t n = first + i / few.tiles * kRows;
                  if (n < b.rows())
                    finisher.storeFloats(
                        {sums + 256 * i, i % few.tiles * kRows, n, false});
                }
              });
  return true;
}

bool multiplyFewTileRows(const MatmulArgs &args) {
  if (args.a.rows > kMostRows || args.b.rows < kLeastWeights ||
      !x86::isFp4(args.b) || x86::isTiledFp4(args.b) || args.k > kMostColumns ||
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
