//===- LowerDecode.h - Launches of loops that decode weights ----*- C++ -*-===//

#ifndef MX_LIB_CONVERSION_NVVM_LOWERDECODE_H
#define MX_LIB_CONVERSION_NVVM_LOWERDECODE_H

#include "../../Target/NVVM/Kernels/DecodeLoop.h"
#include "LowerFold.h"

namespace mx::nvvm {

/// Tiles of fewer rows are for results whose tiles all have one of
/// fold::kClusters, since more of them work then; those of the least for
/// products that have no more rows.
constexpr int64_t kManyDecodeRows = 256, kFewDecodeRows = 128,
                  kLeastDecodeRows = 64;
/// Rows of x in a tile: many where extents are dynamic.
int64_t chooseDecodeRows(PackedMatmulOp op);
/// Tiles of a result, a cluster's each.
mlir::Value countDecodeTiles(HostCode &host, const FoldShape &shape,
                             int64_t rows);

/// What of a form follows from the op: for K columns, in tiles of so many rows
/// of x.
void setDecodeForm(decode::Form &form, PackedMatmulOp op, int64_t cols,
                   int64_t tileM);

/// The parameters that all decode::Loops have: x is a buffer of [m, rowBytes]
/// bytes, codes and scales are contiguous.
llvm::SmallVector<mlir::Value>
getDecodeOperands(HostCode &host, const decode::Form &form,
                  const FoldShape &shape, mlir::Value x, mlir::Value rowBytes,
                  mlir::Value codes, mlir::Value scales, mlir::Value out);

void launchDecodeLoop(HostCode &host, mlir::gpu::GPUModuleOp kernels,
                      llvm::StringRef name, const decode::Form &form,
                      mlir::ValueRange operands);

} // namespace mx::nvvm

#endif // MX_LIB_CONVERSION_NVVM_LOWERDECODE_H
