//===- RowScales.h - Tiles of operands as blocks of rows --------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_ROWSCALES_H
#define MX_LIB_CONVERSION_NVVM_ROWSCALES_H

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/IR/PatternMatch.h"

namespace mx::nvvm {

/// The format with its tiles cut into rows, which the kernels of products read;
/// other formats, and null, as they are.
ScaledType getRowFormat(ScaledType format);

/// Gives operands of a product that have tiles a scale for each row of a tile,
/// which changes no value.
void repeatTileScales(mlir::RewriterBase &rewriter, PackedMatmulOp op);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_ROWSCALES_H
