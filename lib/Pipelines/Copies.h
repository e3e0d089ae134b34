//===- Copies.h - Copies without a runtime library --------------*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_COPIES_H
#define MX_LIB_PIPELINES_COPIES_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mx {

/// memref.copy becomes linalg.copy, hence loops. (Upstream lowers a strided
/// copy to a call of memrefCopy in its runner library, which an object that
/// stands by itself must not need.)
std::unique_ptr<mlir::Pass> createExpandCopiesPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_COPIES_H
