//===- Explain.h - Which kernels each product takes, as data ----*- C++ -*-===//

#ifndef MX_CONVERSION_NVVM_EXPLAIN_H
#define MX_CONVERSION_NVVM_EXPLAIN_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include "llvm/Support/JSON.h"

namespace mx::nvvm {

/// `file:line:column` of the first place that a location names.
std::string getPlace(mlir::Location location);

/// Place, formats and result type of a packed product, and of the kernel
/// families the one it takes on `chip`, its schedule, and what keeps it from
/// the ones before; the elementwise ops that its kernel computes as it stores,
/// if there are some.
llvm::json::Object explain(PackedMatmulOp op, const Chip &chip);
/// The same of a product of floats; null for an op that is none. Its axes are
/// laid as mx-select-schedule lays them, which may replace it.
std::optional<llvm::json::Object> explain(mlir::linalg::LinalgOp op,
                                          const Chip &chip);

} // namespace mx::nvvm

#endif // MX_CONVERSION_NVVM_EXPLAIN_H
