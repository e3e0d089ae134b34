//===- InlineBody.h - Elementwise ops within kernels ------------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_INLINEBODY_H
#define MX_LIB_TARGET_NVVM_KERNELS_INLINEBODY_H

#include "../Builder/Kernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mx::nvvm {

/// The element that an op's body makes of one element of each input.
/// `getIndex(axis)` is the number of the element along a loop, an i64.
Value inlineBody(Kernel &k, mlir::linalg::GenericOp op, ValueRange elements,
                 llvm::function_ref<Int(int64_t)> getIndex = nullptr);

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_KERNELS_INLINEBODY_H
