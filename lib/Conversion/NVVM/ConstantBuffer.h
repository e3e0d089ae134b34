//===- ConstantBuffer.h - Buffers that nothing writes -----------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_CONSTANTBUFFER_H
#define MX_LIB_CONVERSION_NVVM_CONSTANTBUFFER_H

#include "mlir/IR/Value.h"

namespace mx::nvvm {

/// Whether a kernel may read a buffer before those queued before it are done: a
/// view of a constant, or of an argument of a public function with mx.constant.
/// Those do not write to their arguments; what calls a private function may
/// have written to its. Not of tensors.
bool isConstantBuffer(mlir::Value buffer);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_CONSTANTBUFFER_H
