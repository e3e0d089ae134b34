//===- Epilogue.cpp - What a product's kernel computes as it stores -------===//

#include "Epilogue.h"

#include "InlineBody.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

SmallVector<Value> Epilogue::getOthers() const {
  SmallVector<Value> others;
  linalg::GenericOp generic = op;
  if (generic)
    for (Value input : generic.getDpsInputs())
      if (input != product)
        others.push_back(input);
  return others;
}

SmallVector<Param> Epilogue::getParams() const {
  return SmallVector<Param>(getOthers().size(), Param::Pointer);
}

bool Epilogue::isWide() const {
  linalg::GenericOp generic = op;
  return generic && getElementTypeOrSelf(generic.getDpsInits()[0].getType())
                            .getIntOrFloatBitWidth() == 32;
}

SmallVector<OpOperand *> EpilogueCode::getOthers() const {
  SmallVector<OpOperand *> others;
  if (epilogue)
    for (OpOperand *operand : epilogue.op.getDpsInputOperands())
      if (operand->get() != epilogue.product)
        others.push_back(operand);
  return others;
}

/// The number of an element along an axis of the result, an i64: rows are those
/// of all items.
Int EpilogueCode::getIndex(int64_t axis, Int row, Int column) const {
  ArrayRef<int64_t> extents =
      cast<ShapedType>(epilogue.product.getType()).getShape();
  if (axis + 1 == int64_t(extents.size()))
    return column.sext(64);
  int64_t inner = 1;
  for (int64_t extent : extents.drop_back().drop_front(axis + 1))
    inner *= extent;
  Int index = inner == 1 ? row : row.udiv(inner);
  return axis == 0 ? index : index.urem(extents[axis]);
}

bool EpilogueCode::hasColumns(OpOperand *operand) const {
  AffineMap map = epilogue.op.getMatchingIndexingMap(operand);
  return map.getNumResults() > 0 &&
         map.getResults().back() ==
             getAffineDimExpr(map.getNumDims() - 1, map.getContext());
}

/// Which element of an operand belongs to one of the result, an i64.
Int EpilogueCode::locate(OpOperand *operand, Int row, Int column) const {
  AffineMap map = epilogue.op.getMatchingIndexingMap(operand);
  ArrayRef<AffineExpr> axes = map.getResults();
  ArrayRef<int64_t> extents =
      cast<ShapedType>(operand->get().getType()).getShape();
  bool endsInColumns = hasColumns(operand);
  if (endsInColumns) {
    axes = axes.drop_back();
    extents = extents.drop_back();
  }
  Int line = k.i64(0);
  unsigned count = llvm::count_if(axes, llvm::IsaPred<AffineDimExpr>);
  if (count + 1 == map.getNumDims())
    line = row;
  else
    for (auto [axis, extent] : llvm::zip(axes, extents))
      if (auto dim = dyn_cast<AffineDimExpr>(axis))
        line = line * extent + getIndex(dim.getPosition(), row, column);
  return endsInColumns ? line * n.sext(64) + column.sext(64) : line;
}

EpilogueCode::Others EpilogueCode::load(Int row, Int column) const {
  Others others;
  for (auto [i, operand] : llvm::enumerate(getOthers()))
    others.push_back(k.load(k.parameter(firstParam + i),
                            getElementTypeOrSelf(operand->get().getType()),
                            locate(operand, row, column)));
  return others;
}

std::array<EpilogueCode::Others, 2> EpilogueCode::loadTwo(Int rowIsIn, Int row,
                                                          Int column) const {
  if (!epilogue)
    return {};
  row = rowIsIn.select(row, row.like(0));
  Int first = column.smin(n - (evenN ? 2 : 1));
  Int second = evenN ? first + 1 : (column + 1).smin(n - 1);
  if (!evenN)
    return {load(row, first), load(row, second)};
  std::array<Others, 2> both;
  OpBuilder &b = k.builder();
  Location loc = k.emitter().loc;
  for (auto [i, operand] : llvm::enumerate(getOthers())) {
    Type type = getElementTypeOrSelf(operand->get().getType());
    Value pointer = k.parameter(firstParam + i);
    Int at = locate(operand, row, first);
    if (!hasColumns(operand) || !isa<FloatType>(type)) {
      both[0].push_back(k.load(pointer, type, at));
      both[1].push_back(k.load(pointer, type, locate(operand, row, second)));
      continue;
    }
    Value pair = LLVM::LoadOp::create(b, loc, VectorType::get({2}, type),
                                      k.element(pointer, type, at),
                                      type.getIntOrFloatBitWidth() / 4);
    for (int j = 0; j < 2; ++j)
      both[j].push_back(
          LLVM::ExtractElementOp::create(b, loc, pair, k.i32(j).get()));
  }
  return both;
}

Value EpilogueCode::compute(Value x, const Others &others, Int row,
                            Int column) const {
  if (!epilogue)
    return x;
  SmallVector<Value> elements;
  const Value *next = others.begin();
  for (Value input : epilogue.op.getDpsInputs())
    elements.push_back(input == epilogue.product ? x : *next++);
  return inlineBody(k, epilogue.op, elements,
                    [&](int64_t axis) { return getIndex(axis, row, column); });
}
