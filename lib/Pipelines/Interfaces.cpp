//===- Interfaces.cpp - C interfaces of public functions ------------------===//

#include "Interfaces.h"

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace {
struct RequestInterfaces
    : PassWrapper<RequestInterfaces, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RequestInterfaces)

  StringRef getArgument() const override { return "mx-request-interfaces"; }
  StringRef getDescription() const override {
    return "give public functions a C interface";
  }
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    // The seed has been threaded; LLVM IR has no such argument attribute.
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.removeArgAttr(i, mx::MXDialect::kSeedAttrName);
    if (function.isPublic() && !function.isExternal())
      function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                        UnitAttr::get(&getContext()));
  }
};
} // namespace

std::unique_ptr<Pass> mx::createRequestInterfacesPass() {
  return std::make_unique<RequestInterfaces>();
}
