//===- Prepack.cpp - Weights in the order of the kernels ------------------===//
//
// mx-prepack: constants only. What changes from call to call would be moved in
// every call, for more than the product gains. By floats only: kernels of two
// quantised operands gain nothing from tiles.
//
//===----------------------------------------------------------------------===//

#include "mx/Dialect/MX/IR/Formats.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Dialect/MX/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXPREPACK
#include "mx/Dialect/MX/Transforms/Passes.h.inc"

namespace {

/// Formats whose tiles kernels read as they are.
bool hasKernels(ScaledType format) {
  return isa<Float4E2M1FNType>(format.getElement()) &&
         isa<Float8E8M0FNUType>(format.getScale()) &&
         format.getBlockRows() == 1 &&
         format.getBlockCols() != ScaledType::kFull &&
         format.getBlockCols() % 32 == 0;
}

/// The bytes of a constant as a matrix: its axes from the last of `axes` on are
/// one. Null where the constant is of another kind.
TypedAttr asMatrix(ElementsAttr constant, int64_t axes) {
  ArrayRef<int64_t> shape = constant.getShapedType().getShape();
  SmallVector<int64_t> matrix(shape.take_front(axes));
  matrix.back() = ShapedType::getNumElements(shape.drop_front(axes - 1));
  auto type = RankedTensorType::get(matrix, constant.getElementType());
  if (auto dense = dyn_cast<DenseElementsAttr>(constant))
    return dense.reshape(type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return nullptr;
}

Value relayout(OpBuilder &b, Location loc, TypedAttr matrix) {
  Value input = arith::ConstantOp::create(b, loc, matrix);
  auto type = cast<RankedTensorType>(matrix.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[shape.size() - 2] = llvm::divideCeil(shape[shape.size() - 2], 16);
  shape.back() = llvm::divideCeil(shape.back(), 4);
  shape.push_back(64);
  Value init = tensor::EmptyOp::create(b, loc, shape, type.getElementType());
  return PackedRelayoutOp::create(b, loc, init.getType(), input, init,
                                  ScaleLayout::Linear, ScaleLayout::Tile16x4)
      .getResult();
}

/// Codes and scales of one operand, if they are constants.
bool prepack(PackedMatmulOp op, MutableOperandRange parts, ScaledType format) {
  if (!format || !hasKernels(format))
    return false;
  SmallVector<Value> before(OperandRange(parts).take_front(2));
  ElementsAttr codes, scale;
  if (!matchPattern(before[0], m_Constant(&codes)) ||
      !matchPattern(before[1], m_Constant(&scale)))
    return false;
  int64_t rank = scale.getShapedType().getRank();
  TypedAttr rows = asMatrix(codes, rank), scales = asMatrix(scale, rank);
  if (!rows || !scales)
    return false;
  OpBuilder b(op);
  parts.slice(0, 1).assign(relayout(b, op.getLoc(), rows));
  parts.slice(1, 1).assign(relayout(b, op.getLoc(), scales));
  for (Value value : before)
    if (isOpTriviallyDead(value.getDefiningOp()))
      value.getDefiningOp()->erase();
  return true;
}

struct Prepack : impl::MXPrepackBase<Prepack> {
  void runOnOperation() override {
    getOperation()->walk([](PackedMatmulOp op) {
      bool hasFloats = !op.getAFormat() || !op.getBFormat();
      if (!op.getResult() || !op.isLinear() || !hasFloats)
        return;
      if (prepack(op, op.getAMutable(), op.getAScaledFormat()))
        op.setALayout(ScaleLayout::Tile16x4);
      if (prepack(op, op.getBMutable(), op.getBScaledFormat()))
        op.setBLayout(ScaleLayout::Tile16x4);
    });
  }
};

} // namespace
} // namespace mx
