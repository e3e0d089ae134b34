//===- BlockScaleProduct.h - Packed operands by block-scaled mma *- C++ -*-===//
//
// mma.sync with block scales takes codes and scales as they are packed: E2M1 by
// E2M1 two codes a byte (kinds mxf4, mxf4nvf4), every other pair of E2M1, E2M3,
// E3M2, E4M3 and E5M2 a byte each (mxf8f6f4).
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_BLOCKSCALEPRODUCT_H
#define MX_LIB_TARGET_NVVM_KERNELS_BLOCKSCALEPRODUCT_H

#include "../Builder/BlockScale.h"
#include "QuantizeResult.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::block_scale {

constexpr int kThreads = 256;
/// Columns of the result in a tile: four warps of 32.
constexpr int kTileN = 128;
/// Bytes of shared memory that a row of an operand takes in a stage.
constexpr int kRowBytes = 64;
constexpr int kStages = 4;

/// One operand as it is packed.
struct Operand {
  contract::ScaledFormat format;
  int64_t blocks = -1; ///< of a row; -1 if not known
};

/// What is fixed when the kernel is made.
struct Form {
  Operand a, b;
  mlir::Type type;     ///< of the product: f32, bf16 or f16
  bool hasAcc = false; ///< there is an operand to add
  bool evenN = false;  ///< N is known to be even
  float alpha = 1;
  Epilogue epilogue;
  std::optional<quantize::Form> quantizer;
  int rowTiles = 4; ///< tiles of 16 rows of one of two warps: 4 or 2

  /// Why no instruction takes the formats; empty if one does.
  std::string findProblem() const;

  BlockScaleMma getMma() const;
  int getTileM() const { return 32 * rowTiles; }
  /// Elements of K in a stage: two steps of the instruction.
  int getTileK() const { return 2 * getMma().getK(); }
  int getStageBytes() const { return (getTileM() + kTileN) * kRowBytes; }
  int getSharedBytes() const { return kStages * getStageBytes() + 1024; }
};

/// product(a, scalesA, b, scalesB, out, m, n, k, blocksA, blocksB
/// [, tensorScaleA][, tensorScaleB][, acc], what the epilogue reads, what a
/// quantizer takes (QuantizeResult.h), and then out is not written): codes
/// [batch, rows, blocks, bytes] and scales [batch, rows, blocks] as packed, out
/// and acc [batch, m, n]. One block for each tile of the result, batch by
/// batch.
void buildProduct(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                  const Form &form);

} // namespace mx::nvvm::block_scale

#endif // MX_LIB_TARGET_NVVM_KERNELS_BLOCKSCALEPRODUCT_H
