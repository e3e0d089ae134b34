//===- LowerBF16Decode.h - The kernel of bf16 by weights --------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H
#define MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H

#include "../../Target/NVVM/Kernels/DecodeMultiply.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// Rows of x in a tile. All rows in one where they fit: clusters then share it
/// along K. Many where extents are dynamic.
int64_t chooseBF16DecodeRows(PackedMatmulOp op);

/// Of a product of bf16 rows, whose last axis is static, by scaled ones without
/// batch axes, in tiles of so many rows of x.
bf16_decode::Form getBF16DecodeForm(PackedMatmulOp op, int64_t tileM);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H
