//===- Interfaces.h - C interfaces of public functions ----------*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_INTERFACES_H
#define MX_LIB_PIPELINES_INTERFACES_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mx {

/// Public functions with a body get `llvm.emit_c_interface`, private ones
/// internal linkage, and arguments lose `mx.seed`. (Upstream's
/// llvm-request-c-wrappers marks declarations too, which changes what a
/// program must link.)
std::unique_ptr<mlir::Pass> createRequestInterfacesPass();

/// Tensor arguments of public functions get `bufferization.writable = false`
/// where the user gave none: a caller's buffers are not scratch space.
std::unique_ptr<mlir::Pass> createProtectArgumentsPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_INTERFACES_H
