//===- Emit.cpp - LLVM IR and objects from lowered modules ----------------===//

#include "mx/Target/Emit.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mx/Target/Optimize.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;

std::unique_ptr<llvm::TargetMachine> mx::createHostMachine(std::string &error) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::Triple triple(llvm::sys::getProcessTriple());
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  std::string features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures()) {
    features += features.empty() ? "" : ",";
    features += (feature.getValue() ? "+" : "-") + feature.getKey().str();
  }
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, llvm::sys::getHostCPUName(), features,
                                  options, llvm::Reloc::PIC_));
}

/// Host code holds the text of its kernels already; upstream's translation of a
/// gpu.binary would add constructors that load it.
static void eraseBinaries(ModuleOp module) {
  for (auto binary : llvm::make_early_inc_range(module.getOps<gpu::BinaryOp>()))
    binary.erase();
}

std::unique_ptr<llvm::Module>
mx::translateAndOptimize(ModuleOp module, llvm::LLVMContext &context,
                         llvm::TargetMachine &machine) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  eraseBinaries(module);
  std::unique_ptr<llvm::Module> result =
      translateModuleToLLVMIR(module, context, "mx");
  if (!result)
    return nullptr;
  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  optimize(*result, machine);
  return result;
}

/// Translates for this host and hands the module to `emit`.
static LogicalResult withModule(
    ModuleOp module,
    llvm::function_ref<LogicalResult(llvm::Module &, llvm::TargetMachine &)>
        emit) {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = mx::createHostMachine(error);
  if (!machine)
    return module.emitError("no code for this machine: ") << error;
  llvm::LLVMContext context;
  auto translated = mx::translateAndOptimize(module, context, *machine);
  if (!translated)
    return failure();
  return emit(*translated, *machine);
}

LogicalResult mx::emitLLVMIR(ModuleOp module, llvm::raw_ostream &os) {
  return withModule(module, [&](llvm::Module &m, llvm::TargetMachine &) {
    m.print(os, nullptr);
    return success();
  });
}

LogicalResult mx::emitObject(ModuleOp module, llvm::raw_pwrite_stream &os) {
  return withModule(
      module,
      [&](llvm::Module &m, llvm::TargetMachine &machine) -> LogicalResult {
        llvm::legacy::PassManager passes;
        if (machine.addPassesToEmitFile(passes, os, nullptr,
                                        llvm::CodeGenFileType::ObjectFile))
          return LogicalResult(
              module.emitError("this machine has no object format"));
        passes.run(m);
        return success();
      });
}
