#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;


LogicalResult PackedQuantizeOp::verify() { return success(); }
void PackedQuantizeOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &) {}
LogicalResult PackedQuantizeOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }

LogicalResult PackedDequantizeOp::verify() { return success(); }
void PackedDequantizeOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &) {}
LogicalResult PackedDequantizeOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }

LogicalResult PackedMatmulOp::verify() { return success(); }
void PackedMatmulOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &) {}
LogicalResult PackedMatmulOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }

LogicalResult PackedRelayoutOp::verify() { return success(); }
void PackedRelayoutOp::getEffects(SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &) {}
LogicalResult PackedRelayoutOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }
void PackedRelayoutOp::getCanonicalizationPatterns(RewritePatternSet &, MLIRContext *) {}
ScaledType PackedDequantizeOp::getScaledFormat() { return cast<ScaledType>(getFormat()); }
ScaledType PackedMatmulOp::getAScaledFormat() { return getAFormat() ? cast<ScaledType>(*getAFormat()) : ScaledType(); }
ScaledType PackedMatmulOp::getBScaledFormat() { return getBFormat() ? cast<ScaledType>(*getBFormat()) : ScaledType(); }
SmallVector<QuantizerAttr> PackedQuantizeOp::getQuantizerAttrs() { return llvm::to_vector(getQuantizers().getAsRange<QuantizerAttr>()); }
OperandRange PackedQuantizeOp::getInitsOf(unsigned i) {
  unsigned begin = 0, size = 0;
  for (unsigned j = 0; j <= i; ++j) {
    begin += size;
    size = getQuantizerAttrs()[j].getFormat().getHasTensorScale() ? 3 : 2;
  }
  return getInits().slice(begin, size);
}
