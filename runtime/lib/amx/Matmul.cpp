//===- Matmul.cpp - Products on AMX ---------------------------------------===//
//
// Bound of the bf16 products, with u = 2^-24: a tile adds 16 products in turn
// and its two halves, and a result takes at most six tiles per 32 elements, so
// an error is at most K/5 + 20 times u·Σ|a·b|. Where integers give the exact
// sum faster, they do.
//
//===----------------------------------------------------------------------===//

#include "../avx512/Finish.h"
#include "../avx512/Folded.h"
#include "../avx512/MatmulBF16.h"
#include "../avx512_vnni/Strips.h"
#include "../x86/S8.h"
#include "FewColumns.h"
#include "FewTileRows.h"
#include "FewTiles.h"
#include "Tiles.h"

#include <limits>

namespace mx::runtime::amx {

namespace {

constexpr double kMostExtraWork = 1.8; ///< of bands, before bf16 is faster

x86::S8Engine engine() {
  return x86::s8Engine<avx512::FoldedRows, avx512::Finisher>(s8Multiplier());
}

/// Rows by weights in tiles, before bf16 is faster, which multiplies each limb.
int64_t mostDigits(const OperandArgs &few) {
  return avx512::bf16Limbs(few) > 1 ? 4 : 2;
}

/// A few rows leave tiles empty, and a tile takes as long for them as for 16;
/// their products in f32 do not even store the others' 4-bit elements or
/// floats.
bool hasFewRows(const OperandArgs &few, const OperandArgs &many) {
  // More of them take longer so than by tiles.
  bool isLong = avx512::bf16Limbs(few) > 1 || avx512::bf16Limbs(many) > 1;
  if (many.isScaled)
    return many.scaled.format.element.bits() == 4 &&
           few.rows <= (isLong ? 8 : 4);
  return many.plain.colStride == 1 && few.rows <= (isLong ? 16 : 4);
}

/// Whether rows of A that hasFewRows() names fill tiles for long enough.
bool fillsTiles(const OperandArgs &few, int64_t k) {
  constexpr int64_t kLongRow = 1024;
  return !few.isScaled && k >= kLongRow &&
         few.rows >= (avx512::bf16Limbs(few) > 1 ? 6 : 4);
}

} // namespace

bool matmul_default(const MatmulArgs &args) {
  if (args.k == 0 || args.out.tensor.elements() == 0)
    return false;
  // Tiles take as long for one row as for 16.
  if (x86::multiplyFewTiled(args, mostDigits(args.a),
                            avx512_vnni::multiplyStrips,
                            x86::makeFinisher<avx512::Finisher>) ||
      multiplyFewTiles(args))
    return true;
  if (hasFewRows(args.a, args.b) && fillsTiles(args.a, args.k) &&
      multiplyFewTileRows(args))
    return true;
  if (hasFewRows(args.a, args.b) || hasFewRows(args.b, args.a))
    return avx512_vnni::matmul_default(args);
  return x86::multiplyS8(args, engine(), kMostExtraWork) ||
         multiplyFewColumns(args) || multiplyFewTileRows(args) ||
         avx512::multiplyBF16(args, bf16Multiplier());
}

bool matmul_exact(const MatmulArgs &args) {
  return x86::multiplyS8(args, engine(),
                         std::numeric_limits<double>::infinity()) ||
         avx512_vnni::matmul_exact(args);
}

} // namespace mx::runtime::amx
