//===- OutParameters.h - Results in memory of the caller --------*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_OUTPARAMETERS_H
#define MX_LIB_PIPELINES_OUTPARAMETERS_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mx {

/// Each memref result of a public function becomes a last argument that the
/// function writes to. A buffer that is allocated to be returned is replaced by
/// the argument, any other one is copied into it. (Upstream's
/// buffer-results-to-out-params replaces a buffer twice that is returned
/// twice.) Runs between bufferization and deallocation.
std::unique_ptr<mlir::Pass> createOutParametersPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_OUTPARAMETERS_H
