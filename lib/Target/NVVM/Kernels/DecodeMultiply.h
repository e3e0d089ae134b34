//===- DecodeMultiply.h - bf16 by packed E2M1 weights on wgmma --*- C++ -*-===//
//
// The weights never leave their packed form: a block copies codes to shared
// memory, and each warp decodes those of its rows in registers, where wgmma
// takes its first operand. So the product is made transposed: weights are rows
// of the tensor cores' tiles, rows of x their columns.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_DECODEMULTIPLY_H
#define MX_LIB_TARGET_NVVM_KERNELS_DECODEMULTIPLY_H

#include "Epilogue.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::bf16_decode {

/// Bytes of codes of a weight in a stage: 256 columns of K.
constexpr int kTileBytes = 128, kTileK = 2 * kTileBytes;
/// Bytes of a row of x in a stage: 64 columns of K, a step.
constexpr int kStepBytes = 128;
constexpr int kSteps = kTileBytes * 4 / kStepBytes; ///< in a stage of codes
constexpr int kTileN = 128; ///< weights (columns of the result) of a block
constexpr int kCodeStages = 4;
constexpr int kCluster = 2; ///< blocks that share x
constexpr int kThreads = 384;

/// What is fixed when the kernel is made.
struct Form {
  contract::ScaledFormat format; ///< of the weights
  mlir::Type type;               ///< of the result: f32, bf16 or f16
  float alpha = 1;
  int64_t cols = kTileK; ///< K
  int64_t tileM = 256;   ///< rows of x in a block: 128 or 256
  bool evenN = false;    ///< N is known to be even
  bool alignedN = false; ///< N is known to be a multiple of 8
  bool hasAcc = false;
  Epilogue epilogue;

  /// Results of 16 bits whose rows are whole 16 bytes leave as those.
  bool storesQuads() const {
    return alignedN && !hasAcc && !epilogue &&
           type.getIntOrFloatBitWidth() == 16;
  }
  /// Why a format of weights, or K, is not taken; empty if it is.
  std::string findProblem() const;

  int getStages() const { return tileM == 256 ? 4 : 8; } ///< of x
  int getSharedBytes() const {
    return getStages() * (int(tileM) * kStepBytes + 16) +
           kCodeStages * (kTileN * kTileBytes + 16) + 1024;
  }
};

/// multiply(mapX, mapCodes, scales, out, m, n[, tensorScale][, acc], …):
/// persistent; maps of x [1, m, 2·K] bytes in boxes of kStepBytes x tileM /
/// kCluster, and of the codes [1, n, K / 2] in boxes of kTileBytes x kTileN;
/// scales [n, blocks] as packed, tensorScale [1], out and acc [m, n]; then what
/// the epilogue takes.
void buildMultiply(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                   const Form &form);

} // namespace mx::nvvm::bf16_decode

#endif // MX_LIB_TARGET_NVVM_KERNELS_DECODEMULTIPLY_H
