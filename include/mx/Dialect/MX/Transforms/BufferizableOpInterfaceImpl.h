//===- BufferizableOpInterfaceImpl.h - Bufferization of mx ops --*- C++ -*-===//

#ifndef MX_DIALECT_MX_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define MX_DIALECT_MX_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mx {

/// Adds BufferizableOpInterface to the destination-style ops of mx.
void registerBufferizableOpInterfaceModels(mlir::DialectRegistry &registry);

} // namespace mx

#endif // MX_DIALECT_MX_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
