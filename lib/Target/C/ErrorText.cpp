//===- ErrorText.cpp - PREFIX_error_text ----------------------------------===//

#include "Parameters.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mx::c;

namespace {
/// Makes a function of one block per text.
class TextBuilder {
public:
  TextBuilder(ModuleOp module, StringRef name)
      : module(module), b(module.getContext()), loc(module.getLoc()),
        pointer(LLVM::LLVMPointerType::get(module.getContext())) {
    b.setInsertionPointToEnd(module.getBody());
    function = func::FuncOp::create(
        b, loc, name, b.getFunctionType({b.getI32Type()}, {pointer}));
    entry = function.addEntryBlock();
  }

  void addCase(int code, StringRef text) {
    codes.push_back(code);
    blocks.push_back(addReturn(text));
  }

  /// Returns the text that `lastError`, a function of a runtime, returns.
  void addRuntimeCase(int code, StringRef lastError) {
    codes.push_back(code);
    blocks.push_back(addBlock());
    auto last = module.lookupSymbol<LLVM::LLVMFuncOp>(lastError);
    if (!last) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(module.getBody());
      last = LLVM::LLVMFuncOp::create(b, loc, lastError,
                                      LLVM::LLVMFunctionType::get(pointer, {}));
    }
    auto call = LLVM::CallOp::create(b, loc, last, ValueRange{});
    func::ReturnOp::create(b, loc, call.getResult());
  }

  void finish(StringRef unknown) {
    Block *other = addReturn(unknown);
    b.setInsertionPointToStart(entry);
    cf::SwitchOp::create(b, loc, entry->getArgument(0), other, ValueRange{},
                         ArrayRef<int32_t>(codes), blocks,
                         SmallVector<ValueRange>(codes.size()));
  }

private:
  Block *addBlock() {
    return b.createBlock(&function.getBody(), function.getBody().end());
  }

  Block *addReturn(StringRef text) {
    Block *block = addBlock();
    std::string name = ".error_text_" + std::to_string(number++);
    Value address = LLVM::createGlobalString(loc, b, name, text.str() + '\0',
                                             LLVM::Linkage::Internal);
    func::ReturnOp::create(b, loc, address);
    return block;
  }

  ModuleOp module;
  OpBuilder b;
  Location loc;
  Type pointer;
  func::FuncOp function;
  Block *entry;
  unsigned number = 0;
  SmallVector<int32_t> codes;
  SmallVector<Block *> blocks;
};
} // namespace

void mx::c::addErrorText(ModuleOp module, const Library &library,
                         const ErrorTable &errors) {
  TextBuilder builder(module, library.options.prefix + "_error_text");
  builder.addCase(0, "no error");
  for (const auto &[code, text] : errors.getEntries())
    if (code % 16 == static_cast<int>(ErrorKind::Runtime))
      builder.addRuntimeCase(code, library.onDevice ? "mx_cuda_last_error"
                                                    : "mx_last_error");
    else
      builder.addCase(code, text);
  builder.finish("no error of this library has this code");
}
