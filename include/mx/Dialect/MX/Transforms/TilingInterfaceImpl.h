//===- TilingInterfaceImpl.h - Tiling of value-level mx ops -----*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_TILINGINTERFACEIMPL_H
#define MX_DIALECT_MX_TRANSFORMS_TILINGINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mx {

/// Adds TilingInterface to quantize, dequantize, hadamard, cast and matmul.
void registerTilingInterfaceModels(mlir::DialectRegistry &registry);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_TILINGINTERFACEIMPL_H
