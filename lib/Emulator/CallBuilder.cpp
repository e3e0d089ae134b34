//===- CallBuilder.cpp - Calls of the emulator in host code ---------------===//

#include "CallBuilder.h"

using namespace mlir;
using namespace mx::emulator;

std::string mx::emulator::formatLocation(Location loc) {
  std::string text;
  loc->walk([&](Location part) {
    auto place = dyn_cast<FileLineColLoc>(part);
    if (!place)
      return WalkResult::advance();
    text = (place.getFilename().getValue() + ":" + Twine(place.getLine()) +
            ":" + Twine(place.getColumn()))
               .str();
    return WalkResult::interrupt();
  });
  return text.empty() ? "unknown location" : text;
}

CallBuilder::CallBuilder(ModuleOp module)
    : module(module), b(module.getContext()), wide(b.getI64Type()),
      pointer(LLVM::LLVMPointerType::get(b.getContext())) {}

void CallBuilder::startAt(Operation *where) {
  op = where;
  b.setInsertionPoint(op);
}

Value CallBuilder::i64(int64_t value) {
  return LLVM::ConstantOp::create(b, op->getLoc(), wide, value);
}

static unsigned countBits(Type type) {
  unsigned bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  auto vector = dyn_cast<VectorType>(type);
  return vector ? bits * static_cast<unsigned>(vector.getNumElements()) : bits;
}

Value CallBuilder::toSlot(Value value) {
  Location loc = op->getLoc();
  Type type = value.getType();
  if (isa<LLVM::LLVMPointerType>(type))
    return LLVM::PtrToIntOp::create(b, loc, wide, value);
  if (isa<FloatType, VectorType>(type)) {
    type = b.getIntegerType(countBits(type));
    value = LLVM::BitcastOp::create(b, loc, type, value);
  }
  if (type.getIntOrFloatBitWidth() == 64)
    return value;
  return LLVM::ZExtOp::create(b, loc, wide, value);
}

Value CallBuilder::fromSlot(Value slot, Type type) {
  Location loc = op->getLoc();
  if (isa<LLVM::LLVMPointerType>(type))
    return LLVM::IntToPtrOp::create(b, loc, type, slot);
  unsigned width = countBits(type);
  if (width < 64)
    slot = LLVM::TruncOp::create(b, loc, b.getIntegerType(width), slot);
  if (isa<FloatType, VectorType>(type))
    slot = LLVM::BitcastOp::create(b, loc, type, slot);
  return slot;
}

LLVM::LLVMFuncOp CallBuilder::declare(StringRef name, Type result,
                                      ArrayRef<Type> types, bool isPure) {
  std::string symbol = (kPrefix + name).str();
  if (auto found = module.lookupSymbol<LLVM::LLVMFuncOp>(symbol))
    return found;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto function = LLVM::LLVMFuncOp::create(
      b, module.getLoc(), symbol, LLVM::LLVMFunctionType::get(result, types));
  function.setNoUnwind(true);
  if (!isPure) {
    function.setConvergent(true);
    return function;
  }
  SmallVector<LLVM::ModRefInfo> none(6, LLVM::ModRefInfo::NoModRef);
  function.setMemoryEffectsAttr(
      LLVM::MemoryEffectsAttr::get(b.getContext(), none));
  function.setWillReturn(true);
  return function;
}

Value CallBuilder::makeSite(StringRef text) {
  std::string content = formatLocation(op->getLoc());
  content += '\0';
  content += text;
  content += '\0';
  LLVM::GlobalOp &global = sites[content];
  if (!global) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), content.size());
    global = LLVM::GlobalOp::create(
        b, module.getLoc(), type, /*isConstant=*/true, LLVM::Linkage::Internal,
        "site." + std::to_string(sites.size()), b.getStringAttr(content));
  }
  return LLVM::AddressOfOp::create(b, op->getLoc(), global);
}

Value CallBuilder::getSlots(size_t count) {
  maxSlots = std::max({maxSlots, count, size_t(2)});
  if (!slots) {
    OpBuilder::InsertionGuard guard(b);
    auto function = op->getParentOfType<LLVM::LLVMFuncOp>();
    b.setInsertionPointToStart(&function.getBody().front());
    Value size = LLVM::ConstantOp::create(b, op->getLoc(), wide, 1);
    slots = LLVM::AllocaOp::create(b, op->getLoc(), pointer, wide, size);
  }
  return slots;
}

void CallBuilder::finishFunction() {
  if (slots)
    slots.setElemType(LLVM::LLVMArrayType::get(wide, maxSlots));
  slots = nullptr;
  maxSlots = 0;
}

FailureOr<SmallVector<Value>> CallBuilder::emit(const Call &call) {
  std::optional<Found> found = findInstruction(call.opcode);
  if (!found)
    return op->emitError("the emulator does not know the instruction '")
           << call.opcode << "'";
  const Instruction &instruction = *found->instruction;
  if (instruction.countResults &&
      instruction.countResults(found->mode) != call.results)
    return op->emitError("'") << call.opcode << "' has " << call.results
                              << " registers as results; expected "
                              << instruction.countResults(found->mode);
  int64_t mode = found->mode;
  size_t numRead = instruction.readsResults ? call.results : 0;
  if (instruction.allOperands != 0 &&
      instruction.allOperands == call.operands.size() - numRead)
    mode |= kLastOperand;
  if (!instruction.pure)
    return emitEffect(call, *found, mode);
  SmallVector<Value> operands(call.operands);
  while (operands.size() < 3)
    operands.push_back(i64(0));
  LLVM::LLVMFuncOp callee =
      declare(instruction.words, wide, {wide, wide, wide}, /*isPure=*/true);
  Value result =
      LLVM::CallOp::create(b, op->getLoc(), callee, operands).getResult();
  return SmallVector<Value>{result};
}

SmallVector<Value> CallBuilder::emitEffect(const Call &call, const Found &found,
                                           int64_t mode) {
  Location loc = op->getLoc();
  Value room = getSlots(std::max<size_t>(call.operands.size(), call.results));
  auto place = [&](size_t i) {
    return LLVM::GEPOp::create(b, loc, pointer, wide, room,
                               LLVM::GEPArg(static_cast<int32_t>(i)));
  };
  for (auto [i, operand] : llvm::enumerate(call.operands))
    LLVM::StoreOp::create(b, loc, operand, place(i));
  LLVM::LLVMFuncOp callee =
      declare(found.instruction->words, LLVM::LLVMVoidType::get(b.getContext()),
              {pointer, pointer, wide}, /*isPure=*/false);
  LLVM::CallOp::create(b, loc, callee,
                       ValueRange{makeSite(call.opcode), room, i64(mode)});
  SmallVector<Value> results;
  for (unsigned i = 0; i < call.results; ++i)
    results.push_back(LLVM::LoadOp::create(b, loc, wide, place(i)));
  return results;
}

void CallBuilder::emitCheck(StringRef name, StringRef text,
                            ArrayRef<Value> operands) {
  SmallVector<Type> types(operands.size() + 1, wide);
  types[0] = pointer;
  SmallVector<Value> all = {makeSite(text)};
  llvm::append_range(all, operands);
  LLVM::LLVMFuncOp callee =
      declare(name, LLVM::LLVMVoidType::get(b.getContext()), types,
              /*isPure=*/false);
  LLVM::CallOp::create(b, op->getLoc(), callee, all);
}

Value CallBuilder::emitRegister(int64_t number) {
  LLVM::LLVMFuncOp callee = declare("register", wide, {wide}, /*isPure=*/true);
  return LLVM::CallOp::create(b, op->getLoc(), callee, ValueRange{i64(number)})
      .getResult();
}
