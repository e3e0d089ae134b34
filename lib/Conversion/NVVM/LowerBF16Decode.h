//===- LowerBF16Decode.h - The kernel of bf16 by weights --------*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H
#define MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H

#include "../../Target/NVVM/Kernels/DecodeMultiply.h"
#include "mx/Dialect/MX/IR/MX.h"

namespace mx::nvvm {

/// Tiles of fewer rows are for results whose tiles all have one of
/// fold::kClusters, since more of them work then.
constexpr int64_t kManyDecodeRows = 256, kFewDecodeRows = 128;

/// Of a product of bf16 rows, whose last axis is static, by scaled ones without
/// batch axes, in tiles of so many rows of x.
bf16_decode::Form getBF16DecodeForm(PackedMatmulOp op, int64_t tileM);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERBF16DECODE_H
