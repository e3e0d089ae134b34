//===- Blocks.cpp - Loops over the elements of one block ------------------===//

#include "Blocks.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace mx::reference {

Blocks::Blocks(Emitter e, Value source, ScaledType format)
    : source(source), sizes(reference::getSizes(e, source)) {
  OpFoldResult rows = sizes.size() > 1 ? sizes[sizes.size() - 2]
                                       : OpFoldResult(e.b.getIndexAttr(1));
  blockRows = format.getBlockRows() == ScaledType::kFull
                  ? rows
                  : OpFoldResult(e.b.getIndexAttr(format.getBlockRows()));
  blockCols = format.getBlockCols() == ScaledType::kFull
                  ? sizes.back()
                  : OpFoldResult(e.b.getIndexAttr(format.getBlockCols()));
  r = toValue(e, blockRows), c = toValue(e, blockCols);
  m = toValue(e, rows), k = toValue(e, sizes.back());
}

Sizes Blocks::getCounts(Emitter e) const {
  Sizes counts(sizes);
  counts.back() = ceilDiv(e, sizes.back(), blockCols);
  if (sizes.size() > 1)
    counts[sizes.size() - 2] = ceilDiv(e, sizes[sizes.size() - 2], blockRows);
  return counts;
}

SmallVector<Value> Blocks::getBlockOf(Emitter e, ArrayRef<Value> at) const {
  SmallVector<Value> block(at);
  block.back() = Int(e, at.back()).udiv(Int(e, c)).get();
  if (at.size() > 1)
    block[at.size() - 2] = Int(e, at[at.size() - 2]).udiv(Int(e, r)).get();
  return block;
}

SmallVector<Value> Blocks::getFirst(Emitter e, ArrayRef<Value> block) const {
  SmallVector<Value> at(block);
  at.back() = (Int(e, block.back()) * Int(e, c)).get();
  if (at.size() > 1)
    at[at.size() - 2] = (Int(e, block[at.size() - 2]) * Int(e, r)).get();
  return at;
}

Blocks::Bounds Blocks::getBounds(Emitter e, ArrayRef<Value> block) const {
  SmallVector<Value> first = getFirst(e, block);
  Bounds bounds;
  bounds.col = first.back();
  bounds.endCol = (Int(e, bounds.col) + Int(e, c)).umin(Int(e, k)).get();
  bounds.row = arith::ConstantIndexOp::create(e.b, e.loc, 0);
  bounds.endRow = arith::ConstantIndexOp::create(e.b, e.loc, 1);
  if (first.size() > 1) {
    bounds.row = first[first.size() - 2];
    bounds.endRow = (Int(e, bounds.row) + Int(e, r)).umin(Int(e, m)).get();
  }
  return bounds;
}

Value Blocks::getSize(Emitter e, ArrayRef<Value> block) const {
  Bounds bounds = getBounds(e, block);
  Int rows = Int(e, bounds.endRow) - Int(e, bounds.row);
  Int cols = Int(e, bounds.endCol) - Int(e, bounds.col);
  return arith::UIToFPOp::create(e.b, e.loc, e.b.getF32Type(),
                                 (rows * cols).fromIndex(64).get());
}

SmallVector<Value> Blocks::fold(Emitter e, ArrayRef<Value> block,
                                ValueRange initial, Step step) const {
  Bounds bounds = getBounds(e, block);
  Value one = arith::ConstantIndexOp::create(e.b, e.loc, 1);
  auto rows = scf::ForOp::create(
      e.b, e.loc, bounds.row, bounds.endRow, one, initial,
      [&](OpBuilder &b, Location loc, Value row, ValueRange outer) {
        auto cols = scf::ForOp::create(
            b, loc, bounds.col, bounds.endCol, one, outer,
            [&](OpBuilder &b, Location loc, Value col, ValueRange inner) {
              SmallVector<Value> at(block);
              at.back() = col;
              if (at.size() > 1)
                at[at.size() - 2] = row;
              scf::YieldOp::create(b, loc, step({b, loc}, at, inner));
            });
        scf::YieldOp::create(b, loc, cols.getResults());
      });
  return llvm::to_vector_of<Value>(rows.getResults());
}

} // namespace mx::reference
