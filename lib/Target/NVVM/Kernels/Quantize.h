//===- Quantize.h - Floats to packed codes and scales -----------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H
#define MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H

#include "../Builder/Kernel.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm::quantize {

constexpr int kThreads = 128;
/// Elements of a row that a thread holds, at most.
constexpr int kMaxUnit = 64;

/// What is fixed when the kernel is made.
struct Form {
  QuantizerAttr quantizer;   ///< its streams do not matter
  mlir::Type source;         ///< f32, bf16 or f16
  bool isWhole = false;      ///< the columns are known to be whole units
  bool hasF8Convert = false; ///< the chip converts to E4M3 and E5M2

  /// Why the kernel does not take it; empty if it does.
  std::string findProblem() const;
  /// Elements of a row that a thread quantises.
  int64_t getUnit() const;
};

/// quantize(x, codes, scales, items, rows, cols, paddedCols, seed, stream,
/// signStream), one thread
/// for each of items · rows · ceil(paddedCols / unit) units: x [items, rows,
/// cols], or [items, cols, rows] where the quantizer transposes; codes and
/// scales as packed; paddedCols a multiple of the Hadamard size, or cols.
void build(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module, const Form &form);

} // namespace mx::nvvm::quantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_QUANTIZE_H
