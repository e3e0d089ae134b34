//===- BF16Rows.h - Few packed rows as bf16 ---------------------*- C++ -*-===//
//
// Activations that are packed, for the kernels that take bf16 by packed
// weights. Those keep the weights' scales as they are, so that rows must meet
// numbers of any size.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_BF16ROWS_H
#define MX_LIB_TARGET_NVVM_KERNELS_BF16ROWS_H

#include "../Builder/Kernel.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::bf16_rows {

constexpr int kThreads = 256;
constexpr int kSharedBytes = 1024 + kThreads / 32 * 4;

/// What is fixed when the kernel is made: a format that bf16_fold takes, and
/// the blocks of a row.
struct Form {
  contract::ScaledFormat format;
  int64_t blocks = 1;

  int64_t getCols() const { return blocks * format.blockCols; }
  /// E8M0 scales leave the range of bf16; others do not.
  bool hasFactors() const { return format.scale.isE8M0; }
};

/// rows(codes, scales, out, k[, factors]): block i makes row i. codes [rows,
/// blocks, bytes], scales [rows, blocks] as packed; out [rows, blocks · B]
/// bf16, zero from k on; factors [rows] f32, a power of two: the row is out ·
/// factor. That is 1 but for rows whose largest magnitude is 2^112 or more,
/// which are 2^-16 of themselves, and for rows below 2^-32, which are brought
/// there. So products with any weights leave f32's range only where those of
/// the rows as they are do, and elements that bf16 does not hold are below
/// 2^-100 of the row's largest.
void build(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module, const Form &form);

} // namespace mx::nvvm::bf16_rows

#endif // MX_LIB_TARGET_NVVM_KERNELS_BF16ROWS_H
