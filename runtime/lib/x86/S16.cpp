//===- S16.cpp - Products with MXFP4 weights in 16-bit integers -----------===//
//
// Which products go this way, and B's rows as words.
//
//===----------------------------------------------------------------------===//

#include "S16.h"

namespace mx::runtime::x86 {

namespace {

constexpr int64_t kShortestRow =
    256; ///< columns that pay for two passes over A

/// FoldedRows of one band as 16-bit integers.
class FoldedWords final : public RowSource {
public:
  FoldedWords(const FoldedRows &source, int64_t k) : source(source), k(k) {}

  int64_t rows() const override { return source.rows(); }
  int64_t steps() const override { return ceilDiv(k, WordRows::kStep); }
  int64_t stepBytes() const override { return source.stepBytes() / 2; }
  const uint8_t *bytesOf(int64_t row, int64_t step) const override {
    constexpr int64_t parts = FoldedRows::kStep / WordRows::kStep;
    return source.bytesOf(row, step / parts);
  }
  bool isPacked() const override { return true; }
  int64_t rowsTogether() const override { return source.rowsTogether(); }
  void decode(int64_t firstRow, int64_t rowCount, int64_t first, int64_t count,
              const RowTarget &target) const override {
    source.decodeWords(firstRow, rowCount, first, count, target);
  }

private:
  const FoldedRows &source;
  int64_t k;
};

void multiplyItem(const MatmulArgs &args, int64_t item, const WordRows &a,
                  const FoldedRows &b, const S16Engine &engine) {
  auto finisher = engine.s8.finisher(args, item, a.exponents(), b.exponents());
  multiplyTiles(a, FoldedWords(b, args.k), engine.multiplier,
                [&](const SumTile &tile) { finisher->storeFloats(tile); });
}

} // namespace

bool multiplyS16(const MatmulArgs &args, const S16Engine &engine) {
  if (!isFp4(args.b) || args.k < kShortestRow)
    return false;
  auto b = engine.s8.rows(args.b, args.k, ScratchSlot::RowsB);
  WordRows a(engine.floats(args.a, args.k, ScratchSlot::RowsA), args.k);
  for (bool write : {false, true}) // every item must fit before one is written
    for (int64_t item = 0; item < args.out.items; ++item) {
      b->prepare(args.itemOf(args.b, item), true);
      if (!b->isOneBandEach() || !a.prepare(args.itemOf(args.a, item)))
        return false;
      if (!write)
        continue;
      b->setPacked(true);
      multiplyItem(args, item, a, *b, engine);
    }
  return true;
}

} // namespace mx::runtime::x86
