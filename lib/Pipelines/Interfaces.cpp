//===- Interfaces.cpp - C interfaces of public functions ------------------===//

#include "Interfaces.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
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
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<bufferization::BufferizationDialect, LLVM::LLVMDialect>();
  }
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function.isPublic() || function.isExternal())
      return;
    function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                      UnitAttr::get(&getContext()));
    auto writable = bufferization::BufferizationDialect::kWritableAttrName;
    for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
      if (isa<TensorType>(function.getArgumentTypes()[i]) &&
          !function.getArgAttr(i, writable))
        function.setArgAttr(i, writable, BoolAttr::get(&getContext(), false));
  }
};
} // namespace

std::unique_ptr<Pass> mx::createRequestInterfacesPass() {
  return std::make_unique<RequestInterfaces>();
}
