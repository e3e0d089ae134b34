//===- MatmulBF16.cpp - Products of any operands in bf16 ------------------===//
//
// An item after the other; infinities must be known before one is written.
//
//===----------------------------------------------------------------------===//

#include "MatmulBF16.h"

#include "Finish.h"
#include "Rows.h"
#include "TiledRows.h"

namespace mx::runtime::avx512 {

/// Columns of rows that pay for 64 bytes of each, to be read once only.
static constexpr int64_t kLeastDeferred = 128;

/// False if an operand has an infinity; nothing is written then, unless
/// mayWriteTwice().
template <typename RowsB>
static bool multiplyItem(const MatmulArgs &args, int64_t item, Rows &a,
                         RowsB &b, const x86::Multiplier &multiplier) {
  a.prepare(args.itemOf(args.a, item));
  b.prepare(args.itemOf(args.b, item));
  if (a.hasInfiniteFloat() || b.hasInfiniteFloat())
    return false;
  Finisher finisher(args, item, a.exponents(), b.exponents());
  auto finish = [&](const x86::SumTile &tile) { finisher.storeFloats(tile); };
  x86::multiplyTiles(a, b, multiplier, finish, finisher.plainFloats());
  return !a.hasInfiniteFloat();
}

template <typename RowsB>
static bool multiplyItems(const MatmulArgs &args, Rows &a, RowsB &b,
                          const x86::Multiplier &multiplier) {
  for (int64_t item = 0; item < args.out.items; ++item)
    if (!multiplyItem(args, item, a, b, multiplier))
      return false;
  return true;
}

bool mayHoldInfinity(const OperandArgs &operand, int64_t items) {
  return (operand.isScaled || items > 1) && x86::hasInfinity(operand);
}

bool mayWriteTwice(const MatmulArgs &args) {
  return args.out.items == 1 && !args.hasAcc && args.epilogue.isIdle();
}

int bf16Limbs(const OperandArgs &operand) {
  return (x86::significandBits(operand) + 7) / 8;
}

bool multiplyBF16(const MatmulArgs &args, const x86::Multiplier &multiplier) {
  if (mayHoldInfinity(args.a, args.out.items) ||
      mayHoldInfinity(args.b, args.out.items))
    return false;
  bool isTiled = multiplier.takesPacked && x86::isTiledFp4(args.b);
  // Then many floats are decoded, for few rows of B.
  bool packsB =
      !isTiled && !args.a.isScaled && args.a.plain.tensor.dtype == MX_F32 &&
      x86::packsB({args.a.rows, args.b.rows, x86::ceilDiv(args.k, Rows::kStep)},
                  /*isWide=*/true, multiplier);
  KOrder order = isTiled              ? KOrder::Nibbles
                 : packsB             ? KOrder::Halves
                 : x86::isFp4(args.b) ? KOrder::NibblesOfWholeGroups
                                      : KOrder::Natural;
  int limbs = args.fast ? 2 : 3;
  Rows a(args.a, args.k, order, limbs, ScratchSlot::RowsA,
         packsB && args.k >= kLeastDeferred && mayWriteTwice(args));
  if (isTiled) {
    TiledRows b(args.b, args.k);
    return multiplyItems(args, a, b, multiplier);
  }
  Rows b(args.b, args.k, order, limbs, ScratchSlot::RowsB);
  return multiplyItems(args, a, b, multiplier);
}

} // namespace mx::runtime::avx512
