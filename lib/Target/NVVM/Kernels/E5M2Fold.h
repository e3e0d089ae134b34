//===- E5M2Fold.h - MXFP4 x MXFP4 on the FP8 tensor cores -------*- C++ -*-===//
//
// A row of MXFP4 whose block scales span at most kMaxSpan steps is a row of
// E5M2 times one power of two, exactly. The FP8 units keep 13 bits below the
// largest term: enough for the 32 products of a block, whose scales are the
// same, and for no more. So every block starts from zero, and its sum is added
// in f32 (FoldMultiply.h); `fast` leaves four blocks to the units.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_E5M2FOLD_H
#define MX_LIB_TARGET_NVVM_KERNELS_E5M2FOLD_H

#include "BF16Fold.h"
#include "RowScales.h"

namespace mx::nvvm::e5m2_fold {

/// 2·E2M1's largest number times 2^12 or 2^13 to its smallest times 2^-15.
constexpr int kMaxSpan = 27;

/// Whether a row spans more than kMaxSpan (i1); false for rows with a NaN,
/// which are NaN.
Int isFar(const RowScales &scales);

/// A row of MXFP4 by a warp to E5M2: the row is out · factor².
void emitExpand(Kernel &k, const bf16_fold::PackedRow &row,
                const RowScales &scales);

} // namespace mx::nvvm::e5m2_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_E5M2FOLD_H
