//===- Explain.h - Which kernels each product takes, as data ----*- C++ -*-===//

#ifndef MX_CONVERSION_NVVM_EXPLAIN_H
#define MX_CONVERSION_NVVM_EXPLAIN_H

#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Target/NVVM/TargetInfo.h"
#include "llvm/Support/JSON.h"

namespace mx::nvvm {

/// `file:line:column` of the first place that a location names.
std::string getPlace(mlir::Location location);

/// Place, formats and result type of a packed product, and of the kernel
/// families the one it takes on `chip`, its schedule, and what keeps it from
/// the ones before.
llvm::json::Object explain(PackedMatmulOp op, const Chip &chip);

} // namespace mx::nvvm

#endif // MX_CONVERSION_NVVM_EXPLAIN_H
