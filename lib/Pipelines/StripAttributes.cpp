//===- StripAttributes.cpp - No attribute of ours is left -----------------===//

#include "StripAttributes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mx/Dialect/MX/IR/MX.h"

using namespace mlir;

static bool isOurs(NamedAttribute attr) {
  return isa_and_nonnull<mx::MXDialect>(attr.getNameDialect());
}

namespace {
struct StripAttributes : PassWrapper<StripAttributes, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StripAttributes)

  StringRef getArgument() const override { return "mx-strip-attributes"; }
  StringRef getDescription() const override {
    return "remove the attributes of the mx dialect";
  }
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      SmallVector<NamedAttribute> attrs =
          llvm::to_vector(op->getDiscardableAttrs());
      for (NamedAttribute attr : attrs)
        if (isOurs(attr))
          op->removeDiscardableAttr(attr.getName());
      auto function = dyn_cast<FunctionOpInterface>(op);
      for (unsigned i = 0; function && i < function.getNumArguments(); ++i)
        for (NamedAttribute attr : function.getArgAttrs(i))
          if (isOurs(attr))
            function.removeArgAttr(i, attr.getName());
      for (unsigned i = 0; function && i < function.getNumResults(); ++i)
        for (NamedAttribute attr : function.getResultAttrs(i))
          if (isOurs(attr))
            function.removeResultAttr(i, attr.getName());
    });
  }
};
} // namespace

std::unique_ptr<Pass> mx::createStripAttributesPass() {
  return std::make_unique<StripAttributes>();
}
