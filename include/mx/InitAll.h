//===- InitAll.h - Registration for tools and embedders ---------*- C++ -*-===//

#ifndef MX_INITALL_H
#define MX_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mx {

/// Adds the mx dialect and all its external models to a registry.
void registerMx(mlir::DialectRegistry &registry);

/// Registers every mx pass and pipeline with MLIR's global registry.
void registerMxPasses();

} // namespace mx

#endif // MX_INITALL_H
