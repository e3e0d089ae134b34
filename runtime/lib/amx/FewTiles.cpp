//===- FewTiles.cpp - A tile of rows by prepacked MXFP4 -------------------===//
//
// Four strips of the weights at a time have an accumulator each. A group of 128
// columns is decoded, then multiplied: decoding the next one between the
// products takes longer, since both groups and the prefetched codes fill the
// first-level cache. For the same reason the few rows are loaded past it.
//
//===----------------------------------------------------------------------===//

#include "FewTiles.h"

#include "../Threads.h"
#include "../avx512/Finish.h"
#include "../avx512/Rows.h"
#include "../avx512/Target.h"
#include "../avx512/TiledRows.h"
#include "Tiles.h"

#include <algorithm>

namespace mx::runtime::amx {

using x86::kTileBytes;
using x86::TiledFp4;

namespace {

constexpr int64_t kStrips = 4, kRows = 16, kStepsOfGroup = 4;
constexpr int64_t kAhead = 1024; ///< bytes of a strip that are fetched
constexpr int64_t kGroupWords = kStrips * kStepsOfGroup * kTileBytes / 2;

/// The few rows, [step][limb][16][32] bf16 numbers.
struct FewRows {
  const uint16_t *data;
  int limbs;
};

class FewTiles {
public:
  FewTiles(const FewRows &few, const TiledFp4 &many) : few(few), many(many) {}

  /// Sums [strip][16][16] of strips [first, first + kStrips).
  void multiply(int64_t first, float *sums) const;

private:
  /// A group of the strips, [step][strip] tiles.
  void decode(int64_t first, int64_t group, uint16_t *tiles) const;

  const FewRows &few;
  const TiledFp4 &many;
};

} // namespace

MX_AMX_BEGIN

namespace {

/// A step of all limbs with the tile of strip `Strip`.
template <int Strip>
inline __attribute__((always_inline)) void multiplyStrip(const uint16_t *tiles,
                                                         int limbs) {
  _tile_loadd(4, tiles + Strip * kTileBytes / 2, 64);
  _tile_dpbf16ps(Strip, 5, 4);
  if (limbs > 1)
    _tile_dpbf16ps(Strip, 6, 4);
  if (limbs > 2)
    _tile_dpbf16ps(Strip, 7, 4);
}

} // namespace

void FewTiles::decode(int64_t first, int64_t group, uint16_t *tiles) const {
  const int64_t count = std::min(kStrips, many.strips() - first);
  const int64_t ahead = many.distanceAhead(group, kAhead, kStrips);
  for (int64_t block = 0; block < 4; ++block)
    for (int64_t i = 0; i < count; ++i)
      avx512::decodeBlock(many, first + i, group, block,
                          tiles + i * kTileBytes / 2, kStrips * kTileBytes / 2,
                          ahead);
}

void FewTiles::multiply(int64_t first, float *sums) const {
  auto *group = scratch<uint16_t>(ScratchSlot::Worker, kGroupWords);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  const uint16_t *rows = few.data;
  const int limbs = few.limbs;
  for (int64_t i = 0; i < many.groups(); ++i) {
    decode(first, i, group);
    const uint16_t *tiles = group;
    for (int64_t step = 0; step < kStepsOfGroup; ++step) {
      _tile_stream_loadd(5, rows, 64);
      if (limbs > 1)
        _tile_stream_loadd(6, rows + kTileBytes / 2, 64);
      if (limbs > 2)
        _tile_stream_loadd(7, rows + kTileBytes, 64);
      multiplyStrip<0>(tiles, limbs);
      multiplyStrip<1>(tiles, limbs);
      multiplyStrip<2>(tiles, limbs);
      multiplyStrip<3>(tiles, limbs);
      rows += limbs * kTileBytes / 2;
      tiles += kStrips * kTileBytes / 2;
    }
  }
  _tile_stored(0, sums, 64);
  _tile_stored(1, sums + 256, 64);
  _tile_stored(2, sums + 512, 64);
  _tile_stored(3, sums + 768, 64);
}

MX_TARGET_END

static bool multiplyItem(const MatmulArgs &args, int64_t item,
                         avx512::Rows &rows, TiledFp4 &many) {
  rows.prepare(args.itemOf(args.a, item));
  if (rows.hasInfiniteFloat())
    return false;
  many.locate(args.itemOf(args.b, item));
  int64_t steps = kStepsOfGroup * many.groups(), limbs = rows.limbs();
  auto *data =
      scratch<uint16_t>(ScratchSlot::Operand, steps * limbs * kTileBytes / 2);
  rows.decode(0, kRows, 0, steps,
              {data, 32, limbs * kTileBytes / 2, kTileBytes / 2});
  FewRows few{data, static_cast<int>(limbs)};
  avx512::Finisher finisher(args, item, rows.exponents(), many.exponents());
  FewTiles product(few, many);
  const int64_t tasks = x86::ceilDiv(many.strips(), kStrips);
  parallelFor(
      tasks, x86::stripTasksTogether(tasks), [&](int64_t task, Workspace &) {
        alignas(64) float sums[kStrips * 256];
        int64_t first = task * kStrips;
        int64_t count = std::min(kStrips, many.strips() - first);
        for (int64_t i = 0; i < count; ++i)
          many.scanStrip(first + i);
        configureTiles();
        product.multiply(first, sums);
        releaseTiles();
        for (int64_t i = 0; i < count; ++i)
          finisher.storeFloats({sums + 256 * i, 0, (first + i) * kRows, true});
      });
  return true;
}

bool multiplyFewTiles(const MatmulArgs &args) {
  if (args.a.rows > kRows || !x86::isTiledFp4(args.b) ||
      ((args.a.isScaled || args.out.items > 1) && x86::hasInfinity(args.a)))
    return false;
  avx512::Rows rows(args.a, args.k, avx512::KOrder::Nibbles, args.fast ? 2 : 3,
                    ScratchSlot::RowsA);
  TiledFp4 many(args.b, args.k);
  for (int64_t item = 0; item < args.out.items; ++item)
    if (!multiplyItem(args, item, rows, many))
      return false;
  return true;
}

} // namespace mx::runtime::amx
