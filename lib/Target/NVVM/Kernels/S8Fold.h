//===- S8Fold.h - MXFP4 x MXFP4 on the INT8 tensor cores --------*- C++ -*-===//
//
// A row of MXFP4 whose block scales span at most 3 steps is a row of signed
// bytes times one power of two: 2·E2M1 << (3 - steps below the largest scale).
// Products of such rows are exact s32 sums. Three kernels: expand both
// operands, multiply (FoldMultiply.h), repair what belongs to rows that do not
// fit.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H
#define MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H

#include "FoldMultiply.h"

namespace mx::nvvm::s8_fold {

constexpr int kExpandThreads = 256, kRepairThreads = 256;
/// The longest contraction whose sums fit 32 bits: 96·96·K < 2^31.
constexpr int64_t kMaxK = 233000;

/// expand(codes, scales, bytes, factors, misfits, rows, blocks): one warp a
/// row. codes [rows, blocks, 16] and scales [rows, blocks] as packed; bytes
/// [rows, blocks, 32] s8; factors [rows] f32, so that the row is bytes ·
/// factor; misfits: a counter, 0 before, then the numbers of rows that do not
/// fit.
void buildExpand(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module);

/// repair(codesA, scalesA, codesB, scalesB, misfitsA, misfitsB, out, m, n,
/// blocks): the exact sum again for every element of a row of A or B that does
/// not fit.
void buildRepair(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                 const fold::Form &form);

} // namespace mx::nvvm::s8_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H
