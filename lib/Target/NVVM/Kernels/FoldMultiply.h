//===- FoldMultiply.h - Rows with one factor each by wgmma ------*- C++ -*-===//
//
// What the families s8_fold and bf16_fold share: both operands are rows that
// the tensor cores take as they are, times one power of two a row, into which
// the block scales went.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_FOLDMULTIPLY_H
#define MX_LIB_TARGET_NVVM_KERNELS_FOLDMULTIPLY_H

#include "Choice.h"
#include "Epilogue.h"

namespace mx::nvvm::fold {

/// Rows and most columns of the result that one block makes, bytes of K in a
/// stage.
constexpr int kTileM = 128, kTileN = 256, kTileBytes = 128;
constexpr int kStages = 4, kCluster = 2;
constexpr int kThreads = 384;
/// Of an H100, where what is chosen when kernels are made depends on them.
constexpr int64_t kClusters = 66;

/// What the tensor cores multiply and add.
enum class Units {
  S8,   ///< s32 sums; a row's factor is an f32
  BF16, ///< f32 sums; a row's factor is the square of an f32
  F16,  ///< f32 sums; no factors
  E5M2, ///< f32 sums of the units' sums (E5M2Fold.h); factors as BF16
};

/// What a kernel takes of one operand besides its rows.
struct Operand {
  bool hasFactors = true;
  bool hasTensorScale = false;
  /// Parts, one after the other along K, whose sum the operand is. The other
  /// operand then has one part, which meets each of them.
  int parts = 1;
  /// Stored as [batch, K, rows]; 16-bit elements only.
  bool isTransposed = false;
};

/// What is fixed when the kernel is made.
struct Form {
  Units units = Units::S8;
  mlir::Type type; ///< of the product: f32, bf16 or f16
  float alpha = 1;
  bool evenN = false;    ///< N is known to be even
  bool alignedN = false; ///< N is known to be a multiple of 8
  bool hasBands = false; ///< S8: rows may be in bands (S8Fold.h), batch 1
  bool hasAcc = false;
  /// Where there are few tiles, several clusters may share one along K
  /// (FoldReduce.cpp); batch and choice of one form only.
  bool canSplit = false;
  Operand a, b;
  Epilogue epilogue;
  std::optional<Choice> choice; ///< under which alone it multiplies
  /// E5M2: elements of K whose sum is left to the units, 32 or, with their own
  /// accuracy, 128.
  int unitSums = 32;
  /// Columns that one block makes: kTileN, or 128 for narrow results.
  int tileN = kTileN;

  /// Results of 16 bits whose rows are whole 16 bytes leave as those.
  bool storesQuads() const {
    return alignedN && !hasAcc && !epilogue.isWide() &&
           type.getIntOrFloatBitWidth() == 16;
  }
  int getStageBytes() const { return (kTileM + tileN) * kTileBytes; }
  int getSharedBytes() const {
    return (getStageBytes() + 2 * 8) * kStages + 1024;
  }
};

/// multiply(mapA, mapB, out, m, n, steps, batch, …): persistent; maps of the
/// bytes as [batch, rows, bytes], boxes of kTileBytes x kTileM and kTileBytes x
/// tileN / kCluster (of transposed operands as [batch, k, bytes], boxes of
/// kTileBytes x kTileBytes / 2); out [batch, m, n]; steps of kTileBytes in one
/// part. Then,
/// as far as the form has them: factorsA [batch · m], factorsB [batch · n],
/// tensorScaleA, tensorScaleB [1], all f32; acc, like out. Factors must be
/// readable one tile past their end.
///
/// A form that can split takes splits, steps of each, none of them empty, and
/// partials [splits, batch, m, n] f32: with more than one it leaves its sums
/// there, for reduce.
///
/// With bands also countsA, countsB, slotsA, slotsB, rawA, rawB, extraStepsA,
/// extraStepsB, roomA, roomB (S8Fold.h): the extra rows of A and columns of B
/// are multiplied, too, and sums left as they are:
///   rawA [2·roomA, n + roomB] i32: extra rows, then rows with a slot, in order
///   of slots, with all columns of B and its extra ones;
///   rawB [m, 2·roomB] i32: extra columns, then columns with a slot, of the
///   other rows.
///
/// Then what the epilogue reads. The last parameter of a form with a choice
/// points to that of the data.
///
/// One kernel has several forms, of which the data choose one: their parameters
/// one after the other.
void buildMultiply(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                   llvm::ArrayRef<Form> forms);

constexpr int kReduceThreads = 256;
/// reduce(partials, splits, m, n, batch, out[, factorsA][, factorsB][,
/// tensorScaleA][, tensorScaleB][, acc], …): with more than one split, what
/// multiply does with its sums, on those of the splits, added in order. Then
/// what the epilogue reads.
void buildReduce(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                 const Form &form);

} // namespace mx::nvvm::fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_FOLDMULTIPLY_H
