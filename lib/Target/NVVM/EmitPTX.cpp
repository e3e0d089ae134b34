//===- EmitPTX.cpp - PTX from kernels in the llvm dialect -----------------===//

#include "mx/Target/NVVM/EmitPTX.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Threading.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mx/Target/Optimize.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace mx::nvvm;

extern "C" {
void LLVMInitializeNVPTXTarget();
void LLVMInitializeNVPTXTargetInfo();
void LLVMInitializeNVPTXTargetMC();
void LLVMInitializeNVPTXAsmPrinter();
}

static std::unique_ptr<llvm::TargetMachine> createMachine(const Chip &chip,
                                                          std::string &error) {
  static const bool initialized = [] {
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    return true;
  }();
  (void)initialized;
  llvm::Triple triple("nvptx64-nvidia-cuda");
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  std::string features = "+ptx" + std::to_string(chip.ptxVersion);
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, chip.name, features, options, std::nullopt, std::nullopt,
      llvm::CodeGenOptLevel::Aggressive));
}

static llvm::FailureOr<std::string> emitAtOnce(gpu::GPUModuleOp module,
                                               const Chip &chip) {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(chip, error);
  if (!machine)
    return module.emitError("no code for NVIDIA GPUs: ") << error;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated =
      translateModuleToLLVMIR(module, context, module.getName());
  if (!translated)
    return failure();
  translated->setTargetTriple(machine->getTargetTriple());
  translated->setDataLayout(machine->createDataLayout());
  mx::optimize(*translated, *machine);
  llvm::SmallString<0> ptx;
  llvm::raw_svector_ostream os(ptx);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, os, nullptr,
                                   llvm::CodeGenFileType::AssemblyFile))
    return module.emitError("LLVM's NVPTX back end emits no PTX");
  passes.run(*translated);
  return ptx.str().str();
}

/// A module for each kernel, where they share nothing but declarations; else
/// none.
static SmallVector<OwningOpRef<gpu::GPUModuleOp>>
splitKernels(gpu::GPUModuleOp module) {
  SmallVector<Operation *> kernels, declarations;
  for (Operation &op : *module.getBody()) {
    auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
    auto global = dyn_cast<LLVM::GlobalOp>(op);
    if (function && !function.isExternal() &&
        function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()))
      kernels.push_back(&op);
    else if ((function && function.isExternal()) ||
             (global && !global.getValueOrNull() &&
              global.getInitializerRegion().empty() &&
              global.getLinkage() == LLVM::Linkage::External))
      declarations.push_back(&op);
    else
      return {};
  }
  SmallVector<OwningOpRef<gpu::GPUModuleOp>> modules;
  for (Operation *kernel : kernels) {
    auto one = cast<gpu::GPUModuleOp>(module->cloneWithoutRegions());
    Block &body = one.getBodyRegion().emplaceBlock();
    auto b = OpBuilder::atBlockBegin(&body);
    for (Operation *declaration : declarations)
      b.clone(*declaration);
    b.clone(*kernel);
    modules.emplace_back(one);
  }
  return modules;
}

StringRef mx::nvvm::dropHeader(StringRef ptx) {
  while (!ptx.empty()) {
    auto [line, rest] = ptx.split('\n');
    line = line.trim();
    if (!line.empty() && !line.starts_with("//") &&
        !line.starts_with(".version") && !line.starts_with(".target") &&
        !line.starts_with(".address_size"))
      break;
    ptx = rest;
  }
  return ptx;
}

llvm::FailureOr<std::string> mx::nvvm::emitPTX(gpu::GPUModuleOp module,
                                               const Chip &chip) {
  SmallVector<OwningOpRef<gpu::GPUModuleOp>> parts = splitKernels(module);
  if (parts.size() < 2)
    return emitAtOnce(module, chip);
  SmallVector<std::string> codes(parts.size());
  auto emit = [&](size_t i) -> LogicalResult {
    FailureOr<std::string> code = emitAtOnce(*parts[i], chip);
    if (succeeded(code))
      codes[i] = i == 0 ? std::move(*code) : dropHeader(*code).str();
    return code;
  };
  if (failed(
          failableParallelForEachN(module.getContext(), 0, parts.size(), emit)))
    return failure();
  return llvm::join(codes, "");
}
