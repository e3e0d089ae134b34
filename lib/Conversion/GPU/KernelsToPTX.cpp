//===- KernelsToPTX.cpp - gpu.module to gpu.binary ------------------------===//
//
// mx-kernels-to-ptx: kernels in the llvm and nvvm dialects become PTX.
//
//===----------------------------------------------------------------------===//

#include "../NVVM/ChipOption.h"
#include "mx/Conversion/Passes.h"
#include "mx/Target/NVVM/EmitPTX.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/Threading.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
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
    registry.insert<gpu::GPUDialect, NVVM::NVVMDialect>();
    registerBuiltinDialectTranslation(registry);
    registerGPUDialectTranslation(registry);
    registerLLVMDialectTranslation(registry);
    registerNVVMDialectTranslation(registry);
  }

  void runOnOperation() final {
    const nvvm::Chip *info = nvvm::findChipOrError(getOperation(), chip);
    if (!info)
      return signalPassFailure();
    SmallVector<gpu::GPUModuleOp> modules(
        getOperation().getOps<gpu::GPUModuleOp>());
    for (gpu::GPUModuleOp module : modules)
      if (failed(renameKernels(module, getOperation())))
        return signalPassFailure();
    SmallVector<std::string> codes(modules.size());
    auto emit = [&](size_t i) -> LogicalResult {
      FailureOr<std::string> ptx = nvvm::emitPTX(modules[i], *info);
      if (succeeded(ptx))
        codes[i] = std::move(*ptx);
      return ptx;
    };
    if (failed(
            failableParallelForEachN(&getContext(), 0, modules.size(), emit)))
      return signalPassFailure();
    for (auto [module, code] : llvm::zip(modules, codes))
      replace(module, code, *info);
  }

private:
  void replace(gpu::GPUModuleOp module, StringRef code,
               const nvvm::Chip &info) {
    OpBuilder b(module);
    auto target = NVVM::NVVMTargetAttr::get(
        &getContext(), /*optLevel=*/2, "nvptx64-nvidia-cuda", info.name,
        "+ptx" + std::to_string(info.ptxVersion));
    auto object = gpu::ObjectAttr::get(target, gpu::CompilationTarget::Assembly,
                                       b.getStringAttr(code));
    gpu::BinaryOp::create(b, module.getLoc(), module.getName(),
                          /*offloadingHandler=*/nullptr,
                          b.getArrayAttr({object}));
    module.erase();
  }
};

} // namespace
} // namespace mx
