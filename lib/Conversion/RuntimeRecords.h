//===- RuntimeRecords.h - Attributes as records of the C ABI ----*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_RUNTIMERECORDS_H
#define MX_LIB_CONVERSION_RUNTIMERECORDS_H

#include "mx/Dialect/MX/IR/MX.h"

namespace mx {

/// The int64 words of `mx_quantize_spec` (mx_abi.h) for each op that takes one.
llvm::SmallVector<int64_t> getQuantizeRecord(QuantizerAttr quantizer);
llvm::SmallVector<int64_t> getDequantizeRecord(PackedDequantizeOp op);
llvm::SmallVector<int64_t> getHadamardRecord(HadamardOp op);
llvm::SmallVector<int64_t> getCastRecord(CastOp op);

/// The int64 words of `mx_matmul_spec`.
llvm::SmallVector<int64_t> getMatmulRecord(PackedMatmulOp op);
/// The same of two floats: default accumulation, alpha 1, k from the operands.
llvm::SmallVector<int64_t> getFloatMatmulRecord();

/// The int64 words of `mx_relayout_spec`.
llvm::SmallVector<int64_t> getRelayoutRecord(PackedRelayoutOp op);

} // namespace mx

#endif // MX_LIB_CONVERSION_RUNTIMERECORDS_H
