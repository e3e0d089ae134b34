//===- MatmulF32.cpp - Products of any operands in f32 --------------------===//
//
// Which way a product takes.
//
//===----------------------------------------------------------------------===//

#include "MatmulF32.h"

#include <algorithm>

namespace mx::runtime::x86 {

static void multiplyItem(const MatmulArgs &args, int64_t item, FloatRows &a,
                         FloatRows &b, const F32Engine &engine) {
  a.prepare(args.itemOf(args.a, item));
  b.prepare(args.itemOf(args.b, item));
  auto finisher = engine.s8.finisher(args, item, a.exponents(), b.exponents());
  auto finish = [&](const SumTile &tile) { finisher->storeFloats(tile); };
  bool fewIsA = a.rows() <= b.rows();
  if (std::min(a.rows(), b.rows()) > kFewRows)
    multiplyTiles(a, b, engine.multiplier, finish, finisher->plainFloats());
  else
    multiplyFewRows(fewIsA ? a : b, fewIsA ? b : a, fewIsA, engine.addProducts,
                    finish);
}

bool multiplyF32(const MatmulArgs &args, const F32Engine &engine) {
  if (args.k == 0 || args.out.tensor.elements() == 0)
    return false;
  bool fillTiles = std::min(args.a.rows, args.b.rows) > kFewRows / 2;
  if (fillTiles && multiplyS8(args, engine.s8, engine.mostExtraWork))
    return true;
  if (engine.blocks && std::min(args.a.rows, args.b.rows) > kFewRows &&
      multiplyByteBlocks(args, *engine.blocks, engine.s8))
    return true;
  if (engine.words && std::min(args.a.rows, args.b.rows) > kFewRows &&
      multiplyS16(args, {*engine.words, engine.rows, engine.s8}))
    return true;
  bool areFew = std::min(args.a.rows, args.b.rows) <= kFewRows;
  auto *manyRows = areFew && engine.manyRows ? engine.manyRows : engine.rows;
  bool fewIsA = args.a.rows <= args.b.rows;
  auto a =
      (fewIsA ? engine.rows : manyRows)(args.a, args.k, ScratchSlot::RowsA);
  auto b =
      (fewIsA ? manyRows : engine.rows)(args.b, args.k, ScratchSlot::RowsB);
  // f32 has infinities of its own, but times a number that became 0 they are
  // NaN, and what is expanded does not come near 1.
  if (((a->isExpanded() || b->mayLoseNumbers()) && hasInfinity(args.a)) ||
      ((b->isExpanded() || a->mayLoseNumbers()) && hasInfinity(args.b)))
    return false;
  for (int64_t item = 0; item < args.out.items; ++item)
    multiplyItem(args, item, *a, *b, engine);
  return true;
}

} // namespace mx::runtime::x86
