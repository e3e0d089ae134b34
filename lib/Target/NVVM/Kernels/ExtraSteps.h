//===- ExtraSteps.h - Where rows of bands are not zero ----------*- C++ -*-===//
//
// The bands of a row after its first hold few blocks where a few tokens stand
// out. Tiles of extra rows alone are multiplied in those steps of K only in
// which one of their rows has numbers.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_EXTRASTEPS_H
#define MX_LIB_TARGET_NVVM_KERNELS_EXTRASTEPS_H

#include "../Builder/Kernel.h"

namespace mx::nvvm::s8_fold {

/// Rows of a tile: what a cluster makes of A, and a block of B.
constexpr int kExtraTile = 256;
/// Blocks of 32 in a step of K.
constexpr int kStepBlocks = 4;

/// A table of i32, zero before, for the tiles of `rows` rows and the extra ones
/// after them: for each tile the number of its steps, then flags of all steps,
/// then the steps in any order; at the end flags for all extra rows together.
class ExtraSteps {
public:
  ExtraSteps(Kernel &k, Value table, Int rows, Int steps, Int room)
      : k(k), table(table), rows(rows), steps(steps),
        tiles(((rows + room) >> 8) + 1) {}

  /// Adds a step to the tile of an extra row, and 1 to the i32 at `total` if no
  /// extra row had it.
  void mark(Int row, Int step, Value total);

  /// Whether a tile has extra rows alone (i1); only then the others.
  Int has(Int firstRow) { return firstRow.sgt(rows - 1); }
  /// How many steps it has, at least 1: sums of no steps are those of one with
  /// zeros.
  Int count(Int firstRow);
  /// Where its steps are.
  Value list(Int firstRow);

private:
  Value at(Int index) { return k.element(table, k.i32Type(), index); }
  Int flags(Int tile) { return tiles + tile * steps; }
  Int isZero(Value place);
  Int isFirst(Value place);
  Int lists(Int tile) { return tiles + (tiles + tile) * steps; }

  Kernel &k;
  Value table;
  Int rows, steps, tiles;
};

} // namespace mx::nvvm::s8_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_EXTRASTEPS_H
