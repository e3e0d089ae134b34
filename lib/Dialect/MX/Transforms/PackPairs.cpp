//===- PackPairs.cpp - Two quantisations of one value ---------------------===//
//
// Training quantises a tensor along its rows for one product and along its
// columns for another. One op with two quantizers reads it once. The joined op
// stands where the earlier one stood, in the same block, so that nothing runs
// more often than before.
//
//===----------------------------------------------------------------------===//

#include "PackFusion.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace mx {
namespace {

/// The order of a block's ops, kept up to date where ops move: MLIR's own is
/// computed anew after each move, which makes long blocks quadratic.
class BlockOrder {
public:
  explicit BlockOrder(Block &block) {
    for (auto [index, op] : llvm::enumerate(block))
      position[&op] = index;
  }
  bool isBefore(Operation *op, Operation *other) const {
    return position.lookup(op) < position.lookup(other);
  }
  void moveBefore(Operation *op, Operation *place) {
    op->moveBefore(place);
    standIn(op, place);
  }
  /// `op` now stands where `place` is.
  void standIn(Operation *op, Operation *place) {
    position[op] = position.lookup(place);
  }

private:
  DenseMap<Operation *, unsigned> position;
};

/// Whether `value` is available before `op`, or can be once pure ops of the
/// block move there; these are added to `moves` in the order to move them.
bool canBeBefore(Value value, Operation *op, const BlockOrder &order,
                 SetVector<Operation *> &moves, int depth = 8) {
  Operation *producer = value.getDefiningOp();
  if (!producer || producer->getBlock() != op->getBlock() ||
      order.isBefore(producer, op) || moves.contains(producer))
    return true;
  if (depth == 0 || producer->getNumRegions() || !isPure(producer))
    return false;
  for (Value operand : producer->getOperands())
    if (!canBeBefore(operand, op, order, moves, depth - 1))
      return false;
  moves.insert(producer);
  return true;
}

bool sameOrAbsent(Value x, Value y) { return !x || !y || x == y; }

/// Whether one op can stand for both: shared operands must agree.
bool canJoin(PackedQuantizeOp rows, PackedQuantizeOp columns) {
  if (!sameOrAbsent(rows.getSeed(), columns.getSeed()) ||
      !llvm::equal(rows.getOrigin(), columns.getOrigin()) ||
      !llvm::equal(rows.getExtents(), columns.getExtents()))
    return false;
  auto twoLevel = [](PackedQuantizeOp op) {
    return op.getQuantizerAttrs().front().getFormat().getHasTensorScale();
  };
  return rows.getTensorAmax() == columns.getTensorAmax() ||
         (!rows.getTensorAmax() && !twoLevel(rows)) ||
         (!columns.getTensorAmax() && !twoLevel(columns));
}

/// Joins the two, or does nothing where the later one's operands cannot move.
void join(PackedQuantizeOp rows, PackedQuantizeOp columns, BlockOrder &order) {
  if (!canJoin(rows, columns))
    return;
  bool rowsFirst = order.isBefore(rows, columns);
  PackedQuantizeOp earlier = rowsFirst ? rows : columns;
  PackedQuantizeOp later = rowsFirst ? columns : rows;
  SetVector<Operation *> moves;
  for (Value operand : later->getOperands())
    if (!canBeBefore(operand, earlier, order, moves))
      return;
  for (Operation *op : moves)
    order.moveBefore(op, earlier);

  OpBuilder b(earlier);
  SmallVector<Value> inits(rows.getInits());
  llvm::append_range(inits, columns.getInits());
  auto either = [](Value x, Value y) { return x ? x : y; };
  auto joined = PackedQuantizeOp::create(
      b, b.getFusedLoc({rows.getLoc(), columns.getLoc()}),
      ValueRange(inits).getTypes(), rows.getInput(),
      either(rows.getTensorAmax(), columns.getTensorAmax()),
      either(rows.getSeed(), columns.getSeed()), rows.getOrigin(),
      rows.getExtents(), inits,
      b.getArrayAttr({rows.getQuantizers()[0], columns.getQuantizers()[0]}));
  order.standIn(joined, earlier);
  unsigned split = rows.getNumResults();
  rows->replaceAllUsesWith(joined.getResults().take_front(split));
  columns->replaceAllUsesWith(joined.getResults().drop_front(split));
  rows.erase();
  columns.erase();
}

void pairInBlock(Block &block) {
  // Row-wise and transposed quantisations of each value, not yet joined.
  struct Candidates {
    SmallVector<PackedQuantizeOp, 2> rows, columns;
  };
  llvm::MapVector<Value, Candidates> candidates;
  for (auto op : block.getOps<PackedQuantizeOp>()) {
    if (op.getQuantizers().size() != 1 || op.getNumResults() == 0)
      continue;
    Candidates &list = candidates[op.getInput()];
    bool transposed = op.getQuantizerAttrs().front().getTranspose();
    (transposed ? list.columns : list.rows).push_back(op);
  }
  BlockOrder order(block);
  for (auto &[input, list] : candidates)
    for (auto [rows, columns] : llvm::zip(list.rows, list.columns))
      join(rows, columns, order);
}

} // namespace

void pairPackedQuantize(Operation *root) {
  SmallVector<Block *> blocks;
  root->walk([&](Block *block) { blocks.push_back(block); });
  for (Block *block : blocks)
    pairInBlock(*block);
}

} // namespace mx
