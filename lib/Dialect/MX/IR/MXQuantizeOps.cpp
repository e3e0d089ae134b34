#include "mx/Dialect/MX/IR/Formats.h"

using namespace mlir;
using namespace mx;


LogicalResult QuantizeOp::verify() { return success(); }
LogicalResult QuantizeOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }

LogicalResult DequantizeOp::verify() { return success(); }
LogicalResult DequantizeOp::reifyResultShapes(OpBuilder &, ReifiedRankedShapedTypeDims &) { return failure(); }

LogicalResult AssembleOp::verify() { return success(); }

LogicalResult DisassembleOp::verify() { return success(); }

LogicalResult AmaxOp::verify() { return success(); }
void QuantizeOp::getCanonicalizationPatterns(RewritePatternSet &, MLIRContext *) {}
void DequantizeOp::getCanonicalizationPatterns(RewritePatternSet &, MLIRContext *) {}
void DisassembleOp::getCanonicalizationPatterns(RewritePatternSet &, MLIRContext *) {}
ScaledType QuantizeOp::getFormat() { return cast<ScaledType>(getResult().getType().getElementType()); }
ScaleRule QuantizeOp::getEffectiveScaleRule() { return getScaleRule() ? *getScaleRule() : OperandRecipeAttr::getDefaultScaleRule(getFormat()); }
