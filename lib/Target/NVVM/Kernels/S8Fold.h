//===- S8Fold.h - MXFP4 x MXFP4 on the INT8 tensor cores --------*- C++ -*-===//
//
// A row of MXFP4 whose block scales span at most 3 steps is a row of signed
// bytes times one power of two: 2·E2M1 << (3 - steps below the largest scale).
// Products of such rows are exact s32 sums. A row that spans more is the sum of
// bands of 4 steps each: the first one stands in its place, the others in extra
// rows after the last row, as long as there is room. Kernels: clear counts,
// survey what the scales of both operands span (and make the bytes of rows of A
// that fit), expand other rows, multiply (FoldMultiply.h), and finish: combine
// the products of bands, and repair what belongs to rows that are no bands
// either (misfits: NaN, the farthest scales, no room). The last two write
// different elements.
//
// The data may choose otherwise (Choice.h): multiply_packed, where all rows fit
// and A has few; floats, whose rows expand makes, where sums need not be exact
// and most rows are in bands or misfits.
//
//===----------------------------------------------------------------------===//

#ifndef MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H
#define MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H

#include "BF16Fold.h"
#include "DecodeLoop.h"
#include "FoldMultiply.h"

namespace mx::nvvm::s8_fold {

constexpr int kClearThreads = 256, kClearBlocks = 16;
/// Of survey and expand, a warp a row, and of finish.
constexpr int kRowThreads = 256, kFinishThreads = 256;
/// The longest contraction whose sums fit 32 bits: 96·96·K < 2^31.
constexpr int64_t kMaxK = 233000;
/// Bands of a row, at most.
constexpr int kMaxBands = 8;

/// Costs of an element by E5M2 (Form::unitSums of 32 and 128) in eighths of
/// that of one that the integer units make, expansions included.
constexpr int kE5M2 = 15, kFastE5M2 = 10;

/// Rows of A up to which decoding B for each tile takes less time than
/// expanding it once, as measured (docs/nvvm.md).
constexpr int64_t kMostPackedRows = 2048;

/// The floats that may take the place of integers.
struct Floats {
  bf16_fold::Expansion bf16;
  int e5m2Cost = kE5M2;
};
/// What the data may choose in place of Choice::Integers.
struct Choices {
  std::optional<Floats> floats;
  bool hasPacked = false; ///< Choice::Packed

  explicit operator bool() const { return floats || hasPacked; }
};

/// clear(words, count): zeros, as a kernel so that survey may start beside it.
void buildClear(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module);

/// survey(of A: codes, scales, factors, ranges, slots, bands, counts, misfits,
/// extraSteps, bytes, rows, room; the same of B; blocks): one warp a row of A
/// or B. codes [rows, blocks, 16] and scales [rows, blocks] as packed; factors
/// [rows] f32, so that the row, or its first band, is bytes · factor, and band
/// b bytes · factor · 2^-4b. ranges [rows] i32: packRowScales, in which blocks
/// of zeros may count where the row fits. counts (Count, zero before) of what
/// follows: slots [rows] i32, the number of a row among those in bands, or a
/// Slot; bands [room, 4] i32 (row, first extra row, number of bands, 0);
/// misfits [rows] i32, the rows to repair. extraSteps: see ExtraSteps.h. bytes:
/// of rows of A that fit those of buildExpand; with `hasPacked`, of rows of B
/// that fit the factors (1, 2, 4 or 8) of blocks [rows, blocks], blocks then a
/// multiple of 4.
void buildSurvey(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                 bool hasPacked);

/// expand(of A: codes, scales, factors, ranges, slots, bands, counts, bytes,
/// rows, room; the same of B; blocks[, k, choice]): one warp a row of A or B,
/// after survey. bytes [rows + room, blocks, 32] s8, but for Packed: byte 16h +
/// 4t + j of a block is its element 8t + 4h + j, so that a word of codes
/// becomes what a lane of multiply_packed holds. With choices sets the i32 [1]
/// at `choice` to the Choice: floats where bands and repairs would take longer
/// than they do, E5M2 if all rows fit it; bytes and factors are then those of
/// E5M2Fold.h, or of BF16Fold.h for a contraction of k; Packed if all rows of
/// both fit and A has at most kMostPackedRows.
void buildExpand(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                 const Choices &choices);

/// multiply_packed(mapA, mapCodesB, bytesB, out, m, n, factorsA, factorsB, …,
/// choice): see decode::Loop; the product where all rows of both operands fit
/// and the choice is Packed, of bytes of A and codes of B, whose scales are the
/// factors that survey wrote. Then what the epilogue takes.
void buildMultiplyPacked(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                         const decode::Form &form);

/// Places in `counts`: extra rows, also those that found no room; rows in
/// bands; misfits, and those of them that would be misfits with any room; rows
/// that are too wide for E5M2Fold.h; steps in which an
/// extra row has numbers.
enum Count {
  kExtraRows,
  kSlots,
  kMisfits,
  kWild,
  kFar,
  kMarkedSteps,
  kNumCounts
};

/// In `slots`, of rows that are not in bands.
enum Slot { kNoSlot = -1, kMisfit = -2 };

/// What the choice depends on, of one operand.
struct RowCounts {
  Value counts;
  Int rows, room;
};
/// The Choice (i32). Only counts that do not depend on the order of rows
/// decide: where rows found no room, and are misfits therefore, there are extra
/// rows, too, and it is floats.
Int chooseUnits(Kernel &k, const RowCounts &a, const RowCounts &b, Int blocks,
                const Choices &choices);

/// finish(out, m, n, blocks, codesA, codesB, scalesA, scalesB, countsA,
/// countsB, slotsA, slotsB, bandsA, bandsB, misfitsA, misfitsB, factorsA,
/// factorsB, rawA, rawB, roomA, roomB, …): every element of a row of A
/// or B that is in bands, from the sums that multiply left in raw; every
/// element of a misfit, from the codes. Both are exact sums, rounded once, and
/// then the epilogue's. Last what that reads, and the choice of a form with
/// one.
void buildFinish(mlir::OpBuilder &b, mlir::gpu::GPUModuleOp module,
                 const fold::Form &form);

/// What finish takes, and its parts (S8Combine.cpp, S8Repair.cpp).
struct FinishOperand {
  Value codes, scales, counts, slots, bands, misfits, factors, raw;
  Int room;
};
struct Finish {
  const fold::Form &form;
  Value out;
  Int m, n, blocks;
  FinishOperand a, b;
  EpilogueCode epilogue;

  /// Stores a sum; `row` (i64) is that of all items, `column` an i32.
  void store(Kernel &k, Value sum, Int row, Int column) const;
};
void emitCombine(Kernel &k, const Finish &finish);
void emitRepair(Kernel &k, const Finish &finish);

} // namespace mx::nvvm::s8_fold

#endif // MX_LIB_TARGET_NVVM_KERNELS_S8FOLD_H
