//===- Dequantize.h - Packed codes and scales to floats ---------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_DEQUANTIZE_H
#define MX_LIB_TARGET_NVVM_KERNELS_DEQUANTIZE_H

#include "../Builder/Kernel.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm::dequantize {

constexpr int kThreads = 256;
/// Pieces of a thread, kThreads apart.
constexpr int kPieces = 4;

/// What is fixed when the kernel is made.
struct Form {
  ScaledType format;
  mlir::Type result;      ///< f32, bf16 or f16
  bool isWhole = false;   ///< the columns are known to be whole blocks
  bool isAligned = false; ///< the columns are known to be whole pieces

  /// Why the kernel does not take it; empty if it does.
  std::string findProblem() const;
  /// Elements of a piece: 16 bytes of results.
  int64_t getPiece() const { return 128 / result.getIntOrFloatBitWidth(); }
};

/// dequantize(codes, scales, out, items, rows, cols, blocks[, tensorScale]):
/// out [items, rows, cols] from codes and scales as packed, rows of `blocks`
/// blocks. A thread has kPieces pieces of a block, neighbours side by side.
void build(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module, const Form &form);

} // namespace mx::nvvm::dequantize

#endif // MX_LIB_TARGET_NVVM_KERNELS_DEQUANTIZE_H
