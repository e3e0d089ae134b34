//===- RowScales.cpp - Tiles of operands as blocks of rows ----------------===//

#include "RowScales.h"

#include "../Reference/Lowerings.h"

using namespace mlir;
using namespace mx;
using namespace mx::nvvm;

ScaledType mx::nvvm::getRowFormat(ScaledType format) {
  if (!format || format.getBlockRows() <= 1)
    return format;
  return ScaledType::get(format.getContext(), format.getElement(),
                         format.getScale(), {format.getBlockCols()},
                         format.getHasTensorScale());
}

/// [..., M, ceil(K/c)] of scales [..., ceil(M/r), ceil(K/c)] of an operand.
static Value repeatScales(Emitter e, OperandRange operand, ScaledType format) {
  reference::Sizes sizes = reference::getSizes(e, operand[0]);
  sizes.pop_back();
  int64_t blockCols = format.getBlockCols();
  return reference::generate(
      e, sizes, getElementTypeOrSelf(operand[1].getType()),
      [&](Emitter e, ArrayRef<Value> at) {
        SmallVector<Value> element(at);
        element.back() = (Int(e, at.back()) * blockCols).get();
        return reference::readScale(e, operand[1], format, element);
      });
}

void mx::nvvm::repeatTileScales(RewriterBase &rewriter, PackedMatmulOp op) {
  rewriter.setInsertionPoint(op);
  Emitter e{rewriter, op.getLoc()};
  for (bool isB : {false, true}) {
    ScaledType format = isB ? op.getBScaledFormat() : op.getAScaledFormat();
    ScaledType rows = getRowFormat(format);
    if (rows == format || format.getBlockCols() == ScaledType::kFull)
      continue;
    Value scales = repeatScales(e, isB ? op.getB() : op.getA(), format);
    rewriter.modifyOpInPlace(op, [&] {
      MutableOperandRange operands = isB ? op.getBMutable() : op.getAMutable();
      operands[1].set(scales);
      auto attribute = TypeAttr::get(rows);
      isB ? op.setBFormatAttr(attribute) : op.setAFormatAttr(attribute);
    });
  }
}
