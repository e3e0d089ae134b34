//===- PublicFunctions.h - What a module gives its users --------*- C++ -*-===//

#ifndef MX_PIPELINES_PUBLICFUNCTIONS_H
#define MX_PIPELINES_PUBLICFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mx {

/// The public functions with a body, in order.
inline llvm::SmallVector<mlir::func::FuncOp>
getPublicFunctions(mlir::ModuleOp module) {
  llvm::SmallVector<mlir::func::FuncOp> functions;
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      functions.push_back(function);
  return functions;
}

} // namespace mx

#endif // MX_PIPELINES_PUBLICFUNCTIONS_H
