//===- S8Fold.h - MXFP4 x MXFP4 on the INT8 tensor cores --------*- C++ -*-===//
//
// A row of MXFP4 whose block scales span at most 3 steps is a row of signed
// bytes times one power of two: 2·E2M1 << (3 - steps below the largest scale).
// Products of such rows are exact s32 sums. Three kernels: expand both
// operands, multiply, repair what belongs to rows that do not fit.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H
#define MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H

#include "../Builder/Kernel.h"

namespace mx::nvvm::s8_fold {

/// Rows and columns of the result that one block makes, bytes of K in a stage.
constexpr int kTileM = 128, kTileN = 256, kTileK = 128;
constexpr int kStages = 4, kCluster = 2;
constexpr int kExpandThreads = 256, kMultiplyThreads = 384,
              kRepairThreads = 256;
constexpr int kMultiplySharedBytes =
    (kTileM + kTileN) * kTileK * kStages + 2 * 8 * kStages + 1024;
/// The longest contraction whose sums fit 32 bits: 96·96·K < 2^31.
constexpr int64_t kMaxK = 233000;

/// expand(codes, scales, bytes, factors, misfits, rows, blocks): one warp a
/// row. codes [rows, blocks, 16] and scales [rows, blocks] as packed; bytes
/// [rows, blocks, 32] s8; factors [rows] f32, so that the row is bytes ·
/// factor; misfits: a counter, 0 before, then the numbers of rows that do not
/// fit.
void buildExpand(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module);

/// What is fixed when the kernel is made.
struct Result {
  mlir::Type type; ///< f32, bf16 or f16
  float alpha = 1;
  bool evenN = false; ///< N is known to be even
};

/// multiply(mapA, mapB, factorsA, factorsB, out, m, n, k, batch): persistent;
/// maps of the bytes as [batch, rows, k], boxes of kTileK x kTileM and kTileK x
/// kTileN / kCluster; out [batch, m, n].
void buildMultiply(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                   const Result &result);

/// repair(codesA, scalesA, codesB, scalesB, misfitsA, misfitsB, out, m, n,
/// blocks): the exact sum again for every element of a row of A or B that does
/// not fit.
void buildRepair(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                 const Result &result);

} // namespace mx::nvvm::s8_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H
