//===- TranslateAssembly.cpp - Inline PTX to calls of the emulator --------===//

#include "Assembly.h"
#include "CallBuilder.h"

using namespace mlir;
using namespace mx::emulator;

namespace {

/// The registers of one inline assembly op, as 64-bit slots.
class Registers {
public:
  Registers(CallBuilder &calls, LLVM::InlineAsmOp op) : calls(calls), op(op) {
    Type result = op->getNumResults() ? op->getResult(0).getType() : Type();
    if (auto structure = dyn_cast_or_null<LLVM::LLVMStructType>(result))
      outputs.assign(structure.getBody().begin(), structure.getBody().end());
    else if (result)
      outputs.push_back(result);
    bindOperands();
  }

  LogicalResult run(const Statement &statement) {
    if (auto done = runScalar(statement))
      return *done;
    std::optional<Found> found = findInstruction(statement.opcode);
    Call call{statement.opcode, {}, 0};
    if (!found)
      return calls.emit(call);
    ArrayRef<std::vector<std::string>> operands(statement.operands);
    bool hasResults =
        found && found->instruction->hasResults && !operands.empty();
    if (hasResults)
      call.results = operands[0].size();
    if (hasResults && !found->instruction->readsResults)
      operands = operands.drop_front();
    for (const std::vector<std::string> &operand : operands)
      for (const std::string &name : operand) {
        FailureOr<Value> value = read(name);
        if (failed(value))
          return failure();
        call.operands.push_back(*value);
      }
    FailureOr<SmallVector<Value>> results = calls.emit(call);
    if (failed(results))
      return failure();
    if (hasResults)
      for (auto [name, value] : llvm::zip(statement.operands[0], *results))
        values[name] = value;
    return success();
  }

  /// What the op's results are now.
  FailureOr<Value> getResult() {
    if (outputs.empty())
      return Value();
    SmallVector<Value> all;
    for (auto [i, type] : llvm::enumerate(outputs)) {
      FailureOr<Value> slot = read("$" + std::to_string(i));
      if (failed(slot))
        return failure();
      all.push_back(calls.fromSlot(*slot, type));
    }
    Type type = op->getResult(0).getType();
    if (!isa<LLVM::LLVMStructType>(type))
      return all[0];
    OpBuilder &b = calls.builder();
    Value result = LLVM::PoisonOp::create(b, op.getLoc(), type);
    for (auto [i, value] : llvm::enumerate(all))
      result = LLVM::InsertValueOp::create(b, op.getLoc(), result, value,
                                           int64_t(i));
    return result;
  }

private:
  /// Operands are numbered after the results; one that is tied to a result,
  /// `0`, is what that register holds first.
  void bindOperands() {
    SmallVector<StringRef> constraints;
    op.getConstraints().split(constraints, ',', -1, /*KeepEmpty=*/false);
    size_t number = 0;
    for (StringRef constraint : constraints) {
      if (constraint.starts_with("=") || constraint.starts_with("~"))
        continue;
      Value value = calls.toSlot(op.getOperands()[number]);
      values["$" + std::to_string(outputs.size() + number)] = value;
      unsigned tied = 0;
      if (!constraint.getAsInteger(10, tied))
        values["$" + std::to_string(tied)] = value;
      ++number;
    }
  }

  /// A register, a number, or a register and a number added to it.
  FailureOr<Value> read(StringRef name) {
    auto [base, offset] = name.split('+');
    int64_t number = 0;
    Value value = values.lookup(base);
    if (!value && !base.getAsInteger(0, number))
      value = calls.i64(number);
    if (!value)
      return op.emitError("the emulator finds no value of register '")
             << base << "' in '" << op.getAsmString() << "'";
    if (offset.empty())
      return value;
    if (offset.getAsInteger(0, number))
      return op.emitError("expected a number after '+' in '") << name << "'";
    return Value(LLVM::AddOp::create(calls.builder(), op.getLoc(), value,
                                     calls.i64(number)));
  }

  /// mov, add, setp, selp, mapa and cvt of bytes, of what our kernels need;
  /// nothing for others.
  std::optional<LogicalResult> runScalar(const Statement &statement) {
    StringRef opcode = statement.opcode;
    bool isKnown =
        llvm::is_contained(
            {"mov.u32", "mov.b32", "mov.u64", "mov.b64", "add.s64", "add.u64",
             "add.s32", "add.u32", "setp.eq.u32", "setp.ne.u32", "setp.ne.b32",
             "selp.b32", "selp.u32", "cvt.u8.u16", "cvt.u16.u8", "cvt.u32.u8"},
            opcode) ||
        opcode.starts_with("mapa.");
    if (!isKnown || statement.operands.empty())
      return std::nullopt;
    SmallVector<Value> in;
    for (ArrayRef<std::string> operand :
         ArrayRef(statement.operands).drop_front()) {
      FailureOr<Value> value =
          operand.size() == 1 ? read(operand[0]) : FailureOr<Value>();
      if (failed(value))
        return failure();
      in.push_back(*value);
    }
    values[statement.operands[0][0]] = compute(opcode, in);
    return success();
  }

  Value compute(StringRef opcode, ArrayRef<Value> in) {
    OpBuilder &b = calls.builder();
    Location loc = op.getLoc();
    if (opcode.starts_with("mov."))
      return in[0];
    if (opcode.starts_with("cvt."))
      return LLVM::AndOp::create(b, loc, in[0], calls.i64(0xFF));
    if (opcode.starts_with("mapa.")) // 9.7.9.23: the same place elsewhere
      return (*calls.emit({opcode.str(), {in[0], in[1]}, 1}))[0];
    if (opcode.starts_with("add.")) {
      Value sum = LLVM::AddOp::create(b, loc, in[0], in[1]);
      return opcode.ends_with("32") ? truncate(sum) : sum;
    }
    if (opcode.starts_with("setp.")) {
      auto predicate = opcode.starts_with("setp.eq") ? LLVM::ICmpPredicate::eq
                                                     : LLVM::ICmpPredicate::ne;
      return calls.toSlot(LLVM::ICmpOp::create(
          b, loc, predicate, truncate(in[0]), truncate(in[1])));
    }
    Value condition = calls.fromSlot(in[2], b.getI1Type());
    return LLVM::SelectOp::create(b, loc, condition, in[0], in[1]);
  }
  Value truncate(Value value) {
    return LLVM::AndOp::create(calls.builder(), op.getLoc(), value,
                               calls.i64(0xFFFFFFFF));
  }

  CallBuilder &calls;
  LLVM::InlineAsmOp op;
  SmallVector<Type> outputs;
  llvm::StringMap<Value> values;
};

} // namespace

LogicalResult mx::emulator::translateAssembly(CallBuilder &calls,
                                              LLVM::InlineAsmOp op) {
  calls.startAt(op);
  Registers registers(calls, op);
  for (const Statement &statement : parseAssembly(op.getAsmString()))
    if (failed(registers.run(statement)))
      return failure();
  FailureOr<Value> result = registers.getResult();
  if (failed(result))
    return failure();
  if (*result)
    op->getResult(0).replaceAllUsesWith(*result);
  op.erase();
  return success();
}
