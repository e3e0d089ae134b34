//===- Matmul.cpp - Products on AMX ---------------------------------------===//
//
// Both operands as bf16 numbers near 1 (one where element times scale fits, up
// to three elsewhere), products summed in f32. Bound, with u = 2^-24: a tile
// adds 16 products in turn and its two halves, and a result takes at most six
// tiles per 32 elements, so an error is at most K/5 + 20 times u·Σ|a·b|; what
// is flushed to zero is below 2^-126 after both rows are brought near 1. Where
// integers give the exact sum faster, they do.
//
//===----------------------------------------------------------------------===//

#include "../avx512/Finish.h"
#include "../avx512/Folded.h"
#include "../avx512/Rows.h"
#include "../x86/S8.h"
#include "Tiles.h"

#include <limits>

namespace mx::runtime::amx {

using avx512::KOrder;
using avx512::Rows;

namespace {

constexpr double kMostExtraWork = 1.8; ///< of bands, before bf16 is faster

x86::S8Engine engine() {
  return x86::s8Engine<avx512::FoldedRows, avx512::Finisher>(s8Multiplier());
}

/// False, with nothing written, if an operand has an infinity.
bool multiplyItem(const MatmulArgs &args, int64_t item, Rows &a, Rows &b) {
  a.prepare(args.itemOf(args.a, item));
  b.prepare(args.itemOf(args.b, item));
  if (a.hasInfiniteFloat() || b.hasInfiniteFloat())
    return false;
  avx512::Finisher finisher(args, item, a.exponents(), b.exponents());
  x86::multiplyTiles(
      a, b, bf16Multiplier(), [&](const uint8_t *sums, int64_t m, int64_t n) {
        finisher.store(reinterpret_cast<const float *>(sums), m, n);
      });
  return true;
}

/// Rows look for infinite floats while they read the one item that there is.
bool mayHoldInfinity(const OperandArgs &operand, int64_t items) {
  return (operand.isScaled || items > 1) && x86::hasInfinity(operand);
}

/// One row leaves tiles empty; its products in f32 need not even be stored.
bool isVector(const OperandArgs &one, const OperandArgs &other) {
  return one.rows == 1 && other.isScaled &&
         other.scaled.format.element.bits() == 4;
}

} // namespace

bool matmul_default(const MatmulArgs &args) {
  if (args.k == 0 || args.out.tensor.elements() == 0)
    return false;
  if (isVector(args.a, args.b) || isVector(args.b, args.a))
    return avx512_vnni::matmul_default(args);
  if (x86::multiplyS8(args, engine(), kMostExtraWork))
    return true;
  if (mayHoldInfinity(args.a, args.out.items) ||
      mayHoldInfinity(args.b, args.out.items))
    return false;
  KOrder order = x86::isFp4(args.b) ? KOrder::Nibbles : KOrder::Natural;
  int limbs = args.fast ? 2 : 3;
  Rows a(args.a, args.k, order, limbs, ScratchSlot::RowsA);
  Rows b(args.b, args.k, order, limbs, ScratchSlot::RowsB);
  for (int64_t item = 0; item < args.out.items; ++item)
    if (!multiplyItem(args, item, a, b))
      return false;
  return true;
}

bool matmul_exact(const MatmulArgs &args) {
  return x86::multiplyS8(args, engine(),
                         std::numeric_limits<double>::infinity());
}

} // namespace mx::runtime::amx
