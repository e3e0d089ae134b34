//===- RuntimeCalls.cpp - Calls of libmx_runtime --------------------------===//
//
// Names of records and wrappers end in a hash of what they hold: equal ones are
// shared, and every run of the compiler prints the same module.
//
//===----------------------------------------------------------------------===//

#include "RuntimeCalls.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace mx {

DenseSet<StringAttr> &RuntimeSymbols::get(ModuleOp module) {
  auto [entry, isNew] = names.try_emplace(module);
  if (isNew)
    for (Operation &op : *module.getBody())
      if (auto symbol = dyn_cast<SymbolOpInterface>(op))
        entry->second.insert(symbol.getNameAttr());
  return entry->second;
}

bool RuntimeSymbols::contains(ModuleOp module, StringAttr name) {
  return get(module).contains(name);
}

void RuntimeSymbols::insert(ModuleOp module, StringAttr name) {
  get(module).insert(name);
}

RuntimeCall::RuntimeCall(RewriterBase &rewriter, Operation *op,
                         RuntimeSymbols *symbols)
    : b(rewriter), loc(op->getLoc()), module(op->getParentOfType<ModuleOp>()),
      symbols(symbols) {}

bool RuntimeCall::hasSymbol(StringAttr name) {
  return symbols ? symbols->contains(module, name)
                 : module.lookupSymbol(name) != nullptr;
}

void RuntimeCall::noteSymbol(StringAttr name) {
  if (symbols)
    symbols->insert(module, name);
}

static std::string getHash(StringRef text) {
  return llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

void RuntimeCall::addRecord(ArrayRef<int64_t> words) {
  auto type = MemRefType::get({int64_t(words.size())}, b.getI64Type());
  StringRef bytes(reinterpret_cast<const char *>(words.data()),
                  words.size() * sizeof(int64_t));
  auto name = b.getStringAttr("mx_record_" + getHash(bytes));
  if (!hasSymbol(name)) {
    OpBuilder::InsertionGuard guard(b);
    // Behind the functions: upstream finds a callee by a search from the start.
    b.setInsertionPointToEnd(module.getBody());
    auto value = DenseElementsAttr::get(
        RankedTensorType::get(type.getShape(), b.getI64Type()), words);
    memref::GlobalOp::create(b, loc, name, b.getStringAttr("private"), type,
                             value, /*constant=*/true,
                             /*alignment=*/IntegerAttr());
    noteSymbol(name);
  }
  addBuffer(memref::GetGlobalOp::create(b, loc, type, name.getValue()));
}

void RuntimeCall::addBuffer(Value buffer) {
  operands.push_back({Kind::Buffer, {buffer}, Type()});
}

void RuntimeCall::addOptional(Value buffer, Type element) {
  if (buffer)
    return addBuffer(buffer);
  operands.push_back({Kind::Absent, {}, element});
}

void RuntimeCall::addSeed(Value seed) {
  if (!seed)
    seed = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
  operands.push_back({Kind::Scalar, {seed}, Type()});
}

void RuntimeCall::addIndices(ValueRange indices) {
  if (indices.empty())
    return addOptional({}, b.getI64Type());
  Operand operand{Kind::Words, {}, Type()};
  for (Value index : indices)
    operand.values.push_back(
        arith::IndexCastOp::create(b, loc, b.getI64Type(), index));
  operands.push_back(operand);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void RuntimeCall::emit(StringRef name) {
  SmallVector<Value> values;
  for (const Operand &operand : operands)
    llvm::append_range(values, operand.values);
  auto wrapper = b.getStringAttr(getWrapperName(name));
  if (!hasSymbol(wrapper))
    createWrapper(wrapper, name, ValueRange(values).getTypes());
  func::CallOp::create(b, loc, wrapper.getValue(), TypeRange(), values);
}

std::string RuntimeCall::getWrapperName(StringRef name) {
  std::string key;
  llvm::raw_string_ostream os(key);
  for (const Operand &operand : operands) {
    os << int(operand.kind) << ":";
    if (operand.kind == Kind::Absent)
      os << operand.type;
    llvm::interleaveComma(ValueRange(operand.values).getTypes(), os);
    os << ";";
  }
  return ("mx_call_" + name + "_" + getHash(key)).str();
}

func::FuncOp RuntimeCall::createFunction(StringAttr name, FunctionType type) {
  auto function = func::FuncOp::create(b, loc, name, type);
  function.setPrivate();
  noteSymbol(name);
  return function;
}

void RuntimeCall::createWrapper(StringAttr wrapper, StringRef name,
                                TypeRange types) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto function = createFunction(wrapper, b.getFunctionType(types, {}));
  // Inlined into a loop, its stack would grow with each iteration.
  function.setNoInline(true);
  Block *body = b.createBlock(&function.getBody(), {}, types,
                              SmallVector<Location>(types.size(), loc));
  SmallVector<Value> arguments;
  ValueRange rest = body->getArguments();
  for (const Operand &operand : operands) {
    size_t count = operand.values.size();
    arguments.push_back(createArgument(operand, rest.take_front(count)));
    rest = rest.drop_front(count);
  }
  auto entry = b.getStringAttr("mx_runtime_" + name);
  func::CallOp::create(b, loc, entry.getValue(), TypeRange(), arguments);
  func::ReturnOp::create(b, loc);
  if (hasSymbol(entry))
    return;
  b.setInsertionPointToStart(module.getBody());
  auto declaration = createFunction(
      entry, b.getFunctionType(ValueRange(arguments).getTypes(), {}));
  declaration->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                       b.getUnitAttr());
}

/// The value that the entry point takes, from the wrapper's own arguments.
Value RuntimeCall::createArgument(const Operand &operand, ValueRange values) {
  if (operand.kind == Kind::Scalar)
    return values.front();
  Value buffer;
  if (operand.kind == Kind::Buffer) {
    buffer = values.front();
  } else {
    Type element = operand.kind == Kind::Absent ? operand.type : b.getI64Type();
    buffer = memref::AllocaOp::create(
        b, loc, MemRefType::get({int64_t(values.size())}, element));
    for (auto [position, value] : llvm::enumerate(values)) {
      Value index = arith::ConstantIndexOp::create(b, loc, position);
      memref::StoreOp::create(b, loc, value, buffer, index);
    }
  }
  auto type = cast<MemRefType>(buffer.getType());
  Type element = type.getElementType();
  // Codes are integers for the runtime. Both memrefs have the same descriptor.
  if (!element.isInteger() && !element.isF32() && !element.isBF16() &&
      !element.isF16()) {
    MemRefType::Builder integers(type);
    type = integers.setElementType(b.getI8Type());
    buffer = UnrealizedConversionCastOp::create(b, loc, Type(type), buffer)
                 .getResult(0);
  }
  return memref::CastOp::create(
      b, loc,
      UnrankedMemRefType::get(type.getElementType(), type.getMemorySpace()),
      buffer);
}

} // namespace mx
