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
#include "../avx512/Target.h"

#include <algorithm>

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kTile = 16;

MX_AVX2_BEGIN // for the compiler's own vectors

    void addRemainders(const std::vector<Remainder> &rest, const TiledFp4 &many,
                       int64_t strip, float *sums) {
  if (rest.empty())
    return;
  double exact[kStripRows];
  std::copy(sums, sums + kStripRows, exact);
  for (const Remainder &one : rest) {
    float column[kStripRows];
    many.loadColumn(strip, one.col, column);
    for (int64_t row = 0; row < kStripRows; ++row)
      exact[row] += double(one.value) * column[row];
  }
  for (int64_t row = 0; row < kStripRows; ++row)
    sums[row] = static_cast<float>(exact[row]);
}

MX_TARGET_END

/// Results of a strip from its sums with all of the few, [row][16].
void finishStrip(const DigitRows &few, const TiledFp4 &many, int64_t strip,
                 float *sums, const Finisher &finisher) {
  alignas(64) float tile[kTile * kTile] = {};
  for (int64_t m = 0; m < few.rows(); ++m, sums += kStripRows) {
    addRemainders(few.remaindersOf(m), many, strip, sums);
    for (int64_t n = 0; n < kStripRows; ++n)
      tile[kTile * n + m] = sums[n];
  }
  finisher.storeFloats({tile, 0, strip * kStripRows});
}

} // namespace

static void multiplyItem(const MatmulArgs &args, int64_t item,
                         const DigitRows &few, TiledFp4 &many,
                         MultiplyStrips multiplyStrips,
                         decltype(&makeFinisher<Finisher>) makeFinisher) {
  many.locate(args.itemOf(args.b, item));
  auto finisher = makeFinisher(args, item, few.exponents(), many.exponents());
  const int64_t tasks = ceilDiv(many.strips(), kStripsTogether);
  parallelFor(tasks, stripTasksTogether(tasks), [&](int64_t task, Workspace &) {
    alignas(64) float sums[kStripsTogether * kFewRows * kStripRows];
    int64_t first = task * kStripsTogether;
    int64_t count = std::min(kStripsTogether, many.strips() - first);
    for (int64_t i = 0; i < count; ++i)
      many.scanStrip(first + i);
    multiplyStrips(few, many, first, count, sums);
    for (int64_t i = 0; i < count; ++i)
      finishStrip(few, many, first + i, sums + i * few.rows() * kStripRows,
                  *finisher);
  });
}

bool multiplyFewTiled(const MatmulArgs &args, int64_t most,
                      MultiplyStrips multiplyStrips,
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
        multiplyItem(args, item, few, many, multiplyStrips, finisher);
    }
  return true;
}

} // namespace mx::runtime::x86
