//===- Interfaces.cpp - C interfaces of public functions ------------------===//

#include "Interfaces.h"

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

/// What func-to-llvm reads a linkage from.
static constexpr StringLiteral kLinkage("llvm.linkage");

namespace {
struct RequestInterfaces
    : PassWrapper<RequestInterfaces, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RequestInterfaces)

  StringRef getArgument() const override { return "mx-request-interfaces"; }
  StringRef getDescription() const override {
    return "give public functions a C interface";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<LLVM::LLVMDialect>();
  }
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    // The seed has been threaded; LLVM IR has no such argument attributes.
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      for (StringRef name :
           {mx::MXDialect::kSeedAttrName, mx::MXDialect::kNameAttrName,
            mx::MXDialect::kAxesAttrName, mx::MXDialect::kConstantAttrName})
        function.removeArgAttr(i, name);
    function->removeAttr(mx::MXDialect::kAxesAttrName);
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      function.removeResultAttr(
          i, StringAttr::get(&getContext(), mx::MXDialect::kAxesAttrName));
    if (function.isExternal())
      return;
    if (function.isPublic())
      function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                        UnitAttr::get(&getContext()));
    else // two objects may have private functions of one name
      function->setAttr(kLinkage, LLVM::LinkageAttr::get(
                                      &getContext(), LLVM::Linkage::Internal));
  }
};

struct ProtectArguments
    : PassWrapper<ProtectArguments, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ProtectArguments)

  StringRef getArgument() const override { return "mx-protect-arguments"; }
  StringRef getDescription() const override {
    return "keep bufferization from writing to public functions' arguments";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<bufferization::BufferizationDialect>();
  }
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function.isPublic() || function.isExternal())
      return;
    auto name = bufferization::BufferizationDialect::kWritableAttrName;
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
      if (isa<TensorType>(type) && !function.getArgAttr(i, name))
        function.setArgAttr(i, name, BoolAttr::get(&getContext(), false));
  }
};
} // namespace

std::unique_ptr<Pass> mx::createRequestInterfacesPass() {
  return std::make_unique<RequestInterfaces>();
}

std::unique_ptr<Pass> mx::createProtectArgumentsPass() {
  return std::make_unique<ProtectArguments>();
}
