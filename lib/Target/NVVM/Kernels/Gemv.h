//===- Gemv.h - A few rows of bf16 by packed E2M1 weights -------*- C++ -*-===//
//
// The weights are read once and decoded in registers. They are the rows of the
// tensor cores' tiles, the activations their columns; the warps of a block
// share K and add up in shared memory in a fixed order.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_GEMV_H
#define MX_LIB_TARGET_NVVM_KERNELS_GEMV_H

#include "../Builder/Kernel.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::gemv {

constexpr int kThreads = 256;
constexpr int kMaxTokens = 64;
/// Codes that a lane decodes at a time: 16 bytes.
constexpr int kUnit = 32;

/// What is fixed when the kernel is made.
struct Form {
  contract::ScaledFormat format; ///< of the weights
  mlir::Type type;               ///< of the result: f32, bf16 or f16
  int64_t tokens = 1;            ///< rows of x: 1 … kMaxTokens
  int64_t cols = 32;             ///< K, a multiple of 8
  bool evenRows = false;         ///< n is known to be a multiple of the tile
  float alpha = 1;
  bool hasAcc = false;

  /// Why a format of weights, or K, is not taken; empty if it is.
  std::string findProblem() const;
  /// Rows of weights that one block takes.
  int64_t getTile() const { return 16 * getRowTiles(); }
  int64_t getSharedBytes() const;

  /// Blocks that share a multiprocessor, and chunks of weights that a warp has
  /// in registers: one being multiplied, one on its way.
  int getResidentBlocks() const { return 4 / getRowTiles(); }
  int getStages() const { return getRowTiles() < 4 ? 2 : 1; }
  int64_t getRowTiles() const { return tokens <= 8 ? 1 : tokens <= 32 ? 2 : 4; }
  int64_t getTokenTiles() const { return (tokens + 7) / 8; }
  int64_t getUnits() const; ///< in a row of weights
};

/// gemv(x, codes, scales, out, n[, tensorScale][, acc]): block i makes columns
/// i·tile … of the result. x [tokens, K] bf16, codes [n, blocks, bytes] and
/// scales [n, blocks] as packed, tensorScale [1] f32, out and acc [tokens, n].
void buildGemv(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
               const Form &form);

} // namespace mx::nvvm::gemv

#endif // MX_LIB_TARGET_NVVM_KERNELS_GEMV_H
