//===- JIT.cpp - Run lowered modules in this process ----------------------===//
//
// Every C interface gets a wrapper that takes an array of pointers, so that a
// caller needs no signature at compile time.
//
//===----------------------------------------------------------------------===//

#include "mx/Target/JIT.h"

#include "mx/Target/Emit.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Target/TargetMachine.h"
#include <dlfcn.h>

using namespace mlir;
using namespace mx;

static constexpr llvm::StringLiteral kInterfacePrefix = "_mlir_ciface_";
static constexpr llvm::StringLiteral kWrapperPrefix = "_mx_invoke_";

/// void wrapper(void **args): loads the arguments, calls, stores the result.
static void addWrapper(llvm::Module &module, llvm::Function &callee) {
  llvm::IRBuilder<> builder(module.getContext());
  llvm::Type *pointer = builder.getPtrTy();
  auto *type = llvm::FunctionType::get(builder.getVoidTy(), {pointer},
                                       /*isVarArg=*/false);
  llvm::StringRef name = callee.getName().drop_front(kInterfacePrefix.size());
  auto *wrapper = llvm::Function::Create(
      type, llvm::GlobalValue::ExternalLinkage, kWrapperPrefix + name, module);
  builder.SetInsertPoint(
      llvm::BasicBlock::Create(module.getContext(), "entry", wrapper));
  auto loadSlot = [&](unsigned i) {
    llvm::Value *slot =
        builder.CreateConstGEP1_64(pointer, wrapper->getArg(0), i);
    return builder.CreateLoad(pointer, slot);
  };
  llvm::SmallVector<llvm::Value *> args;
  for (llvm::Argument &arg : callee.args())
    args.push_back(builder.CreateLoad(arg.getType(), loadSlot(arg.getArgNo())));
  llvm::Value *result = builder.CreateCall(&callee, args);
  if (!callee.getReturnType()->isVoidTy())
    builder.CreateStore(result, loadSlot(callee.arg_size()));
  builder.CreateRetVoid();
}

static void addWrappers(llvm::Module &module) {
  llvm::SmallVector<llvm::Function *> interfaces;
  for (llvm::Function &function : module)
    if (!function.isDeclaration() &&
        function.getName().starts_with(kInterfacePrefix))
      interfaces.push_back(&function);
  for (llvm::Function *function : interfaces)
    addWrapper(module, *function);
}

/// Lets compiled code find what this process exports and, where this code lies
/// in a shared library, what that library links: a host such as Python opens it
/// without showing its symbols to others.
static llvm::Error addProcessSymbols(llvm::orc::LLJIT &engine) {
  using llvm::orc::DynamicLibrarySearchGenerator;
  llvm::orc::JITDylib &dylib = engine.getMainJITDylib();
  char prefix = engine.getDataLayout().getGlobalPrefix();
  auto process = DynamicLibrarySearchGenerator::GetForCurrentProcess(prefix);
  if (!process)
    return process.takeError();
  dylib.addGenerator(std::move(*process));
  Dl_info self;
  if (!dladdr(reinterpret_cast<void *>(&addProcessSymbols), &self))
    return llvm::Error::success();
  // Open already, so that this only counts a user more; null for a program.
  if (void *handle = dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD))
    dylib.addGenerator(std::make_unique<DynamicLibrarySearchGenerator>(
        llvm::sys::DynamicLibrary(handle), prefix));
  return llvm::Error::success();
}

/// These come before what the generators find.
static llvm::Error define(llvm::orc::LLJIT &engine,
                          llvm::ArrayRef<JIT::Symbol> symbols) {
  llvm::orc::SymbolMap map;
  for (const JIT::Symbol &symbol : symbols)
    map[engine.mangleAndIntern(symbol.name)] = {
        llvm::orc::ExecutorAddr::fromPtr(symbol.address),
        llvm::JITSymbolFlags::Exported};
  return engine.getMainJITDylib().define(
      llvm::orc::absoluteSymbols(std::move(map)));
}

JIT::JIT() = default;
JIT::~JIT() = default;

llvm::Expected<std::unique_ptr<JIT>>
JIT::create(ModuleOp module, llvm::ArrayRef<Symbol> symbols) {
  std::string message;
  std::unique_ptr<llvm::TargetMachine> machine = createMachine({}, message);
  if (!machine)
    return llvm::createStringError(message);
  std::unique_ptr<JIT> jit(new JIT);
  auto context = std::make_unique<llvm::LLVMContext>();
  collectErrors(*context, jit->errors);
  auto translated = translateAndOptimize(module, *context, *machine);
  if (!translated)
    return llvm::createStringError("translation to LLVM IR failed");
  addWrappers(*translated);

  llvm::orc::JITTargetMachineBuilder builder(machine->getTargetTriple());
  builder.setCPU(machine->getTargetCPU().str())
      .setOptions(machine->Options)
      .setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  builder.getFeatures() =
      llvm::SubtargetFeatures(machine->getTargetFeatureString());
  auto engine =
      llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(builder).create();
  if (!engine)
    return engine.takeError();
  // Why a look-up fails is told here, and by default to stderr.
  (*engine)->getExecutionSession().setErrorReporter(
      [&errors = jit->errors](llvm::Error error) {
        errors += errors.empty() ? "" : "\n";
        errors += llvm::toString(std::move(error));
      });
  if (llvm::Error error = define(**engine, symbols))
    return std::move(error);
  if (llvm::Error error = addProcessSymbols(**engine))
    return std::move(error);
  if (llvm::Error error = (*engine)->addIRModule(llvm::orc::ThreadSafeModule(
          std::move(translated), std::move(context))))
    return std::move(error);
  jit->engine = std::move(*engine);
  return jit;
}

llvm::Expected<JIT::Function> JIT::lookup(llvm::StringRef name) {
  auto address = engine->lookup((kWrapperPrefix + name).str());
  if (!errors.empty()) {
    llvm::consumeError(address ? llvm::Error::success() : address.takeError());
    return llvm::createStringError("no code for this process: " + errors);
  }
  if (!address)
    return address.takeError();
  return address->toPtr<Function>();
}
