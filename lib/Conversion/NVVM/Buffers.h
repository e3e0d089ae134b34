//===- Buffers.h - What ops do with buffers ---------------------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_BUFFERS_H
#define MX_LIB_CONVERSION_NVVM_BUFFERS_H

#include "mlir/IR/Operation.h"

namespace mx::nvvm {

/// The buffer that a view is of.
mlir::Value getRoot(mlir::Value view);

/// Whether an op, or one within, may write or free a buffer.
bool mayChange(mlir::Operation *op, mlir::Value root);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_BUFFERS_H
