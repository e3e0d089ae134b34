//===- Kernel.h - A kernel under construction -------------------*- C++ -*-===//
//
// Control flow, memory and thread numbers of one kernel. The arithmetic is
// mx::Int on i32 unless said otherwise; addresses of shared memory are i32.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_BUILDER_KERNEL_H
#define MX_LIB_TARGET_NVVM_BUILDER_KERNEL_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mx/Conversion/Scalar.h"

namespace mx::nvvm {

using mlir::Type;
using mlir::Value;
using mlir::ValueRange;

/// What a kernel takes.
enum class Param {
  Pointer,   ///< global memory
  I32,       ///< a size or count
  I64,       ///< a seed
  TensorMap, ///< by value: 128 bytes that the tensor copies read
};

/// The symbol of a kernel: with its module's name, so that the kernels of a
/// program may be printed as one file.
std::string getKernelName(mlir::gpu::GPUModuleOp module, llvm::StringRef name);

class Kernel {
public:
  /// Starts a function `name` of `module` with at most `threads` threads a
  /// block, of which a multiprocessor has room for `blocks`; code goes to its
  /// end.
  Kernel(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
         llvm::StringRef name, llvm::ArrayRef<Param> params, int threads,
         int blocks = 1);
  /// Ends the function.
  void finish();

  mlir::OpBuilder &builder() { return b; }
  Emitter emitter() { return {b, loc}; }
  Value parameter(unsigned i);
  Int integer(unsigned i) { return Int(emitter(), parameter(i)); }

  Int i32(int64_t value);
  Int i64(int64_t value);
  Value f32(float value);
  Type f32Type() { return b.getF32Type(); }
  Type i32Type() { return b.getI32Type(); }

  // Thread numbers.
  Int thread();      ///< in the block
  Int lane();        ///< in the warp
  Int block();       ///< in the grid
  Int blocks();      ///< of the grid
  Int clusterRank(); ///< of the block in its cluster

  // Control flow.
  void when(Int condition, llvm::function_ref<void()> then);
  void whenElse(Int condition, llvm::function_ref<void()> then,
                llvm::function_ref<void()> otherwise);
  /// What `then` returns where the condition holds, else what `otherwise` does.
  llvm::SmallVector<Value>
  choose(Int condition, mlir::TypeRange types,
         llvm::function_ref<llvm::SmallVector<Value>()> then,
         llvm::function_ref<llvm::SmallVector<Value>()> otherwise);
  /// The same, where `otherwise` is there already.
  llvm::SmallVector<Value>
  choose(Int condition, ValueRange otherwise,
         llvm::function_ref<llvm::SmallVector<Value>()> then);
  /// for (i = first; i < last; i += step), signed, with values carried along.
  llvm::SmallVector<Value>
  loop(Int first, Int last, Int step, ValueRange carried,
       llvm::function_ref<llvm::SmallVector<Value>(Int, ValueRange)> body);
  void loop(Int first, Int last, Int step, llvm::function_ref<void(Int)> body);

  // Global memory: `offset` counts elements and may be i32 or i64.
  Value element(Value pointer, Type type, Int offset);
  Value load(Value pointer, Type type, Int offset);
  void store(Value value, Value pointer, Int offset);
  Int loadByte(Value pointer, Int offset); ///< zero-extended to i32
  Int atomicAdd(Value pointer, Int value);
  void atomicMax(Value pointer, Int value); ///< unsigned

  /// A thread's own memory.
  Value allocateLocal(Type type, int64_t count);

  // Vectors of registers.
  llvm::SmallVector<Int> loadWords(Value pointer, Int wordOffset, int count);
  void storeWords(llvm::ArrayRef<Int> words, Value pointer, Int wordOffset);

  // f32.
  Value fmul(Value x, Value y);
  Value fadd(Value x, Value y);
  Value fsub(Value x, Value y);
  Value fma(Value x, Value y, Value z); ///< x · y + z, rounded once
  Int less(Value x, Value y);           ///< i1; false for NaN
  Value toFloat(Int x);
  Value widen(Value x); ///< bf16 or f16 to f32; f32 as it is
  /// 2^exponent for exponents of normal numbers.
  Value powerOfTwo(Int exponent);

  /// Dynamic shared memory, aligned to 1024 bytes; the launch must give 1024
  /// bytes more than are used.
  Int sharedMemory();
  Value loadShared(Type type, Int address);
  void storeShared(Value value, Int address);
  llvm::SmallVector<Int> loadSharedWords(Int address, int count);
  void storeSharedWords(llvm::ArrayRef<Int> words, Int address);
  /// As loadSharedWords, in each round of a loop anew: never kept in registers.
  llvm::SmallVector<Int> reloadSharedWords(Int address, int count);
  void syncBlock();

private:
  llvm::SmallVector<Int> loadAligned(Value address, int count,
                                     bool isVolatile = false);

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::gpu::GPUModuleOp module;
  mlir::LLVM::LLVMFuncOp function;
};

} // namespace mx::nvvm

#endif // MX_LIB_TARGET_NVVM_BUILDER_KERNEL_H
