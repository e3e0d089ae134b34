//===- KernelBinaries.cpp - gpu.module to gpu.binary ----------------------===//

#include "KernelBinaries.h"

#include "../../Target/NVVM/Builder/Overlap.h"
#include "../NVVM/ChipOption.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Threading.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"

using namespace mlir;

void mx::registerKernelTranslations(DialectRegistry &registry) {
  registry.insert<gpu::GPUDialect, NVVM::NVVMDialect>();
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

static void replace(gpu::GPUModuleOp module, StringRef code,
                    gpu::CompilationTarget format, const mx::nvvm::Chip &info,
                    bool overlaps) {
  OpBuilder b(module);
  auto target = NVVM::NVVMTargetAttr::get(
      b.getContext(), /*optLevel=*/2, "nvptx64-nvidia-cuda", info.name,
      "+ptx" + std::to_string(info.ptxVersion));
  DictionaryAttr properties;
  if (overlaps)
    properties = b.getDictionaryAttr(
        b.getNamedAttr(mx::kOverlapsProperty, b.getUnitAttr()));
  auto object =
      gpu::ObjectAttr::get(target, format, b.getStringAttr(code), properties);
  gpu::BinaryOp::create(b, module.getLoc(), module.getName(),
                        /*offloadingHandler=*/nullptr,
                        b.getArrayAttr({object}));
  module.erase();
}

LogicalResult mx::replaceKernels(
    ModuleOp module, StringRef chip, gpu::CompilationTarget format,
    function_ref<FailureOr<std::string>(gpu::GPUModuleOp, const nvvm::Chip &)>
        compile) {
  const nvvm::Chip *info = nvvm::findChipOrError(module, chip);
  if (!info)
    return failure();
  SmallVector<gpu::GPUModuleOp> modules(module.getOps<gpu::GPUModuleOp>());
  SmallVector<std::string> codes(modules.size());
  // As old as griddepcontrol.
  bool overlaps = info->has(nvvm::Feature::BulkCopy);
  if (overlaps)
    llvm::for_each(modules, nvvm::letOverlap);
  auto run = [&](size_t i) -> LogicalResult {
    FailureOr<std::string> code = compile(modules[i], *info);
    if (succeeded(code))
      codes[i] = std::move(*code);
    return code;
  };
  if (failed(failableParallelForEachN(module.getContext(), 0, modules.size(),
                                      run)))
    return failure();
  for (auto [kernels, code] : llvm::zip(modules, codes))
    replace(kernels, code, format, *info, overlaps);
  return success();
}
