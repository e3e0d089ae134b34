//===- CallBuilder.h - Calls of the emulator in host code -------*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_CALLBUILDER_H
#define MX_LIB_EMULATOR_CALLBUILDER_H

#include "Instructions.h"
#include "Translate.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringMap.h"

namespace mx::emulator {

using mlir::Type;
using mlir::Value;

/// Where an op stands, as FILE:LINE:COLUMN.
std::string formatLocation(mlir::Location loc);

/// The operands of an instruction as 64-bit slots.
struct Call {
  std::string opcode;
  llvm::SmallVector<Value> operands; ///< i64
  unsigned results = 0;
};

class CallBuilder {
public:
  explicit CallBuilder(mlir::ModuleOp module);

  mlir::OpBuilder &builder() { return b; }
  /// Code goes before this op, for the instruction that it is.
  void startAt(mlir::Operation *op);

  Value i64(int64_t value);
  /// To and from a slot: integers of up to 64 bits, f32, f16, bf16, pointers,
  /// vectors of them that fit.
  Value toSlot(Value value);
  Value fromSlot(Value slot, Type type);

  /// Calls what stands for a PTX instruction; its results as slots. Fails after
  /// a diagnostic where the emulator does not know it.
  llvm::FailureOr<llvm::SmallVector<Value>> emit(const Call &call);
  /// Calls a function of the emulator by name on a site and slots.
  void emitCheck(llvm::StringRef name, llvm::StringRef text,
                 mlir::ArrayRef<Value> slots);
  Value emitRegister(int64_t number);
  /// Makes room for the slots of the function's calls.
  void finishFunction();

private:
  Value makeSite(llvm::StringRef text);
  Value getSlots(size_t count);
  mlir::LLVM::LLVMFuncOp declare(llvm::StringRef name, Type result,
                                 mlir::ArrayRef<Type> types, bool isPure);
  llvm::SmallVector<Value> emitEffect(const Call &call, const Found &found,
                                      int64_t mode);

  mlir::ModuleOp module;
  mlir::OpBuilder b;
  mlir::Operation *op = nullptr;
  Type wide, pointer;
  mlir::LLVM::AllocaOp slots;
  size_t maxSlots = 0;
  llvm::StringMap<mlir::LLVM::GlobalOp> sites;
};

/// An op as an instruction: its operands, or numbers.
struct Form {
  std::string opcode;
  llvm::SmallVector<Value> operands;
  unsigned results = 0;
};
/// nvvm.convert ops as cvt; nothing for others.
std::optional<Form> translateConversion(CallBuilder &calls,
                                        mlir::Operation *op);

/// Replace an op by calls; fail after a diagnostic.
llvm::LogicalResult translateAssembly(CallBuilder &calls,
                                      mlir::LLVM::InlineAsmOp op);
llvm::LogicalResult translateNVVM(CallBuilder &calls, mlir::Operation *op);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_CALLBUILDER_H
