#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;


LogicalResult HadamardOp::verify() { return success(); }
void HadamardOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &) {}
LogicalResult HadamardOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }

LogicalResult CastOp::verify() { return success(); }
void CastOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &) {}
LogicalResult CastOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }

LogicalResult TransposeOp::verify() { return success(); }
LogicalResult TransposeOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }

LogicalResult DeriveSeedOp::verify() { return success(); }
Type CastOp::getTargetFormat() { return getFormat() ? *getFormat() : cast<ShapedType>(getInit().getType()).getElementType(); }
LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location>, ValueRange, DictionaryAttr, OpaqueProperties, RegionRange, SmallVectorImpl<Type> &) { return failure(); }
OpFoldResult TransposeOp::fold(FoldAdaptor) { return {}; }
OpFoldResult DeriveSeedOp::fold(FoldAdaptor) { return {}; }
