//===- KernelsToPTX.cpp - gpu.module to gpu.binary ------------------------===//
//
// mx-kernels-to-ptx: kernels in the llvm and nvvm dialects become PTX.
//
//===----------------------------------------------------------------------===//

#include "KernelBinaries.h"
#include "mx/Conversion/Passes.h"
#include "mx/Target/NVVM/EmitPTX.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace mx {
#define GEN_PASS_DEF_MXKERNELSTOPTX
#include "mx/Conversion/Passes.h.inc"

namespace {

/// A name that PTX takes: letters, digits, _ and $ (PTX ISA, Identifiers).
std::string getPTXName(StringRef name) {
  std::string result = name.str();
  for (char &c : result)
    if (!llvm::isAlnum(c) && c != '$')
      c = '_';
  return result;
}

/// Gives the kernels of a module names of PTX, in launches too.
LogicalResult renameKernels(gpu::GPUModuleOp module, ModuleOp program) {
  SymbolTable symbols(module);
  for (auto kernel :
       llvm::make_early_inc_range(module.getOps<LLVM::LLVMFuncOp>())) {
    std::string name = getPTXName(kernel.getName());
    if (kernel.isExternal() || name == kernel.getName())
      continue;
    while (symbols.lookup(name))
      name += '_';
    auto before = SymbolRefAttr::get(module.getNameAttr(),
                                     FlatSymbolRefAttr::get(kernel));
    auto after =
        SymbolRefAttr::get(module.getNameAttr(),
                           FlatSymbolRefAttr::get(module.getContext(), name));
    program.walk([&](gpu::LaunchFuncOp launch) {
      if (launch.getKernel() == before)
        launch.setKernelAttr(after);
    });
    if (failed(symbols.rename(kernel, name)))
      return failure();
  }
  return success();
}

struct KernelsToPTX : impl::MXKernelsToPTXBase<KernelsToPTX> {
  using Base::Base;

  void getDependentDialects(DialectRegistry &registry) const final {
    registerKernelTranslations(registry);
  }

  void runOnOperation() final {
    for (auto module : getOperation().getOps<gpu::GPUModuleOp>())
      if (failed(renameKernels(module, getOperation())))
        return signalPassFailure();
    if (failed(replaceKernels(getOperation(), chip,
                              gpu::CompilationTarget::Assembly, nvvm::emitPTX)))
      signalPassFailure();
  }
};

} // namespace
} // namespace mx
