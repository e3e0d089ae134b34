//===- DecodeMultiply.h - bf16 by packed weights on wgmma -------*- C++ -*-===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_DECODEMULTIPLY_H
#define MX_LIB_TARGET_NVVM_KERNELS_DECODEMULTIPLY_H

#include "DecodeLoop.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::bf16_decode {

/// What is fixed when the kernel is made.
struct Form : decode::Form {
  contract::ScaledFormat format; ///< of the weights
  bool hasFactors = false;       ///< of rows of x (BF16Rows.h)
  bool hasTensorScaleX = false;  ///< of all of x

  /// Why a format of weights, or K, is not taken; empty if it is.
  std::string findProblem() const;
};

/// multiply(mapX, mapCodes, scales, out, m, n[, …][, factors][, tensorScaleX]
/// [, tensorScale][, acc], …): see decode::Loop; x [m, K] bf16, factors [m,
/// rounded up to tiles], tensor scales [1], acc [m, n]; then what the epilogue
/// takes.
void buildMultiply(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                   const Form &form);

} // namespace mx::nvvm::bf16_decode

#endif // MX_LIB_TARGET_NVVM_KERNELS_DECODEMULTIPLY_H
