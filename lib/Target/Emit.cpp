//===- Emit.cpp - LLVM IR and objects from lowered modules ----------------===//

#include "mx/Target/Emit.h"

#include "Bfloat.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mx/Target/Optimize.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;

/// The features of the CPU this process runs on.
static std::string getHostFeatures() {
  std::string features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures()) {
    features += features.empty() ? "" : ",";
    features += (feature.getValue() ? "+" : "-") + feature.getKey().str();
  }
  return features;
}

/// What LLVM does not know of a processor, or nothing; LLVM itself would print
/// a warning and go on.
static std::string findUnknown(const llvm::MCSubtargetInfo &known,
                               const mx::Processor &processor) {
  if (!processor.cpu.empty() && !known.isCPUStringValid(processor.cpu))
    return "no CPU is called '" + processor.cpu + "'";
  SmallVector<StringRef> features;
  StringRef(processor.features).split(features, ',', -1, /*KeepEmpty=*/false);
  for (StringRef feature : features) {
    StringRef name = feature;
    if (!name.consume_front("+") && !name.consume_front("-"))
      return ("expected '+' or '-' before feature '" + feature + "'").str();
    if (llvm::none_of(known.getAllProcessorFeatures(),
                      [&](const auto &each) { return name == each.Key; }))
      return ("no feature is called '" + name + "'").str();
    if (name.ends_with("bit-mode"))
      return ("feature '" + name + "' is not a CPU's to choose").str();
  }
  return "";
}

/// LLVM ends the process where it is to make 64-bit code for a CPU without it.
static bool lacks64Bit(const llvm::Target &target, const llvm::Triple &triple,
                       StringRef cpu, StringRef features) {
  if (!triple.isX86_64())
    return false;
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      target.createMCSubtargetInfo(triple, cpu, features));
  return !info->checkFeatures("+64bit");
}

std::unique_ptr<llvm::TargetMachine>
mx::createMachine(const Processor &processor, std::string &error) {
  // Once: kernels for the emulator become code on several threads, and two of
  // them could both enter the target into LLVM's registry.
  static const bool initialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    // Inline assembly would end the process without one.
    llvm::InitializeNativeTargetAsmParser();
    return true;
  }();
  (void)initialized;
  llvm::Triple triple(llvm::sys::getProcessTriple());
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  std::unique_ptr<llvm::MCSubtargetInfo> known(
      target->createMCSubtargetInfo(triple, "", ""));
  error = findUnknown(*known, processor);
  if (!error.empty())
    return nullptr;
  bool isHost = processor.cpu.empty();
  std::string features = isHost ? getHostFeatures() : "";
  if (!features.empty() && !processor.features.empty())
    features += ",";
  features += processor.features;
  StringRef cpu = isHost ? llvm::sys::getHostCPUName() : processor.cpu;
  if (lacks64Bit(*target, triple, cpu, features)) {
    error = ("'" + cpu + "' with these features has no 64-bit mode").str();
    return nullptr;
  }
  if (StringRef more = getBfloatFeatures(triple); !more.empty())
    features += (features.empty() ? "" : ",") + more.str();
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, cpu, features, options, llvm::Reloc::PIC_));
}

namespace {
struct Collector : llvm::DiagnosticHandler {
  explicit Collector(std::string &errors) : errors(errors) {}
  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error)
      return true;
    llvm::raw_string_ostream os(errors);
    os << (errors.empty() ? "" : "\n");
    llvm::DiagnosticPrinterRawOStream printer(os);
    info.print(printer);
    return true;
  }
  std::string &errors;
};
} // namespace

void mx::collectErrors(llvm::LLVMContext &context, std::string &errors) {
  context.setDiagnosticHandler(std::make_unique<Collector>(errors));
}

/// Host code holds the text of its kernels already; upstream's translation of a
/// gpu.binary would add constructors that load it. They come back afterwards.
static std::unique_ptr<llvm::Module> translate(ModuleOp module,
                                               llvm::LLVMContext &context) {
  SmallVector<Operation *> binaries;
  for (auto binary : module.getOps<gpu::BinaryOp>())
    binaries.push_back(binary);
  for (Operation *binary : binaries)
    binary->remove();
  std::unique_ptr<llvm::Module> result =
      translateModuleToLLVMIR(module, context, "mx");
  for (Operation *binary : binaries)
    module.push_back(binary);
  return result;
}

std::unique_ptr<llvm::Module>
mx::translateAndOptimize(ModuleOp module, llvm::LLVMContext &context,
                         llvm::TargetMachine &machine) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  std::unique_ptr<llvm::Module> result = translate(module, context);
  if (!result)
    return nullptr;
  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  expandBfloatConversions(*result);
  optimize(*result, machine);
  addBfloatConversions(*result);
  return result;
}

/// Translates for a processor and hands the module to `emit`.
static LogicalResult withModule(
    ModuleOp module, const mx::Processor &processor,
    llvm::function_ref<LogicalResult(llvm::Module &, llvm::TargetMachine &)>
        emit) {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine =
      mx::createMachine(processor, error);
  if (!machine)
    return module.emitError("no code for this processor: ") << error;
  llvm::LLVMContext context;
  mx::collectErrors(context, error);
  auto translated = mx::translateAndOptimize(module, context, *machine);
  if (!translated)
    return failure();
  if (failed(emit(*translated, *machine)))
    return failure();
  if (!error.empty())
    return module.emitError("no code for this processor: ") << error;
  return success();
}

LogicalResult mx::emitLLVMIR(ModuleOp module, const Processor &processor,
                             llvm::raw_ostream &os) {
  return withModule(module, processor,
                    [&](llvm::Module &m, llvm::TargetMachine &) {
                      m.print(os, nullptr);
                      return success();
                    });
}

LogicalResult mx::emitObject(ModuleOp module, const Processor &processor,
                             llvm::raw_pwrite_stream &os) {
  return withModule(
      module, processor,
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
