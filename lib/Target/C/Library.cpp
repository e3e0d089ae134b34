//===- Library.cpp - Objects for C programs -------------------------------===//

#include "mx/Target/C/Library.h"

#include "Parameters.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "mx/Pipelines/CallerMemory.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mx::c;
using llvm::createStringError;

static llvm::Error checkPrefix(StringRef prefix) {
  if (!prefix.empty() && !llvm::isDigit(prefix.front()) &&
      prefix == getIdentifier(prefix))
    return llvm::Error::success();
  return createStringError("the prefix '" + prefix +
                           "' is no C identifier; expected letters, digits and "
                           "underscores, no digit first");
}

/// Two parameters of one name would not compile.
static llvm::Error checkNames(const Function &function) {
  llvm::StringSet<> names;
  for (const Parameter &parameter : getParameters(function))
    if (!names.insert(parameter.name).second)
      return createStringError("two parameters of '" + function.name +
                               "' would be called " + parameter.name +
                               " in C; rename an argument with mx.name");
  return llvm::Error::success();
}

/// The plain functions are all that the object shows.
static void hideOthers(ModuleOp module, const Library &library) {
  llvm::StringSet<> shown;
  shown.insert(library.options.prefix + "_error_text");
  for (const Function &function : library.functions) {
    shown.insert(function.symbol);
    shown.insert(function.symbol + "_workspace_bytes");
  }
  for (const Dispatcher &dispatcher : library.options.dispatchers) {
    std::string symbol = library.options.prefix + "_" + dispatcher.name;
    shown.insert(symbol);
    shown.insert(symbol + "_workspace_bytes");
  }
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (!function.isExternal() && !shown.contains(function.getSymName()))
      function.setLinkage(LLVM::Linkage::Internal);
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (global.getValueOrNull() || !global.getInitializerRegion().empty())
      global.setLinkage(LLVM::Linkage::Internal);
}

/// Gives the lowered functions names that no C symbol can have.
static void renameLowered(ModuleOp module, Library &library) {
  SymbolTable table(module);
  for (Function &function : library.functions) {
    std::string name = function.name + ".lowered";
    StringRef suffix = mx::kWorkspaceSuffix;
    (void)table.rename(table.lookup(function.name), name);
    (void)table.rename(table.lookup(function.name + suffix.str()),
                       name + suffix.str());
    function.name = name;
  }
}

/// Makes the plain functions of a module of the stage lowered.
static void addEntries(ModuleOp module, Library &library) {
  module.getContext()
      ->loadDialect<LLVM::LLVMDialect, affine::AffineDialect,
                    arith::ArithDialect, cf::ControlFlowDialect>();
  for (auto function : module.getOps<func::FuncOp>())
    library.usesRuntime |= function.isExternal() &&
                           function.getSymName().starts_with("mx_runtime_");
  renameLowered(module, library);
  ErrorTable errors;
  library.hasAssertions =
      markAssertions(module, library.options.prefix, errors);
  for (Function &function : library.functions) {
    auto lowered = module.lookupSymbol<func::FuncOp>(function.name);
    function.onHeap = lowered->hasAttr(mx::kHeapAttrName);
    lowered->removeAttr(mx::kHeapAttrName);
    addEntry(module, function, library, errors);
  }
  for (const Dispatcher &dispatcher : library.options.dispatchers)
    addDispatcher(module, library, dispatcher, errors);
  addErrorText(module, library, errors);
}

llvm::Expected<Library> mx::c::lowerToLibrary(Program &program,
                                              const LibraryOptions &options) {
  bool onDevice = program.getOptions().target == TargetKind::NVVM;
  assert(program.getOptions().callerMemory &&
         program.getOptions().deviceArrays == onDevice);
  if (llvm::Error error = checkPrefix(options.prefix))
    return std::move(error);
  ModuleOp module = program.getModule();
  SignatureReader reader(options.prefix);
  if (llvm::Error error = program.lowerTo(Stage::Imported))
    return std::move(error);
  reader.readExtents(module);
  if (llvm::Error error = program.lowerTo(Stage::Quantized))
    return std::move(error);
  if (llvm::Error error = reader.readValues(module))
    return std::move(error);
  if (llvm::Error error = program.lowerTo(Stage::Packed))
    return std::move(error);
  if (llvm::Error error = reader.readParts(module))
    return std::move(error);
  Library library;
  library.options = options;
  library.onDevice = onDevice;
  library.functions = reader.takeFunctions();
  for (Function &function : library.functions)
    function.onDevice = onDevice;
  for (const Function &function : library.functions)
    if (llvm::Error error = checkNames(function))
      return std::move(error);
  for (const Dispatcher &dispatcher : options.dispatchers)
    if (llvm::Error error = checkDispatcher(library, dispatcher))
      return std::move(error);
  if (llvm::Error error = program.lowerTo(Stage::Lowered))
    return std::move(error);
  addEntries(module, library);
  if (llvm::Error error = program.lowerTo(Stage::LLVM))
    return std::move(error);
  lowerAssertions(module);
  hideOthers(module, library);
  return library;
}
