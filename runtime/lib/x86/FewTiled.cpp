//===- FewTiled.cpp - A few rows by prepacked MXFP4 -----------------------===//
//
// Bound, with u = 2^-24: numbers that are not exact are off by K/2·u of
// themselves at most (Digits.cpp), sums of a block and their product with the
// scale round twice, so that an error is at most (K/2 + K/32 + 4)·u·Σ|a·b|, and
// as many roundings more as there are remainders, which are few. What is
// flushed to zero is below η.
//
//===----------------------------------------------------------------------===//

#include "FewTiled.h"

#include "../Threads.h"

#include <algorithm>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kStripsPerTask = 4, kTile = 16;

void addRemainders(const std::vector<Remainder> &rest, const TiledFp4 &many,
                   int64_t strip, float *sums) {
  for (int64_t row = 0; row < kStripRows && !rest.empty(); ++row) {
    double sum = sums[row];
    for (const Remainder &one : rest)
      sum += double(one.value) * many.element(strip, row, one.col);
    sums[row] = static_cast<float>(sum);
  }
}

} // namespace

static void multiplyItem(const MatmulArgs &args, int64_t item,
                         const DigitRows &few, TiledFp4 &many,
                         MultiplyStrip multiplyStrip,
                         decltype(&makeFinisher<Finisher>) makeFinisher) {
  many.locate(args.itemOf(args.b, item));
  auto finisher = makeFinisher(args, item, few.exponents(), many.exponents());
  int64_t tasks = ceilDiv(many.strips(), kStripsPerTask);
  parallelFor(tasks, [&](int64_t task, Workspace &) {
    int64_t end = std::min((task + 1) * kStripsPerTask, many.strips());
    for (int64_t strip = task * kStripsPerTask; strip < end; ++strip) {
      alignas(64) float sums[kFewRows * kStripRows];
      alignas(64) float tile[kTile * kTile] = {};
      many.scanStrip(strip);
      multiplyStrip(few, many, strip, sums);
      for (int64_t m = 0; m < few.rows(); ++m) {
        addRemainders(few.remaindersOf(m), many, strip, sums + kStripRows * m);
        for (int64_t n = 0; n < kStripRows; ++n)
          tile[kTile * n + m] = sums[kStripRows * m + n];
      }
      finisher->storeFloats({tile, 0, strip * kStripRows});
    }
  });
}

bool multiplyFewTiled(const MatmulArgs &args, int64_t most,
                      MultiplyStrip multiplyStrip,
                      decltype(&makeFinisher<Finisher>) finisher) {
  if (args.a.isScaled || args.a.rows > most || !isTiledFp4(args.b) ||
      args.k == 0 || args.out.tensor.elements() == 0)
    return false;
  DigitRows few(args.a.plain, args.a.rows, args.k);
  TiledFp4 many(args.b, args.k);
  for (bool write : {false, true}) // every item must fit before one is written
    for (int64_t item = 0; item < args.out.items; ++item) {
      if (!few.prepare(args.itemOf(args.a, item)))
        return false;
      if (write)
        multiplyItem(args, item, few, many, multiplyStrip, finisher);
    }
  return true;
}

} // namespace mx::runtime::x86
