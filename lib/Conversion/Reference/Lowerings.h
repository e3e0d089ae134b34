//===- Lowerings.h - Each op of the packed level on tensors -----*- C++ -*-===//
//
// The parts of mx-lower-reference: from one op to linalg, arith and scf on
// tensors, in the contract's bits.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_CONVERSION_REFERENCE_LOWERINGS_H
#define MX_LIB_CONVERSION_REFERENCE_LOWERINGS_H

#include "Elements.h"
#include "Tensors.h"

#include "mx/Dialect/MX/IR/MX.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mx::reference {

/// The results of each op, in its order.
llvm::SmallVector<mlir::Value> emitQuantize(Emitter e, PackedQuantizeOp op);
mlir::Value emitDequantize(Emitter e, PackedDequantizeOp op);
mlir::Value emitMatmul(Emitter e, PackedMatmulOp op);
mlir::Value emitRelayout(Emitter e, PackedRelayoutOp op);
mlir::Value emitCast(Emitter e, CastOp op);

/// x·diag(S)·H/√g in f32 along the last axis; into `init` if given.
mlir::Value emitHadamard(Emitter e, mlir::Value source, HadamardAttr hadamard,
                         mlir::Value seed, int64_t signStream,
                         mlir::Value init);

/// tensor<f32>: the largest finite magnitude of an f32 tensor.
mlir::Value emitAmax(Emitter e, mlir::Value source);

/// Where an element stands in the whole tensor: batch-flattened row and column
/// of the K-innermost operand, i64 (contract 22).
struct Position {
  Int row, k;
};
Position getPosition(Emitter e, llvm::ArrayRef<mlir::Value> at,
                     const Sizes &sizes, mlir::ValueRange origin,
                     mlir::ValueRange extents, bool transpose);

/// A tensor of f32, bf16 or f16 as f32.
mlir::Value widenTensor(Emitter e, mlir::Value tensor);

/// The element at an index, or zero where it is beyond one of the bounds
/// (axis, extent).
mlir::Value
readOrZero(Emitter e, mlir::Value tensor, llvm::ArrayRef<mlir::Value> at,
           llvm::ArrayRef<std::pair<size_t, mlir::Value>> bounds);

/// Codes (i16) […, M, K] to bytes […, M, J, bytes] in `init` (contract 12).
mlir::Value packCodes(Emitter e, mlir::Value codes, ScaledType format,
                      mlir::Value init);

/// The code (i32) of element (…, m, k) in packed codes.
Int readPackedCode(Emitter e, mlir::Value packed, ScaledType format,
                   llvm::ArrayRef<mlir::Value> at);

/// The stored scale of element (…, m, k).
mlir::Value readScale(Emitter e, mlir::Value scale, ScaledType format,
                      llvm::ArrayRef<mlir::Value> at);

} // namespace mx::reference

#endif // MX_LIB_CONVERSION_REFERENCE_LOWERINGS_H
