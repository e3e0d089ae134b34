//===- ConvertToLLVM.cpp - mx ops for stock --convert-to-llvm -------------===//
//
// The patterns of mx-lower-cpu as a dialect interface: bufferized mx ops become
// calls and constants, which upstream's patterns take on to LLVM.
//
//===----------------------------------------------------------------------===//

#include "mx/Conversion/Patterns.h"
#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Conversion/ConvertToLLVM/ToLLVMInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;

namespace mx {
namespace {

struct ConvertMXToLLVM : ConvertToLLVMPatternInterface {
  using ConvertToLLVMPatternInterface::ConvertToLLVMPatternInterface;

  void loadDependentDialects(MLIRContext *context) const final {
    context->loadDialect<arith::ArithDialect, func::FuncDialect,
                         memref::MemRefDialect>();
  }

  void populateConvertToLLVMConversionPatterns(
      ConversionTarget &target, LLVMTypeConverter &,
      RewritePatternSet &patterns) const final {
    target.addIllegalDialect<MXDialect>();
    populateLowerCPUPatterns(patterns);
    populateLowerSeedPatterns(patterns);
  }
};

} // namespace

void registerConvertMXToLLVMInterface(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *, MXDialect *dialect) {
    dialect->addInterfaces<ConvertMXToLLVM>();
  });
}

} // namespace mx
