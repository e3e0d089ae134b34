//===- RuntimeCalls.h - Calls of libmx_runtime ------------------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_RUNTIMECALLS_H
#define MX_LIB_CONVERSION_RUNTIMECALLS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/DenseSet.h"

namespace mx {

/// The symbols of modules, looked up without a search each time.
class RuntimeSymbols {
public:
  bool contains(mlir::ModuleOp module, mlir::StringAttr name);
  void insert(mlir::ModuleOp module, mlir::StringAttr name);

private:
  llvm::DenseSet<mlir::StringAttr> &get(mlir::ModuleOp module);
  llvm::DenseMap<mlir::Operation *, llvm::DenseSet<mlir::StringAttr>> names;
};

/// Collects the operands of one entry point in the order of mx_runtime.h, then
/// calls it through a wrapper.
///
/// The C ABI takes unranked memrefs, whose descriptors live on the stack, and
/// an absent operand is an empty buffer. All of that is in a private function
/// for each entry point and operand types, so that a call in a loop takes no
/// stack that only the caller's return would free.
class RuntimeCall {
public:
  RuntimeCall(mlir::RewriterBase &rewriter, mlir::Operation *op,
              RuntimeSymbols *symbols);

  /// A row of int64 that is a constant of the module.
  void addRecord(mlir::ArrayRef<int64_t> words);
  void addBuffer(mlir::Value buffer);
  /// `buffer`, or an absent one of element type `element` where it is null.
  void addOptional(mlir::Value buffer, mlir::Type element);
  /// `seed`, or 0 where it is null.
  void addSeed(mlir::Value seed);
  /// A row of int64 with these indices; absent if there are none.
  void addIndices(mlir::ValueRange indices);

  /// Calls `mx_runtime_<name>`.
  void emit(mlir::StringRef name);

private:
  enum class Kind { Buffer, Absent, Scalar, Words };
  struct Operand {
    Kind kind;
    mlir::SmallVector<mlir::Value> values;
    mlir::Type type; // element type of an absent buffer
  };

  bool hasSymbol(mlir::StringAttr name);
  void noteSymbol(mlir::StringAttr name);
  std::string getWrapperName(mlir::StringRef name);
  void createWrapper(mlir::StringAttr wrapper, mlir::StringRef name,
                     mlir::TypeRange types);
  mlir::Value createArgument(const Operand &operand, mlir::ValueRange values);
  mlir::func::FuncOp createFunction(mlir::StringAttr name,
                                    mlir::FunctionType type);

  mlir::RewriterBase &b;
  mlir::Location loc;
  mlir::ModuleOp module;
  RuntimeSymbols *symbols;
  mlir::SmallVector<Operand> operands;
};

} // namespace mx

#endif // MX_LIB_CONVERSION_RUNTIMECALLS_H
