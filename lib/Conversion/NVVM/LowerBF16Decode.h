//===- LowerBF16Decode.h - The kernel of bf16 by weights --------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H
#define MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H

#include "../../Target/NVVM/Kernels/DecodeMultiply.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// Whether a product has so many weights that some families exchange their
/// places; not where their number is dynamic.
bool hasManyWeights(PackedMatmulOp op);

/// Rows of x in a tile. All rows in one where they fit: clusters then share it
/// along K. Many where extents are dynamic.
int64_t chooseBF16DecodeRows(PackedMatmulOp op);

/// Rows of MXFP4 up to which this way takes less time than s8_fold, whose rows
/// may fit bytes or not: more of them by fewer weights, as measured
/// (docs/nvvm.md).
int64_t countRowsBesideS8(PackedMatmulOp op);

/// Of a product of rows that LowerBF16Rows.h makes bf16, by scaled ones without
/// batch axes, in tiles of so many rows of x.
bf16_decode::Form getBF16DecodeForm(PackedMatmulOp op, int64_t tileM);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H
