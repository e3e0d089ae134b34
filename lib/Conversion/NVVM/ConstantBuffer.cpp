//===- ConstantBuffer.cpp - Buffers that nothing writes -------------------===//

#include "ConstantBuffer.h"

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mx;

static bool isConstantGlobal(memref::GetGlobalOp op) {
  auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
      op, op.getNameAttr());
  return global && global.getConstant();
}

bool mx::nvvm::isConstantBuffer(Value buffer) {
  if (!isa<MemRefType>(buffer.getType()))
    return false;
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>())
    buffer = view.getViewSource();
  if (auto global = buffer.getDefiningOp<memref::GetGlobalOp>())
    return isConstantGlobal(global);
  auto argument = dyn_cast<BlockArgument>(buffer);
  auto function =
      argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
               : func::FuncOp();
  return function && function.isPublic() &&
         argument.getOwner()->isEntryBlock() &&
         function.getArgAttr(argument.getArgNumber(),
                             MXDialect::kConstantAttrName);
}
