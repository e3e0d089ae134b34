//===- Gemv.h - A few rows of bf16 by packed E2M1 weights -------*- C++ -*-===//
//
// The weights are read once and decoded in registers. They are the rows of the
// tensor cores' tiles, the activations their columns; the warps of a block
// share K and add up in shared memory in a fixed order.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_GEMV_H
#define MX_LIB_TARGET_NVVM_KERNELS_GEMV_H

#include "Epilogue.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::gemv {

constexpr int kMaxTokens = 64;
/// Most rows of the kernels for a number of rows that is known at run time
/// only.
constexpr int64_t kFewTokens[] = {16, kMaxTokens};
/// Chunks of K of a warp: one that is multiplied and one on its way. More were
/// slower.
constexpr int kStages = 2;
/// Of an H100 and an H200: up to so many blocks run at once, one on each.
constexpr int64_t kMultiprocessors = 132;

/// What is fixed when the kernel is made.
struct Form {
  contract::ScaledFormat format; ///< of the weights
  mlir::Type type;               ///< of the product: f32, bf16 or f16
  int64_t tokens = 1;            ///< rows of x, or most: 1 … kMaxTokens
  bool hasCount = false;         ///< the number of rows is a parameter
  int64_t cols = 8;              ///< K, a multiple of 8
  int64_t rows = -1;             ///< of weights; -1 if not known
  int64_t sharedMemory = 0;      ///< bytes that a block of the chip may have
  float alpha = 1;
  bool hasAcc = false;
  bool hasFactors = false;      ///< of rows of x (BF16Rows.h)
  bool hasTensorScaleX = false; ///< of all of x
  bool isConstant = false;      ///< nothing queued before writes the weights
  Epilogue epilogue;

  /// Why a format of weights, or K, is not taken; empty if it is.
  std::string findProblem() const;

  /// Tiles of 16 rows of weights that one block takes: fewer where there would
  /// be too few blocks for a GPU.
  int64_t getRowTiles() const;
  int64_t getTile() const { return 16 * getRowTiles(); }
  int64_t getTokenTiles() const { return (tokens + 7) / 8; }
  /// With most sums there are no registers to spare.
  bool isFull() const { return getRowTiles() * getTokenTiles() > 28; }
  /// Columns of K that a warp multiplies at a time.
  int64_t getChunk() const { return getTokenTiles() <= 4 ? 128 : 64; }
  /// No tile has rows past the end.
  bool hasEvenRows() const { return rows >= 0 && rows % getTile() == 0; }
  int getWarps() const;
  int getThreads() const { return 32 * getWarps(); }
  int64_t getSharedBytes() const;
  /// So many that a multiprocessor has one block. Where there is one for each,
  /// two on the same, beside those of the kernel before, are slower: 19 us
  /// instead of 12 for one row by 8192 x 8192 on an H200.
  int64_t getExclusiveBytes() const;
};

/// gemv(x, codes, scales, out, n[, tokens][, factors][, tensorScaleX]
/// [, tensorScale][, acc], what the epilogue reads): block i makes columns
/// i·tile … of the result. x [tokens, K] bf16, codes [n, blocks, bytes] and
/// scales [n, blocks] as packed, factors [tokens] and tensor scales [1] f32,
/// out and acc [tokens, n].
void buildGemv(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
               const Form &form);

} // namespace mx::nvvm::gemv

#endif // MX_LIB_TARGET_NVVM_KERNELS_GEMV_H
