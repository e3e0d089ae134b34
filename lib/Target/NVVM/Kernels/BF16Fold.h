//===- BF16Fold.h - Products of any operands on bf16 units ------*- C++ -*-===//
//
// Every operand becomes rows of bf16 times one power of two a row, exactly:
// packed ones by multiplying their block scales in, floats of more bits as
// several parts. One kernel for each, then multiply (FoldMultiply.h).
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_BF16FOLD_H
#define MX_LIB_TARGET_NVVM_KERNELS_BF16FOLD_H

#include "../Builder/Kernel.h"
#include "mx/Support/ScaledFormat.h"

namespace mx::nvvm::bf16_fold {

constexpr int kThreads = 256;
/// Elements that a lane expands at a time; blocks are a multiple of it.
constexpr int kChunk = 16;

/// Why elements times scales of a format are not rows of bf16; empty if they
/// are.
std::string findProblem(const contract::ScaledFormat &format);

/// What is fixed when an expansion is made.
struct Expansion {
  contract::ScaledFormat format;
  /// The other operand is floats as they are: factors are at most 1, so that
  /// sums of tiny floats and large rows do not end among the denormals.
  bool otherIsRaw = false;

  /// E8M0 scales leave the range of bf16; others do not.
  bool hasFactors() const { return format.scale.isE8M0; }
};

/// expand(codes, scales, out, rows, blocks, k[, factors]): one warp a row.
/// codes [rows, blocks, bytes], scales [rows, blocks] as packed; out [rows,
/// blocks · B] bf16, zero from k on; factors [rows] f32: the row is out ·
/// factor².
void buildExpand(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                 llvm::StringRef name, const Expansion &expansion);

/// One row of what expand takes, in a kernel.
struct PackedRow {
  Value codes, scales, out, factors; ///< factors null without
  Int number, blocks, k;
};
/// expand for a row, by a warp.
void emitExpand(Kernel &k, const Expansion &expansion, const PackedRow &row);

/// What is fixed when a split is made.
struct Split {
  mlir::Type type; ///< f32, f16 or bf16
  int parts = 1;   ///< of 8 bits each
};

/// split(x, out, factors, rows, cols, paddedCols): one warp a row. x [rows,
/// cols]; out [rows, parts, paddedCols] bf16, zero from cols on; the row is the
/// sum of the parts · factor². paddedCols is even.
void buildSplit(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                llvm::StringRef name, const Split &split);

} // namespace mx::nvvm::bf16_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_BF16FOLD_H
