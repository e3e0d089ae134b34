//===- BuildModule.h - The IR of generated kernels --------------*- C++ -*-===//

#ifndef MX_GENERATE_BUILDMODULE_H
#define MX_GENERATE_BUILDMODULE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mx/Generate/KernelSpec.h"

namespace mx {

/// A module of one public function for each kernel, in the order of the list:
///
/// | kernel | function |
/// |---|---|
/// | gemm | (a, b[, acc]) -> product |
/// | quantize | (x[, amax][, seed]) -> codes and scales[, of the transpose] |
/// | dequantize | (x) -> floats |
/// | hadamard | (x[, seed]) -> floats |
///
/// Arguments carry their names as NameLoc. What the ops do not take (a scale
/// rule that the format has not) is a diagnostic at the kernel's place, and
/// null.
mlir::OwningOpRef<mlir::ModuleOp>
buildKernelModule(llvm::ArrayRef<KernelSpec> kernels,
                  mlir::MLIRContext &context);

} // namespace mx

#endif // MX_GENERATE_BUILDMODULE_H
